"""Which certificates of servers are trusted: those of AWS_CA_BUNDLE, or those that this computer trusts.

An inspecting proxy whose certificate an administrator has installed on the computer needs no variable. A computer that
has no certificates uses botocore's, which are Mozilla's.
"""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from credential_process.errors import Unavailable, printable

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIABLE = "AWS_CA_BUNDLE (or REQUESTS_CA_BUNDLE)"
_HINT = f"set {_VARIABLE} to a file of certificates in PEM format, or remove the variable"
# Expired, or not valid yet: of OpenSSL, of Windows (CERT_E_EXPIRED), of macOS (errSecCertificateExpired).
_DATES = {9, 10, 0x800B0101, -67818}


def context(
    bundle: str, computer: Callable[[], ssl.SSLContext | None] | None = None
) -> ssl.SSLContext:
    """Return a client's context that trusts a file or folder of certificates, if empty the computer's.

    `computer` returns the context for what the computer trusts. Raises `Unavailable` if a file cannot be read or has
    no certificate.
    """
    try:
        made = _of_bundle(bundle) if bundle else _of_computer(computer)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
    except OSError as error:  # ssl.SSLError is one
        is_readable = isinstance(error, ssl.SSLError)
        reason = "it has none in PEM format" if is_readable else printable(error.strerror or "")
        failure = Unavailable(
            f"the certificates in {bundle or place('')} cannot be read ({reason})", hint=_HINT
        )
    else:
        return made
    raise failure


def place(bundle: str) -> str:
    """Return what a user knows the certificates by that `context` trusts."""
    if bundle:
        return bundle
    from credential_process.system import trust  # not needed where there is a bundle, or no TLS

    return trust.place() or f"{_bundle_of_botocore()} (botocore's)"


def refusal(error: object, bundle: str) -> tuple[str, str]:
    """Return why TLS has failed with the certificates of `context`, and a hint."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "no connection with TLS", "check the network and the proxy, and run it again"
    reason = printable(getattr(error, "verify_message", "") or str(error), limit=120)
    if getattr(error, "verify_code", 0) in _DATES:
        hint = "check the clock of this computer"
    elif bundle:
        hint = (
            f"{_VARIABLE} alone is trusted: add the certificate of the inspecting proxy to its file, "
            "or remove the variable"
        )
    else:
        hint = (
            "if a proxy inspects connections, install its certificate on this computer, or set "
            "AWS_CA_BUNDLE to a file with it"
        )
    return f"its certificate is not trusted: {reason}", hint


def _of_computer(computer: Callable[[], ssl.SSLContext | None] | None) -> ssl.SSLContext:
    if computer is None:
        from credential_process.system import trust

        computer = trust.context
    return computer() or _of_bundle(_bundle_of_botocore())


def _of_bundle(path: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    return made


def _bundle_of_botocore() -> str:
    """Return the path of Mozilla's list of certificates, without importing botocore."""
    import importlib.util  # most computers have a list

    found = importlib.util.find_spec("botocore")
    return os.path.join(os.path.dirname(found.origin or ""), "cacert.pem") if found else ""
