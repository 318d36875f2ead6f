"""Verification URIs: the addresses at which a user enters a user code.

AWS has changed them repeatedly, and clients must not parse them. Only those of the style
``sandbox`` can be opened; the others look like AWS's and are not served here. The page of a code
is always ``/device?user_code=…`` at the sandbox, in every style.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credential_process.sandbox.state.settings import Style


def verification_uris(
    style: Style, *, origin: str, start_url: str, region: str, user_code: str
) -> tuple[str, str]:
    """Return the plain URI and the complete one, which contains the code in most styles."""
    digest = hashlib.sha256(f"{start_url} {user_code}".encode()).hexdigest()
    if style == "signin_par":
        # Since 2026: an opaque reference; neither URI contains the code.
        request_uri = f"urn%3Aaws%3Asignin%3Arequest_uri%3A{digest[:32]}"
        uri = f"https://{region}.signin.aws/platform/authorize?request_uri={request_uri}"
        return uri, uri
    instance = f"ssoins-{hashlib.sha256(start_url.encode()).hexdigest()[:16]}"
    uri = {
        "sandbox": f"{origin}/device",
        "device_sso": f"https://device.sso.{region}.amazonaws.com/",
        "start_hash": f"{start_url.rstrip('/')}/#/device",
        "portal": f"https://{instance}.{region}.portal.amazonaws.com/#/device",
    }[style]
    return uri, f"{uri}?user_code={user_code}"
