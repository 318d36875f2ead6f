"""As much of S3 as needed to see who signs requests: one object, for any identity."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from testing.serving import serving

Signer = tuple[str, str]  # access key id, session token
CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 Credential=(?P<access_key_id>\w+)/")
SIZE = 4711


@dataclass(frozen=True, slots=True)
class Bucket:
    """Its address, and who signed the requests so far; None is an unsigned request."""

    address: str
    signers: list[Signer | None] = field(default_factory=list)


@contextmanager
def served() -> Iterator[Bucket]:
    """Serve a bucket on a port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            signed = CREDENTIAL.match(self.headers.get("Authorization", ""))
            session_token = self.headers.get("X-Amz-Security-Token", "")
            bucket.signers.append((signed["access_key_id"], session_token) if signed else None)
            self.send_response(200 if signed else 403)
            self.send_header("Content-Length", str(SIZE) if signed else "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket = Bucket(f"127.0.0.1:{server.server_port}")
    with serving(server):
        yield bucket
