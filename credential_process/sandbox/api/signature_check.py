"""Verify a Signature Version 4, with botocore: loading it takes longer than everything else in the sandbox."""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from credential_process.sandbox.state.service_errors import StsError

if TYPE_CHECKING:
    from credential_process.sandbox.http.exchange import Request
    from credential_process.sandbox.state.clock import Clock
    from credential_process.sandbox.state.role_credentials import RoleCredentials

    from .signatures import Signature

_SKEW_SECONDS = 900


def check_signature(
    request: Request, signature: Signature, issued: RoleCredentials, clock: Clock
) -> None:
    """Compare the signature with that of the secret that was issued; raises SignatureDoesNotMatch."""
    _check_time(signature, clock)
    _check_body(request)
    expected = recomputed(request, signature, issued.secret_access_key)
    if signature.service != "sts" or not hmac.compare_digest(expected, signature.signature):
        raise StsError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. "
            "Consult the service documentation for details.",
        )


def recomputed(request: Request, signature: Signature, secret_access_key: str) -> str:
    """Return the signature that a request has if it was signed with this key."""
    path, _, query = request.target.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("X-Amz-Signature=")]
    again = AWSRequest(
        method=request.method,
        url=f"http://{request.headers.get('host', '')}{path}?{'&'.join(kept)}",
        headers=dict(request.headers),
        data=request.body,
    )
    again.context["timestamp"] = signature.timestamp
    credentials = Credentials(signature.access_key_id, secret_access_key)
    auth = _AsSigned(credentials, signature)
    string_to_sign = auth.string_to_sign(again, auth.canonical_request(again))
    return str(auth.signature(string_to_sign, again))


class _AsSigned(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Sign exactly the headers that the client signed; SDKs differ in which they omit."""

    def __init__(self, credentials: Credentials, signature: Signature) -> None:
        super().__init__(credentials, signature.service, signature.region)
        self._signed_headers = signature.signed_headers

    def headers_to_sign(self, request: AWSRequest) -> Any:  # noqa: ANN401 - botocore's own type
        headers = HTTPHeaders()
        for name in self._signed_headers:
            headers[name] = request.headers.get(name, "")
        return headers


def _check_time(signature: Signature, clock: Clock) -> None:
    try:
        signed_at = calendar.timegm(time.strptime(signature.timestamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise StsError(
            "IncompleteSignature", "The date of the request is malformed.", status=400
        ) from None
    # Some SDKs adjust to the service's clock, others use the machine's: both are valid.
    if min(abs(signed_at - now) for now in (clock.now(), clock.machine_now())) > _SKEW_SECONDS:
        message = f"Signature expired or not yet current: {signature.timestamp}"
        raise StsError("SignatureDoesNotMatch", message)


def _check_body(request: Request) -> None:
    stated = request.headers.get("x-amz-content-sha256", "")
    is_hash = re.fullmatch(r"[0-9a-f]{64}", stated)
    if is_hash and stated != hashlib.sha256(request.body).hexdigest():
        raise StsError(
            "SignatureDoesNotMatch", "The body does not match its x-amz-content-sha256 header."
        )
