"""The certificates that a computer with Linux trusts: where OpenSSL or its distribution keeps them.

`SSL_CERT_FILE` and `SSL_CERT_DIR` have no effect: they belong to one caller, and a broker serves all.
"""

from __future__ import annotations

import os
import ssl
from typing import NamedTuple


class Places(NamedTuple):
    """Where certificates may be: a file and a folder that OpenSSL reads, and files of distributions."""

    file: str
    folder: str
    others: tuple[str, ...]


_OPENSSL = ssl.get_default_verify_paths()
PLACES = Places(
    # Where the OpenSSL of this Python looks, as set when it was built.
    _OPENSSL.openssl_cafile,
    _OPENSSL.openssl_capath,
    # One that was built elsewhere, such as that of uv, looks where this distribution has nothing:
    # https://github.com/astral-sh/python-build-standalone/issues/858
    (
        "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, Red Hat
        "/etc/ssl/ca-bundle.pem",  # SUSE
        "/etc/ssl/cert.pem",  # OpenWrt
    ),
)


def context(places: Places = PLACES) -> ssl.SSLContext | None:
    """Return a client's context that trusts them; None if this computer has none, as small images of containers.

    Raises `OSError` if a file has no certificate, or cannot be read.
    """
    found = place(places)
    if not found:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if found != places.folder:
        made.load_verify_locations(cafile=found)
    if is_hashed(places.folder):  # OpenSSL reads from it what it needs, besides the file
        made.load_verify_locations(capath=places.folder)
    return made


def place(places: Places = PLACES) -> str:
    """Return the path of the file, or the folder, with these certificates; empty if there are none."""
    if _is_filled(places.file):
        return places.file
    if is_hashed(places.folder):
        return places.folder
    return next(filter(_is_filled, places.others), "")


def _is_filled(file: str) -> bool:
    try:
        return os.stat(file).st_size > 0
    except OSError:
        return False


def is_hashed(folder: str) -> bool:
    """Return whether a folder has files with the names that OpenSSL looks for, as made by c_rehash(1).

    That of Red Hat has all certificates in one file, which OpenSSL does not read there.
    """
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(len(name) == 10 and name.endswith(".0") for name in names)
