"""What answers mean that are no success; all text of the service is made printable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from credential_process.errors import (
    CredentialProcessError,
    InvalidClient,
    InvalidGrant,
    Refused,
    SignInExpired,
    SignInPending,
    Throttled,
    Unauthorized,
    Unavailable,
    printable,
)

if TYPE_CHECKING:
    import botocore.exceptions


def from_service(error: botocore.exceptions.ClientError, service: str) -> CredentialProcessError:
    """Translate an answer that is no success; the service's text is made printable, and holds no secret.

    The OAuth members stand at the top level in every botocore; its typed exceptions need a header.
    """
    reply: dict[str, Any] = error.response
    status = int(reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code = str(reply.get("error") or reply.get("Error", {}).get("Code") or "")
    text = _without_secrets(
        str(reply.get("error_description") or reply.get("Error", {}).get("Message") or "no message")
    )
    if status == 429 or code in {"slow_down", "SlowDownException"}:
        return _throttled(reply, text)
    if status >= 500 or code in {"", str(status)}:
        # A code that is the status means a body that is not the service's: a proxy's page, most likely.
        return Unavailable(
            f"IAM Identity Center answered {status}: {text}", hint="run it again in a moment"
        )
    if service == "sso":
        return _from_portal(status, text)
    if code in {"invalid_grant", "InvalidGrantException"}:
        return InvalidGrant(f"IAM Identity Center refused the grant: {text}")
    if code in {"invalid_client", "InvalidClientException"}:
        return InvalidClient(f"IAM Identity Center does not know this client: {text}")
    return _from_device_flow(code, status, text)


def _without_secrets(text: str) -> str:
    """Take out of a text what may be an echo of a secret that we sent: each of them is a word of 60 letters or more."""
    return printable(" ".join(word if len(word) < 60 else "…" for word in text.split()))


def _from_device_flow(code: str, status: int, text: str) -> CredentialProcessError:
    if code in {"authorization_pending", "AuthorizationPendingException"}:
        return SignInPending("nobody has answered yet")
    if code in {"expired_token", "ExpiredTokenException"}:
        return SignInExpired("nobody finished the sign-in in time")
    if code in {"access_denied", "AccessDeniedException"}:
        return Refused(f"the sign-in was denied: {text}")
    return Refused(f"IAM Identity Center answered {status} {printable(code, limit=60)}: {text}")


def _throttled(reply: dict[str, Any], text: str) -> Throttled:
    failure = Throttled(
        f"IAM Identity Center throttles requests: {text}", hint="run it again in a moment"
    )
    retry_after = str(
        reply.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", "")
    )
    failure.retry_after_seconds = (
        float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
    )
    return failure


def _from_portal(status: int, text: str) -> CredentialProcessError:
    if status == 401:
        return Unauthorized(f"IAM Identity Center does not accept the access token: {text}")
    if status in {403, 404}:
        return Refused(f"no access: {text}")
    return Refused(f"IAM Identity Center answered {status}: {text}")


def malformed(what: str) -> Unavailable:
    """Make the failure for an answer that is a success by its status alone."""
    return Unavailable(
        f"IAM Identity Center gave an answer that makes no sense ({what})",
        hint="check for a proxy that answers in its place",
    )
