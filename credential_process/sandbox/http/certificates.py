"""A certificate authority for one run, and a certificate for every host that clients ask for.

The ``openssl`` command makes them in a temporary folder, which holds all keys and is removed at the
end. Clients trust them only if ``AWS_CA_BUNDLE`` names them.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path

_DAYS = "30"
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Certificates:
    """A certificate authority and the certificates that it has signed, until it is closed."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sandbox-ca-"))
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.ca_bundle = self._folder / "ca.crt"
        self._ca_key = self._folder / "ca.key"
        self._sign_itself()

    def close(self) -> None:
        """Remove all keys and certificates."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def context_for(self, host: str) -> ssl.SSLContext:
        """Return the TLS context of a server with this name; made on first use."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*self._signed_for(host))
                self._contexts[host] = context
            return self._contexts[host]

    def _sign_itself(self) -> None:
        # Python 3.13 requires these extensions of a certificate authority.
        _openssl(
            "req", "-x509", *_NEW_KEY, "-days", _DAYS, "-subj", "/CN=Sandbox CA, not AWS",
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", str(self._ca_key), "-out", str(self.ca_bundle),
        )  # fmt: skip

    def _signed_for(self, host: str) -> tuple[Path, Path]:
        certificate, key, request, extensions = (
            self._folder / f"{host}.{ending}" for ending in ("crt", "key", "csr", "ext")
        )
        extensions.write_text(
            f"subjectAltName=DNS:{host}\n"
            "basicConstraints=critical,CA:FALSE\n"
            "keyUsage=critical,digitalSignature\n"
            "extendedKeyUsage=serverAuth\n"
            "subjectKeyIdentifier=hash\n"
            "authorityKeyIdentifier=keyid\n"
        )
        _openssl("req", *_NEW_KEY, "-subj", "/CN=Sandbox", "-keyout", str(key),
                 "-out", str(request))  # fmt: skip
        _openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.ca_bundle),
            "-CAkey", str(self._ca_key), "-CAcreateserial", "-days", _DAYS,
            "-extfile", str(extensions), "-out", str(certificate),
        )  # fmt: skip
        # The whole chain, as most inspecting proxies send it. Wine takes one without its root for trusted.
        certificate.write_text(certificate.read_text() + self.ca_bundle.read_text())
        return certificate, key


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)  # noqa: S607
