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
    unusable,
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
_HERE = "check the profile in ~/.aws/config, and the AWS_* variables"
# Classes of botocore by name: the oldest version that is supported lacks some.
_OF_REGION = {"NoRegionError", "InvalidRegionError", "UnknownEndpointError", "UnknownRegionError"}
_OF_CONFIG = {
    *("ConfigNotFound", "ConfigParseError", "InvalidConfigError", "PartialCredentialsError"),
    *("DataNotFoundError", "EndpointProviderError", "EndpointVariantError", "InvalidDefaultsMode"),
    *("InvalidChecksumConfigError", "InvalidIMDSEndpointError", "InvalidIMDSEndpointModeError"),
    *("InvalidS3UsEast1RegionalEndpointConfigError", "InvalidSTSRegionalEndpointsConfigError"),
    *("ParamValidationError", "UnknownFIPSEndpointError", "UnknownSignatureVersionError"),
    "UnsupportedSignatureVersionError",
}
_OF_SIGN_IN = {
    *("CredentialRetrievalError", "LoginError", "NoAuthTokenError"),
    *("RefreshWithMFAUnsupportedError", "SSOError", "TokenRetrievalError"),
}
# What is raised before a request is sent, and what to do then.
_CAUSES: tuple[tuple[type[CredentialProcessError], str, set[str]], ...] = (
    (UsageError, f"give another --profile; {_TO_ADD_ONE}", {"ProfileNotFound"}),
    (UsageError, "give --profile and --region", _OF_REGION),
    (UsageError, _HERE, _OF_CONFIG),
    (UsageError, "install it, or give another --profile", {"MissingDependencyException"}),
    (Refused, "", {"LoginInsufficientPermissions"}),
    (SignInNeeded, "", _OF_SIGN_IN),
)
# What a call of boto3 raises; the last two for a value or a program of the profile.
FROM_BOTOCORE = (
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    ValueError,
    OSError,
)
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
    text = printable(str(error), limit=300).rstrip(".")
    if not isinstance(error, botocore.exceptions.BotoCoreError):
        return _from_python(error, text)
    return _before_request(error, text, service) or Unavailable(
        text, hint="check the network, the proxy and the region"
    )


def _from_python(error: Exception, text: str) -> CredentialProcessError:
    """Translate a class of Python, whose text does not show what it is about."""
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError | PermissionError):
        return unusable("the credentials of the profile", error)
    return UsageError(f"the profile cannot be used: {text}", hint=_HERE)


def _before_request(error: Exception, text: str, service: str) -> CredentialProcessError | None:
    """Return what to change in the command, the config or the installation, or who signs in, if that is the cause."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "NoCredentialsError" in names:
        return UsageError(
            "there are no AWS credentials",
            hint=f"give --profile NAME, or set AWS_PROFILE; {_TO_ADD_ONE}",
        )
    if "UnknownServiceError" in names:
        return UsageError(
            f"botocore {botocore.__version__} does not know the service {service}",
            hint="update boto3 and botocore",
        )
    found = next(((kind, hint) for kind, hint, causes in _CAUSES if names & causes), None)
    return found[0](text, hint=found[1]) if found else None


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
