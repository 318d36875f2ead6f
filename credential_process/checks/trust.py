"""Check which certificates of servers are trusted: the first thing to know behind a proxy that inspects connections."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.checks.findings import ENVIRONMENT, Fact
from credential_process.identity_center import certificates
from credential_process.system import openssl_trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from credential_process.checks.findings import Finding


def check(variables: Mapping[str, str]) -> Iterator[Finding | Fact]:
    """Find a file of certificates that cannot be used; otherwise report which certificates are trusted."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        path = os.path.expanduser(variables.get(name, ""))
        if not path:
            continue
        problem = _problem(path)
        if problem:
            yield finding_kinds.CA_BUNDLE.found(
                ENVIRONMENT,
                f"{name} is {path}: {problem}",
                fix=f"set {name} to a file of certificates in PEM format, or remove it",
            )
        else:
            yield Fact(ENVIRONMENT, f"certificates in {path} are trusted, and no others ({name})")
        return
    yield Fact(ENVIRONMENT, f"certificates in {certificates.place('')} are trusted")


def _problem(path: str) -> str:
    """Return what is wrong with a file, or a folder as c_rehash(1) makes it."""
    if os.path.isdir(path):
        is_usable = openssl_trust.is_hashed(path)
        return "" if is_usable else "no file in it has a name that OpenSSL looks for, see c_rehash"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "it contains no certificate in PEM format"
    except OSError as error:
        return str(error.strerror)
    return ""
