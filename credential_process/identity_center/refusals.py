"""Translate error responses into exceptions of `errors`; text from the service is made printable."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    InvalidClient,
    InvalidGrant,
    Refused,
    SignInDenied,
    SignInExpired,
    SignInPending,
    Throttled,
    Unauthorized,
    UnauthorizedClient,
    Unavailable,
    UsageError,
    printable,
)
from credential_process.identifiers import whole_number
from credential_process.identity_center.endpoints import ACCOUNT_ACCESS, OIDC, PORTAL

if TYPE_CHECKING:
    from credential_process.identity_center.response import Response

# Errors about the grant or the client registration itself.
_VERDICTS = (
    (InvalidGrant, ("invalid_grant", "InvalidGrantException"), "refused the grant"),
    (InvalidClient, ("invalid_client", "InvalidClientException"), "does not know this client"),
    (
        UnauthorizedClient,
        ("unauthorized_client", "UnauthorizedClientException"),
        "does not let this client sign in",
    ),
)
# Each has a space or a colon, which no role name has: a message may quote a role "NetworkAdministrator".
_KMS_REASON = "KMS_"
_KMS_WORDS = ("kms:", "kms key")
_NETWORK_WORDS = (
    "source ip",
    "ip address",
    "network configuration",
    "network policy",
    "network access control",
    "source vpc",
    "vpc endpoint",
)
_KMS_HINT = "ask your administrator to let IAM Identity Center use its KMS key"
_NETWORK_HINT = (
    "use a network or VPN that your IAM Identity Center allows, or ask your administrator"
)


def from_service(response: Response, service: str) -> CredentialProcessError:
    """Translate an error response; the service's text is made printable, and secrets are removed."""
    status, reply = response.status, response.json_object() or {}
    # OAuth's members (RFC 6749 §5.2), which the portal does not have.
    oauth = reply if service == OIDC else {}
    code = _code(oauth.get("error") or response.headers.get("x-amzn-ErrorType", "") or reply)
    text = without_secrets(
        str(
            oauth.get("error_description")
            or reply.get("message")
            or reply.get("Message")
            or _page(response)
        )
    )
    if status == 429 or code in {"slow_down", "SlowDownException"}:
        return _throttled(response, text)
    if status >= 500 or not code:  # without a code, it is most likely a proxy's page
        return Unavailable(
            f"IAM Identity Center answered {status}: {text}", hint="run it again in a moment"
        )
    if service == PORTAL:
        return _from_portal(status, text)
    if service == ACCOUNT_ACCESS:
        return _from_account_access(status, text)
    reason = without_secrets(str(reply.get("reason") or ""))
    return _from_oidc(code, reason, status, text)


def of_refresh(error: CredentialProcessError) -> CredentialProcessError:
    """Return what a failed refresh means: the refresh token has ended, or the service has a problem.

    Only a refusal of the token or of its registration means that they have ended. Every other failure is
    temporary: its cause is elsewhere, and the same token works again afterwards.
    """
    if isinstance(error, SignInExpired):
        return InvalidGrant(f"IAM Identity Center refused the refresh token: {error.message}")
    if isinstance(error, InvalidGrant | InvalidClient | UnauthorizedClient | Unavailable):
        return error
    return Unavailable(
        f"the access token cannot be renewed: {error.message}",
        hint="run it again; if that does not help, run sso-credential-process login --force",
    )


def _code(source: object) -> str:
    """Return the code of an error, which may be written ``com.amazonaws.sso#CODE:URL``; empty if there is none."""
    if isinstance(source, dict):
        source = source.get("code") or source.get("Code") or source.get("__type")
    return source.split(":", 1)[0].rpartition("#")[2] if isinstance(source, str) else ""


def _page(response: Response) -> str:
    """Return what a response without JSON of AWS reports: a line of text, or the meaning of the status."""
    said = response.body.decode(errors="replace").strip()
    if said and not said.startswith(("<", "{")):
        return said
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return "no message"


def without_secrets(text: str) -> str:
    """Remove from a text what may be an echo of a secret that was sent: each is a word of 60 characters or more."""
    return printable(" ".join(word if len(word) < 60 else "…" for word in text.split()))


def _from_oidc(code: str, reason: str, status: int, text: str) -> CredentialProcessError:
    for kind, codes, what in _VERDICTS:
        if code in codes:
            return kind(f"IAM Identity Center {what}: {text}")
    answer = f"{status} {printable(code, limit=60)}"
    if hint := _policy_hint(reason, text):
        why = f" ({printable(reason, limit=60)})" if reason else ""
        return Unavailable(f"IAM Identity Center answered {answer}{why}: {text}", hint=hint)
    return _from_device_flow(code, answer, text)


def _from_device_flow(code: str, answer: str, text: str) -> CredentialProcessError:
    if code in {"authorization_pending", "AuthorizationPendingException"}:
        return SignInPending("the user has not answered yet")
    if code in {"expired_token", "ExpiredTokenException"}:
        return SignInExpired("the sign-in was not finished in time")
    if code in {"access_denied", "AccessDeniedException"}:
        return SignInDenied(f"the sign-in was denied: {text}")
    return Refused(f"IAM Identity Center answered {answer}: {text}")


def _policy_hint(reason: str, text: str) -> str:
    """Return a hint if an organisation's KMS key or network policy is the cause, else an empty text."""
    words = text.lower()
    if reason.startswith(_KMS_REASON) or any(word in words for word in _KMS_WORDS):
        return _KMS_HINT
    return _NETWORK_HINT if any(word in words for word in _NETWORK_WORDS) else ""


def _throttled(response: Response, text: str) -> Throttled:
    failure = Throttled(
        f"IAM Identity Center is throttling requests: {text}", hint="run it again in a moment"
    )
    retry_after = response.headers.get("Retry-After", "")
    failure.retry_after_seconds = float(whole_number(retry_after) or 0)
    return failure


def _from_portal(status: int, text: str) -> CredentialProcessError:
    if status == 401:
        return Unauthorized(f"IAM Identity Center does not accept the access token: {text}")
    if status == 403 and (hint := _policy_hint("", text)):
        return Unavailable(f"IAM Identity Center answered 403: {text}", hint=hint)
    if status in {403, 404}:
        return Refused(f"no access: {text}")
    return Refused(f"IAM Identity Center answered {status}: {text}")


def _from_account_access(status: int, text: str) -> CredentialProcessError:
    if status == 400:
        return UsageError(
            f"account access manager refused the request: {text}",
            hint="check the tenant id, the ARN of the role, and the name and duration of the session",
        )
    return _from_portal(status, text)


def malformed(what: str) -> Unavailable:
    """Return the error for a response with a success status but invalid content."""
    return Unavailable(
        f"IAM Identity Center sent an invalid response ({what})",
        hint="check whether a proxy responded instead",
    )
