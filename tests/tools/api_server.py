"""As much of a Kubernetes API server as `kubectl get namespaces` asks for, with the authenticator of EKS.

It does with a bearer token what EKS does: the token is a presigned URL of STS, which is sent with the name of the
cluster as a header that is signed too, and STS answers who the caller is.
"""

import base64
import http.server
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from credential_process.sandbox.http.certificates import Certificates
from testing.serving import serving

_PREFIX = "k8s-aws-v1."
NAMESPACE = "namespace-of-the-test"
_ARN = re.compile("<Arn>(.+)</Arn>")


@dataclass
class Cluster:
    """A cluster, by its name; `callers` are those that it has answered, and `refused` the tokens of others."""

    name: str
    sts: str
    url: str = ""
    ca_bundle: str = ""
    callers: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def caller(self, token: str) -> str:
        """Return the ARN of the caller with a token; raises `ValueError` if it has none."""
        if not token.startswith(_PREFIX):
            raise ValueError("not a token of EKS")
        encoded = token.removeprefix(_PREFIX)
        signed = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
        if parse_qs(signed.query)["Action"] != ["GetCallerIdentity"]:
            raise ValueError("a presigned URL of another operation")
        # The host is in the signature, so it is sent wherever the request goes.
        headers = {"x-k8s-aws-id": self.name, "Host": signed.netloc}
        request = Request(f"{self.sts}{signed.path}?{signed.query}", headers=headers)
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=60) as response:
                arn = _ARN.search(response.read().decode())
        except HTTPError as error:
            with error:
                raise ValueError(f"STS refuses it: {error.read()!r}") from error
        assert arn is not None
        return arn[1]


@contextmanager
def cluster(name: str, sts: str) -> Iterator[Cluster]:
    """Serve a cluster by TLS, on a port of localhost; `sts` is the address of the STS that it asks."""
    certificates = Certificates()
    served = Cluster(name, sts, ca_bundle=str(certificates.ca_bundle))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                served.callers.append(served.caller(token))
            except ValueError:
                served.refused.append(token)
                self._reply(401, _status(401, "Unauthorized"))
                return
            answer = _ANSWERS.get(urlsplit(self.path).path)
            self._reply(200 if answer else 404, answer or _status(404, "NotFound"))

        def _reply(self, status: int, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = certificates.context_for("localhost")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    served.url = f"https://localhost:{server.server_port}"
    try:
        with serving(server):
            yield served
    finally:
        certificates.close()


def _status(code: int, reason: str) -> dict[str, Any]:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "reason": reason,
        "message": reason,
        "code": code,
    }


_NAMESPACES = {
    "name": "namespaces",
    "singularName": "namespace",
    "namespaced": False,
    "kind": "Namespace",
    "verbs": ["get", "list"],
    "shortNames": ["ns"],
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": {
        "kind": "APIResourceList",
        "groupVersion": "v1",
        "resources": [_NAMESPACES],
    },
    "/api/v1/namespaces": {
        "kind": "NamespaceList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": "1"},
        "items": [
            {
                "metadata": {"name": NAMESPACE, "creationTimestamp": "2026-01-01T00:00:00Z"},
                "status": {"phase": "Active"},
            }
        ],
    },
}
