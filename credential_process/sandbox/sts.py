"""GetCallerIdentity, for whoever signs with credentials that this sandbox handed out.

The signature is computed again from the request as it came in and the secret key on file, so a
key, a secret or a token that got mixed up on its way through a client is found out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .exchange import Request, Response
from .organisation import assumed_role_name
from .service_errors import StsError
from .signatures import check_signature, parse_signature

if TYPE_CHECKING:
    from .realm import Realm
    from .role_credentials import RoleCredentials

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def sts(realm: Realm, request: Request) -> Response:
    """Answer a request to STS."""
    action = request.query.get("Action") or request.form.get("Action")
    if action != "GetCallerIdentity":
        message = f"Could not find operation {action} for version 2011-06-15"
        raise StsError("InvalidAction", message, status=400)
    caller = _caller(realm, request)
    account_id = caller.account_id
    name = assumed_role_name(account_id, caller.role_name)
    arn = f"arn:{_partition(realm.settings.region)}:sts::{account_id}:assumed-role/{name}"
    role_id = f"AROA{name[-16:].upper()}X"
    request_id = realm.mint.request_id()
    return _xml(
        f'<GetCallerIdentityResponse xmlns="{_NAMESPACE}">'
        "<GetCallerIdentityResult>"
        f"<Arn>{escape(arn)}/{escape(caller.user_name)}</Arn>"
        f"<UserId>{role_id}:{escape(caller.user_name)}</UserId>"
        f"<Account>{account_id}</Account>"
        "</GetCallerIdentityResult>"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>",
        request_id=request_id,
    )


def sts_error(realm: Realm, error: StsError) -> Response:
    """Return a refusal as STS writes it."""
    request_id = realm.mint.request_id()
    return _xml(
        f'<ErrorResponse xmlns="{_NAMESPACE}">'
        f"<Error><Type>Sender</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
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
    check_signature(request, signature, issued, realm.clock)
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
