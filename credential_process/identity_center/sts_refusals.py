"""Translate error responses of STS into exceptions of `errors`; text from the service is made printable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Throttled,
    Unavailable,
    UsageError,
    printable,
)
from credential_process.identity_center.refusals import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.identity_center.response import Response
    from credential_process.stores.role_chain import AssumedRole

_THROTTLING = ("Throttling", "RequestLimitExceeded", "TooManyRequests", "SlowDown")
_INVALID = ("Validation", "MalformedInput", "InvalidParameter", "MissingParameter")
_KEYS_REFUSED = ("ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "RequestExpired")
_DURATION_HINT = (
    "a role that is assumed with another one lasts an hour at most: give 900 to 3600 as "
    "--assume-role-duration-seconds, or as duration_seconds in the profile"
)


def of(response: Response, members: Mapping[str, str], role: AssumedRole) -> CredentialProcessError:
    """Return the error that a response is; `members` are the texts of its elements, by name."""
    code, text = members.get("Code", ""), _shown(members.get("Message", ""))
    said = text if role.arn in text else f"{role.arn} cannot be assumed: {text}"
    if response.status == 429 or code.startswith(_THROTTLING):
        return Throttled(f"AWS STS is throttling requests: {text}", hint="run it again in a moment")
    if response.status >= 500 or not code:  # without a code, it is most likely a proxy's page
        return Unavailable(
            f"AWS STS answered {response.status}: {text or 'no message'}",
            hint="run it again in a moment",
        )
    if code.startswith(_KEYS_REFUSED):
        return Unavailable(
            f"AWS STS does not accept the credentials used to assume {role.arn}: {text}",
            hint="compare the clocks with: sso-credential-process check",
        )
    if code.startswith(_INVALID):
        is_duration = "duration" in text.lower()
        return UsageError(
            f"AWS STS: {said}",
            hint=_DURATION_HINT if is_duration else "correct the line or the profile",
        )
    if code.startswith("RegionDisabled"):
        return Refused(
            f"AWS STS: {said}",
            hint="ask your administrator to activate STS in the region of IAM Identity Center",
        )
    return Refused(
        f"AWS STS: {said}",
        hint="ask its owner whether its trust policy allows your role, and with which external ID",
    )


def _shown(text: str) -> str:
    """Make a text printable, and remove what may be an echo of a secret; ARNs are longer, and none."""
    words = (word if word.startswith("arn:") else without_secrets(word) for word in text.split())
    return printable(" ".join(words), limit=300)
