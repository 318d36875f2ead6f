"""Which certificates of servers are trusted: those of AWS_CA_BUNDLE, or those that this computer trusts.

On Linux these are OpenSSL's, on Windows those of its stores of certificates. An intercepting proxy whose
certificate an administrator has installed there needs no variable.
"""

from __future__ import annotations

import importlib.util
import os
import ssl

from credential_process.errors import Unavailable, printable

_HINT = "set AWS_CA_BUNDLE to a file of certificates in PEM format, or remove it"


def context(bundle: str) -> ssl.SSLContext:
    """Return a client's context that trusts a file or folder of certificates, if empty the computer's.

    Raises `Unavailable` if the file cannot be read or has no certificate.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if bundle:
            is_folder = os.path.isdir(bundle)
            made.load_verify_locations(**{"capath" if is_folder else "cafile": bundle})
        else:
            made.load_default_certs()
            if not _has_store():
                made.load_verify_locations(cafile=_bundle_of_botocore())
    except OSError as error:  # ssl.SSLError is one
        reason = printable(error.strerror or str(error))
        failure = Unavailable(
            f"the certificates in {bundle or 'botocore'} cannot be read ({reason})", hint=_HINT
        )
    else:
        return made
    raise failure


def _has_store() -> bool:
    """Return whether OpenSSL finds certificates: images of containers and some builds of Python have none."""
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or (paths.capath and os.listdir(paths.capath)))


def _bundle_of_botocore() -> str:
    """Return the path of Mozilla's list of certificates, without importing botocore."""
    found = importlib.util.find_spec("botocore")
    return os.path.join(os.path.dirname(found.origin or ""), "cacert.pem") if found else ""
