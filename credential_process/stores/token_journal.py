"""The journal of a token exchange: the new token file under a name of its own, until it replaces the old one.

A refresh token serves once. A process that is killed between the service's answer and the replacement of the token
file leaves the journal, and the next one that holds the lock finishes the exchange. The name says which access token
is replaced; where the token file holds another one, or is gone, the journal is of no use any more.
"""

from __future__ import annotations

import glob

from credential_process.stores import sign_in_record


def path(token_file: str, replaced: str) -> str:
    """Return the path of the journal for the exchange of the access token `replaced`."""
    return f"{token_file}.{sign_in_record.digest(replaced)}.next"


def found(token_file: str) -> list[str]:
    """List the journals that killed processes have left of a token file."""
    return glob.glob(f"{glob.escape(token_file)}.*.next")
