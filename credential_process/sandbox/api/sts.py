"""GetCallerIdentity and AssumeRole, for callers with credentials that this sandbox issued.

The signature is recomputed from the request as received and the stored secret key, so that a client
that confuses keys, secrets or tokens fails. Of trust policies only what the settings name is
simulated: roles that no caller may assume, and external IDs. Every other role may be assumed by every
caller.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Request, Response
from credential_process.sandbox.state.service_errors import StsError

from .signatures import parse_signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.sandbox.state.realm import Realm
    from credential_process.sandbox.state.role_credentials import RoleCredentials

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_ROLE_ARN = re.compile(
    r"arn:[a-z-]+:iam::([0-9]{12}):role/(?:[\w+=,.@-]+/)*([\w+=,.@-]{1,64})", re.ASCII
)
_SHORTEST_SECONDS, _LONGEST_SECONDS = 900, 43200
# All callers here have the credentials of a role session, so whatever they assume is a chained role.
_LONGEST_CHAINED_SECONDS = 3600
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def sts(realm: Realm, request: Request) -> Response:
    """Answer a request to STS."""
    asked = {**request.query, **request.form}
    action = asked.get("Action", "")
    answer = {"GetCallerIdentity": _get_caller_identity, "AssumeRole": _assume_role}.get(action)
    if answer is None:
        message = f"Could not find operation {action} for version 2011-06-15"
        raise StsError("InvalidAction", message, status=400)
    result = answer(realm, _caller(realm, request), asked)
    request_id = realm.mint.request_id()
    return _xml(
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>",
        request_id=request_id,
    )


def _get_caller_identity(realm: Realm, caller: RoleCredentials, _asked: Mapping[str, str]) -> str:
    arn, user_id = _identity(realm, caller)
    return f"<Arn>{arn}</Arn><UserId>{user_id}</UserId><Account>{caller.account_id}</Account>"


def _assume_role(realm: Realm, caller: RoleCredentials, asked: Mapping[str, str]) -> str:
    role_arn = asked.get("RoleArn", "")
    role = _ROLE_ARN.fullmatch(role_arn)
    if role is None or not _SESSION_NAME.fullmatch(asked.get("RoleSessionName", "")):
        raise StsError("ValidationError", "RoleArn or RoleSessionName is not valid", status=400)
    seconds = _duration_seconds(asked.get("DurationSeconds", "3600"))
    _check_trust(realm, caller, role_arn, asked.get("ExternalId"))
    issued = realm.role_credentials.issue(
        account_id=role[1],
        role_name=role[2],
        user_name=asked["RoleSessionName"],
        seconds=seconds,
    )
    arn, user_id = _identity(realm, issued)
    expiration = datetime.fromtimestamp(issued.ends_at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"<AssumedRoleUser><Arn>{arn}</Arn><AssumedRoleId>{user_id}</AssumedRoleId></AssumedRoleUser>"
        f"<Credentials><AccessKeyId>{issued.access_key_id}</AccessKeyId>"
        f"<SecretAccessKey>{issued.secret_access_key}</SecretAccessKey>"
        f"<SessionToken>{issued.session_token}</SessionToken>"
        f"<Expiration>{expiration}</Expiration></Credentials>"
    )


def _duration_seconds(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not (
        _SHORTEST_SECONDS <= int(text) <= _LONGEST_SECONDS
    ):
        message = (
            f"1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy constraint: "
            f"Member must be between {_SHORTEST_SECONDS} and {_LONGEST_SECONDS}"
        )
        raise StsError("ValidationError", message, status=400)
    if int(text) > _LONGEST_CHAINED_SECONDS:
        message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        raise StsError("ValidationError", message, status=400)
    return int(text)


def _check_trust(
    realm: Realm, caller: RoleCredentials, role_arn: str, external_id: str | None
) -> None:
    settings = realm.settings
    required = settings.external_ids.get(role_arn, external_id)
    if role_arn in settings.untrusting_roles or external_id != required:
        arn, _ = _identity(realm, caller)
        raise StsError(
            "AccessDenied",
            f"User: {arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
        )


def _identity(realm: Realm, whose: RoleCredentials) -> tuple[str, str]:
    """Return the ARN and the user id that credentials belong to."""
    user_name = escape(whose.user_name, quote=False)
    role = f"{whose.account_id}:assumed-role/{whose.role_name}"
    role_id = f"AROA{whose.role_name[-16:].upper()}X"
    return (
        f"arn:{_partition(realm.settings.region)}:sts::{role}/{user_name}",
        f"{role_id}:{user_name}",
    )


def sts_error(realm: Realm, error: StsError) -> Response:
    """Return an error as STS writes it."""
    request_id = realm.mint.request_id()
    return _xml(
        f'<ErrorResponse xmlns="{_NAMESPACE}">'
        f"<Error><Type>Sender</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message, quote=False)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId>"
        "</ErrorResponse>",
        status=error.status,
        request_id=request_id,
    )


def _caller(realm: Realm, request: Request) -> RoleCredentials:
    signature = parse_signature(request)
    issued = realm.role_credentials.find(signature.access_key_id)
    if issued is None or signature.session_token != issued.session_token:
        raise StsError(
            "InvalidClientTokenId", "The security token included in the request is invalid."
        )
    from . import signature_check  # only a signed request of a known user needs botocore

    signature_check.check_signature(request, signature, issued, realm.clock)
    if issued.ends_at <= realm.clock.now():
        raise StsError("ExpiredToken", "The security token included in the request is expired")
    return issued


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-eusc" if region.startswith("eusc-") else "aws"


def _xml(text: str, *, request_id: str, status: int = 200) -> Response:
    headers = (("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id))
    return Response(status, headers, text.encode())
