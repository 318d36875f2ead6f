"""The requests between a call and its credentials, and a home in which each is the next."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.faults.stage import Stage

LONG_AGO = "2020-01-01T00:00:00Z"


class Request(Enum):
    """A request on the ways to role credentials.

    `POLL` is one of those after the user has got the device code, `FIRST_POLL` the one before.
    """

    REGISTER = "register"
    CODE = "token by code"
    DEVICE = "device authorization"
    FIRST_POLL = "first poll by device code"
    POLL = "token by device code"
    REFRESH = "token by refresh"
    ROLE = "role credentials"

    @property
    def is_of_device_flow(self) -> bool:
        """Return whether only a caller without a browser sends it."""
        return self in (Request.DEVICE, Request.FIRST_POLL, Request.POLL)

    @property
    def needs_a_sign_in(self) -> bool:
        """Return whether the user is signed out before it."""
        return self in (Request.REGISTER, Request.CODE) or self.is_of_device_flow

    @property
    def rule(self) -> Mapping[str, Any]:
        """Return the part of a rule that selects this request, every time."""
        return {**_RULES[self], "count": None}


_RULES: Mapping[Request, Mapping[str, Any]] = {
    Request.REGISTER: {"operation": "register"},
    Request.CODE: {"operation": "token", "grant_type": "authorization_code"},
    Request.DEVICE: {"operation": "device_authorization"},
    Request.FIRST_POLL: {"operation": "token", "grant_type": "device_code"},
    Request.POLL: {"operation": "token", "grant_type": "device_code"},
    Request.REFRESH: {"operation": "token", "grant_type": "refresh_token"},
    Request.ROLE: {"operation": "role_credentials"},
}


def prepare(stage: Stage, request: Request) -> None:
    """Make this request the next that a call needs, whatever has happened in this home before."""
    stage.forget_failed_sign_ins()
    stage.remove_documents()
    token_file = stage.home.token_file()
    if request is Request.REGISTER:
        for file in token_file.parent.glob("*.json"):
            file.unlink()
    elif request.needs_a_sign_in:
        token_file.unlink(missing_ok=True)
    else:
        token = stage.sandbox.sign_in()
        if request is Request.REFRESH:
            token["expiresAt"] = LONG_AGO
        token_file.parent.mkdir(parents=True, exist_ok=True)
        token_file.write_text(json.dumps(token))
        stage.store_old_document()
