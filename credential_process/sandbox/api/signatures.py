"""Signature Version 4: parse it from a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from credential_process.sandbox.state.service_errors import StsError

if TYPE_CHECKING:
    from credential_process.sandbox.http.exchange import Request

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature, with the scope and headers that the client claims to have signed."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    session_token: str = field(repr=False)


def parse_signature(request: Request) -> Signature:
    """Return the signature in the ``Authorization`` header, or in the query of a presigned URL."""
    authorization = request.headers.get("authorization", "")
    if authorization.startswith(_ALGORITHM):
        pairs = re.findall(r"(\w+)=([^,\s]+)", authorization[len(_ALGORITHM) :])
        return _signature(
            dict(pairs),
            request.headers.get("x-amz-date", ""),
            request.headers.get("x-amz-security-token", ""),
        )
    query = request.query
    if query.get("X-Amz-Algorithm") == _ALGORITHM:
        members = {name.removeprefix("X-Amz-"): value for name, value in query.items()}
        return _signature(members, members.get("Date", ""), members.get("Security-Token", ""))
    raise StsError("MissingAuthenticationToken", "Request is missing Authentication Token")


def _signature(members: dict[str, str], timestamp: str, session_token: str) -> Signature:
    scope = unquote(members.get("Credential", "")).split("/")
    signed_headers = members.get("SignedHeaders", "")
    is_whole = len(scope) == 5 and scope[4] == "aws4_request" and "Signature" in members
    if not is_whole or "host" not in signed_headers.split(";") or scope[1] != timestamp[:8]:
        raise StsError("IncompleteSignature", "The request signature is not complete.", status=400)
    return Signature(
        access_key_id=scope[0],
        date=scope[1],
        region=scope[2],
        service=scope[3],
        signed_headers=tuple(signed_headers.split(";")),
        signature=members["Signature"],
        timestamp=timestamp,
        session_token=session_token,
    )
