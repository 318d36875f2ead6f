"""Assume a role with the credentials of another one: AWS STS, the only requests here that are signed.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import calendar
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from credential_process.errors import Unavailable
from credential_process.identity_center import sts_refusals
from credential_process.identity_center.connections import Connections
from credential_process.identity_center.endpoints import STS, endpoint
from credential_process.identity_center.limiter import Limiter
from credential_process.identity_center.replies import RoleKeys, text_if_any
from credential_process.identity_center.retries import retried

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.response import Response
    from credential_process.stores.role_chain import AssumedRole

_VERSION = "2011-06-15"
_TRIES = 2
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_LONGEST_SECONDS = 24 * 3600


class Sts:
    """STS in one region and service environment; threads share its persistent connections."""

    def __init__(self, region: str, environment: ServiceEnvironment, override: str) -> None:
        """`override` is the endpoint of ``AWS_ENDPOINT_URL_STS``; empty for that of AWS."""
        self._region = region
        self._url = (override or endpoint(STS, region, environment)).rstrip("/")
        self._connections = Connections(self._url, environment)
        self._limiter = Limiter()

    def assume_role(self, keys: RoleKeys, role: AssumedRole, deadline: float) -> RoleKeys:
        """Get credentials of a role with the `keys` of another, with no try after the `deadline` (monotonic).

        Raises `Refused` if it may not be assumed with them, `UsageError` for values that STS does not accept.
        """
        body = _body(role)

        def send() -> RoleKeys:
            # Signed for each try: a signature is valid for five minutes.
            headers = self._signed(keys, body)
            response = self._connections.send("POST", "/", headers, body)
            return _keys(response, role)

        return retried(send, _TRIES, deadline, self._limiter)

    def _signed(self, keys: RoleKeys, body: bytes) -> dict[str, str]:
        request = AWSRequest("POST", f"{self._url}/", {"Content-Type": _FORM}, body)
        credentials = Credentials(keys.access_key_id, keys.secret_access_key, keys.session_token)
        SigV4Auth(credentials, STS, self._region).add_auth(request)
        return dict(request.headers.items())


def _body(role: AssumedRole) -> bytes:
    fields = {
        "Action": "AssumeRole",
        "Version": _VERSION,
        "RoleArn": role.arn,
        "RoleSessionName": role.session_name,
        "DurationSeconds": role.duration_seconds,
        "ExternalId": role.external_id,
    }
    return urlencode({name: value for name, value in fields.items() if value}).encode()


def _keys(response: Response, role: AssumedRole) -> RoleKeys:
    """Read a response; raises the error that it is."""
    members = _members(response.body)
    if response.status != 200:
        raise sts_refusals.of(response, members, role)
    keys = RoleKeys(
        access_key_id=text_if_any(members, "AccessKeyId"),
        secret_access_key=text_if_any(members, "SecretAccessKey"),
        session_token=text_if_any(members, "SessionToken"),
        expires_at=_time(members.get("Expiration", "")),
    )
    if not all(keys) or keys.expires_at > time.time() + _LONGEST_SECONDS:
        raise Unavailable(
            "AWS STS sent an invalid response", hint="check whether a proxy responded instead"
        )
    return keys


def _members(body: bytes) -> dict[str, str]:
    """Return the texts of an XML document by the names of their elements; nothing if it is none."""
    try:
        root = ET.fromstring(body)  # noqa: S314  at most a megabyte, from AWS; expat limits what entities do
    except (ET.ParseError, ValueError):
        return {}
    return {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in root.iter()}


def _time(text: str) -> int:
    """Return a time such as ``2026-01-31T08:00:00Z`` in epoch seconds; 0 for any other text."""
    try:
        return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return 0
