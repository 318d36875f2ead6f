"""A client that sends exactly what a test passes, and returns exactly what it receives."""

import http.client
import json
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """Return the body as a JSON object."""
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def refusal(self) -> tuple[int, str]:
        """Return the status and the name of the exception, from the header or the body."""
        name = self.headers.get("x-amzn-errortype", "").partition(":")[0]
        return self.status, name or str(self.document.get("__type", "")).partition("#")[2]


class Visitor:
    """One kept-alive connection to the sandbox; it follows no redirects."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send a request unchanged, and return the response."""
        self.begin(method, target, body, headers)
        response = self._connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, response.read())

    def begin(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a request without reading the response."""
        self._connection.request(method, target, body, headers or {})

    def post(self, target: str, document: object = None) -> Reply:
        """Post JSON."""
        body = b"" if document is None else json.dumps(document).encode()
        return self.send("POST", target, body, {"Content-Type": "application/json"})

    def get(self, target: str, access_token: str | None = None, **query: object) -> Reply:
        """Send a GET as the portal's clients do."""
        headers = {"x-amz-sso_bearer_token": access_token} if access_token else {}
        return self.send("GET", f"{target}?{urlencode(query)}" if query else target, None, headers)

    def submit(self, target: str, fields: dict[str, str], cookie: str = "") -> Reply:
        """Submit a form as a browser does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self.send("POST", target, urlencode(fields).encode(), headers)
