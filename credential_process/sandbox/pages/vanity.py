"""Vanity host names, which redirect to a start URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response, redirect

if TYPE_CHECKING:
    from credential_process.sandbox.state.realm import Realm


def vanity(realm: Realm, request: Request) -> Response:
    """Redirect to the start URL of the vanity host name."""
    return redirect(realm.settings.vanity_urls[request.host])
