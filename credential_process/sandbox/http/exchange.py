"""One HTTP request and its response, as values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

Delivery = Literal["whole", "hang", "drop", "reset", "reset_after_headers", "truncate"]
_GRANT_TYPES = {
    "authorization_code": "authorization_code",
    "refresh_token": "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code": "device_code",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as received; header names are in lower case.

    ``region`` is the Region that it addresses. ``service`` is the only service that its host name
    serves; it is empty for a host name that is not AWS's, which serves all of them.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    client: str
    region: str = ""
    service: str = ""

    @property
    def host(self) -> str:
        """Return the host name of the request, without the port."""
        return self.headers.get("host", "").partition(":")[0].lower()

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of the query; the last value of a repeated one."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """Return the fields of a posted form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def document(self) -> dict[str, Any]:
        """Return the body as a JSON object; raises ValueError for anything else."""
        document = json.loads(self.body)
        if not isinstance(document, dict):
            raise ValueError("the body is not a JSON object")
        return document

    @property
    def parsed_body(self) -> object:
        """Return the body for the log: an object, the fields of a form, text, or None."""
        if not self.body:
            return None
        content_type = self.headers.get("content-type", "")
        if content_type.startswith("application/x-www-form-urlencoded"):
            return self.form
        try:
            parsed: object = json.loads(self.body)
        except ValueError:
            return self.body.decode("utf-8", "replace")
        return parsed

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie, if the browser sent it."""
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Response:
    """A response; the server adds the date, the length and the request id.

    ``delivery`` is how it is sent: ``hang`` sends nothing and keeps the connection open, ``drop``
    closes it, ``reset`` resets it before the first byte, ``reset_after_headers`` after the headers,
    and ``truncate`` closes it in the middle of the body.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    delivery: Delivery = "whole"


def with_headers(response: Response, headers: Mapping[str, str]) -> Response:
    """Return a response with these headers, which replace those of the same names."""
    names = {name.lower() for name in headers}
    kept = [pair for pair in response.headers if pair[0].lower() not in names]
    return replace(response, headers=(*kept, *headers.items()))


def grant_type(request: Request) -> str:
    """Return the short name of the grant type of a token request; empty for other requests."""
    body = request.parsed_body
    return _GRANT_TYPES.get(str(body.get("grantType")), "") if isinstance(body, dict) else ""


def json_response(
    document: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """Return a JSON response without spaces, as AWS formats it."""
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return Response(status, (("Content-Type", "application/json"), *headers), body)


def redirect(
    location: str, *, status: int = 302, headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """Return a redirect that must not be cached."""
    return Response(status, (("Location", location), ("Cache-Control", "no-store"), *headers))
