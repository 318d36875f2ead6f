"""The journal of a token exchange: the new token file under a separate name, until it replaces the old one.

A refresh token can be used once. A process that is killed between the service's reply and the replacement of the token
file leaves the journal, and the next one that holds the lock finishes the exchange. Its name contains a digest of the
access token that is replaced; if the token file holds another one, or is gone, the journal is useless.
"""

from __future__ import annotations

import glob

from credential_process.stores import sign_in_record


def path(token_file: str, replaced: str) -> str:
    """Return the path of the journal for the exchange of the access token `replaced`."""
    return f"{token_file}.{sign_in_record.digest(replaced)}.next"


def found(token_file: str) -> list[str]:
    """Return the journals of a token file that killed processes have left."""
    return glob.glob(f"{glob.escape(token_file)}.*.next")
