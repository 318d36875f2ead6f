"""AWS services: moto's server behind a small one of this project, which keeps the requests to check their signatures.

moto does not look at signatures, and has no CodeArtifact, which the small one answers; botocore's model of that service
checks its answers.
"""

import contextlib
import http.client
import http.server
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.validate import ParamValidator

from credential_process.sandbox.api.signature_check import recomputed
from credential_process.sandbox.api.signatures import parse_signature
from credential_process.sandbox.http.exchange import Request
from testing.organisation import moto_server
from testing.serving import serving

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "server", "date"}
Reply = tuple[int, dict[str, str], bytes]


@dataclass
class Services:
    """The address of all services, and the requests so far."""

    url: str = ""
    moto: str = ""
    requests: list[Request] = field(default_factory=list)

    def environment(self, *services: str) -> dict[str, str]:
        """Return what leads SDKs here: ``environment("ECR", "EKS")``."""
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in services}

    def requests_to(self, service: str) -> list[Request]:
        """Return the requests that are signed for a service, by its name in signatures."""
        return [each for each in self.requests if parse_signature(each).service == service]

    def answer(self, request: Request) -> Reply:
        """Answer a request."""
        self.requests.append(request)
        if parse_signature(request).service == "codeartifact":
            return 200, {"Content-Type": "application/json"}, _code_artifact(request, self.url)
        moto = http.client.HTTPConnection(urlsplit(self.moto).netloc, timeout=60)
        with contextlib.closing(moto):
            moto.request(request.method, request.target, request.body, dict(request.headers))
            response = moto.getresponse()
            headers = {
                name: value
                for name, value in response.headers.items()
                if name.lower() not in _HOP_BY_HOP
            }
            return response.status, headers, response.read()


def is_signed_with(request: Request, keys: Mapping[str, str]) -> bool:
    """Return whether a request was signed with these keys, as `get` prints them."""
    signature = parse_signature(request)
    named = (signature.access_key_id, signature.session_token)
    expected = recomputed(request, signature, keys["SecretAccessKey"])
    return named == (keys["AccessKeyId"], keys["SessionToken"]) and expected == signature.signature


@contextlib.contextmanager
def services() -> Iterator[Services]:
    """Serve them on a port of this computer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self.rfile.read(length), "")
            status, headers, body = served.answer(request)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815  names of the class

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with moto_server() as moto, serving(server):
        served = Services(f"http://127.0.0.1:{server.server_port}", moto)
        yield served


def _code_artifact(request: Request, url: str) -> bytes:
    name = {
        ("POST", "/v1/authorization-token"): "GetAuthorizationToken",
        ("GET", "/v1/repository/endpoint"): "GetRepositoryEndpoint",
    }[request.method, request.path]
    model = botocore.session.Session().get_service_model("codeartifact").operation_model(name)
    asked = request.query
    _validate(_members(asked), model.input_shape)
    answers: dict[str, dict[str, Any]] = {
        "GetAuthorizationToken": {
            "authorizationToken": f"token-of-{asked['domain']}",
            "expiration": int(time.time()) + 12 * 3600,
        },
        "GetRepositoryEndpoint": {
            "repositoryEndpoint": f"{url}/{asked.get('format')}/{asked.get('repository')}/"
        },
    }
    _validate(answers[name], model.output_shape)
    return json.dumps(answers[name]).encode()


def _members(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the members of an input that a query has."""
    names = {"domain-owner": "domainOwner", "duration": "durationSeconds"}
    found: dict[str, Any] = {names.get(name, name): value for name, value in query.items()}
    if "durationSeconds" in found:
        found["durationSeconds"] = int(found["durationSeconds"])
    return found


def _validate(members: Mapping[str, Any], shape: object) -> None:
    report = ParamValidator().validate(members, shape)
    assert not report.has_errors(), report.generate_report()
