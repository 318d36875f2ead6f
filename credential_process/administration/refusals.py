"""Translate botocore's exceptions into those of `errors`, each one line that names what is missing."""

from __future__ import annotations

import re
from typing import Any

import botocore.exceptions

from credential_process.administration.errors import NoOrganization, NotFound, Unsupported
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    Throttled,
    Unavailable,
    UsageError,
    printable,
)

# What a service is called in policies.
_PREFIXES = {"sso-admin": "sso"}
_DENIED = {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"}
_BAD_CREDENTIALS = {
    *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidSignatureException"),
    *("SignatureDoesNotMatch", "UnrecognizedClientException", "IncompleteSignature"),
}
THROTTLED = {
    *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled"),
    *("TooManyRequestsException", "RequestLimitExceeded"),
}
_TO_ADD_ONE = "to add one, run: sso-credential-process configure profile NAME"
# What a call of boto3 raises.
FROM_BOTOCORE = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, ValueError)
# In "User: arn:aws:sts::…:assumed-role/Developer/ada is not authorized to perform: sso:ListInstances on resource …".
_REASON = re.compile(r"(?:User: (\S+) )?is not authorized to perform: ([\w-]+:\w+)")


_KINDS: dict[str, type[CredentialProcessError]] = {
    "ResourceNotFoundException": NotFound,
    "AccountNotFoundException": NotFound,
    "ParentNotFoundException": NotFound,
    "ValidationException": Unsupported,
    "UnsupportedOperationException": Unsupported,
    "AWSOrganizationsNotInUseException": NoOrganization,
}


def from_botocore(error: Exception, service: str, operation: str) -> CredentialProcessError:
    """Translate what a call of boto3 has raised; `operation` is its name in the API."""
    if isinstance(error, botocore.exceptions.ClientError):
        return _from_service(error.response, service, operation)
    if isinstance(error.__cause__, CredentialProcessError):
        return error.__cause__  # of the broker that the profile's credentials come from
    kinds = vars(botocore.exceptions)
    text = printable(str(error), limit=300)
    if isinstance(error, kinds["CredentialRetrievalError"]):
        return SignInNeeded(text)
    return _usage(error, text, service) or Unavailable(
        text, hint="check the network, the proxy and the region"
    )


def _usage(error: Exception, text: str, service: str) -> UsageError | None:
    """Return what to change in the command or the installation, if that is the cause."""
    kinds = vars(botocore.exceptions)
    if isinstance(error, kinds["ProfileNotFound"]):
        return UsageError(text, hint=f"give another --profile; {_TO_ADD_ONE}")
    # ValueError: of an endpoint that is none.
    if isinstance(error, (kinds["NoRegionError"], ValueError)):
        return UsageError(text, hint="give --profile and --region")
    if isinstance(error, (kinds["NoCredentialsError"], kinds["PartialCredentialsError"])):
        return UsageError(
            "there are no AWS credentials",
            hint=f"give --profile NAME, or set AWS_PROFILE; {_TO_ADD_ONE}",
        )
    if isinstance(error, kinds["UnknownServiceError"]):
        return UsageError(
            f"botocore {botocore.__version__} does not know the service {service}",
            hint="update boto3 and botocore",
        )
    return None


def _from_service(reply: dict[str, Any], service: str, operation: str) -> CredentialProcessError:
    status = int(reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code = str(reply.get("Error", {}).get("Code") or "")
    text = str(reply.get("Error", {}).get("Message") or reply.get("Message") or "no message")
    action = f"{_PREFIXES.get(service, service)}:{operation}"
    if code in _DENIED:
        return _denied(action, text)
    if code in THROTTLED or status == 429:
        return Throttled(
            f"{service} still throttles {operation}", hint="run it again in a few minutes"
        )
    line = f"{action}: {printable(code, limit=60)}: {printable(text)}"
    if code in _BAD_CREDENTIALS:
        return Refused(line, hint="check the credentials of the profile, and the clock")
    kind = _KINDS.get(code, Unavailable if status >= 500 else Refused)
    return kind(line)


def _denied(action: str, text: str) -> Refused:
    found = _REASON.search(text)
    who = printable((found and found[1]) or "the profile's role")
    hint = "use a role of the management or delegated administrator account that has it"
    if found and found[2] != action:  # such as kms:Decrypt
        action = f"{found[2]}, which {action} needs,"
    elif found is None:
        hint = printable(text)
    return Refused(f"{action} is not allowed for {who}", hint=hint)
