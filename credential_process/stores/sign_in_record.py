"""The record of a session's sign-in: the id that everything cached with its tokens is bound to.

The id of a sign-in is a digest of its first access token. It stays the same when the token is refreshed here, because
the record lists the tokens of the sign-in. A token that is not in the record was written by another program, such as
the AWS CLI, and counts as another sign-in.

The record is written under the lock of the token file, except by a sign-out that cannot wait for the lock.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import NamedTuple

from credential_process import documents, files
from credential_process.stores import field_files

_MOST_SPENT = 16


class SignInRecord(NamedTuple):
    """A sign-in that sso-credential-process made or refreshed; all values but `oidc_endpoint` are digests.

    `tokens` are the current access token and, during an exchange, the next one. `oidc_endpoint` is the override of
    the endpoint that issued them, empty for AWS itself. `spent` are refresh tokens that the service has refused.
    `since` is when the user signed in, in epoch seconds, as text, and `scopes` are those that were asked for then; both
    are empty if another program did that.
    """

    id: str = ""
    oidc_endpoint: str = ""
    tokens: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()
    since: str = ""
    scopes: tuple[str, ...] = ()

    def lists(self, access_token: str) -> bool:
        """Return whether a token belongs to this sign-in."""
        return digest(access_token) in self.tokens

    def is_spent(self, refresh_token: str) -> bool:
        """Return whether the service has refused a refresh token."""
        return digest(refresh_token) in self.spent

    def id_of(self, access_token: str) -> str:
        """Return the id of the sign-in that a token belongs to."""
        return self.id if self.lists(access_token) else digest(access_token)

    def begun(
        self, access_token: str, oidc_endpoint: str, scopes: tuple[str, ...] = ()
    ) -> SignInRecord:
        """Return the record of a new sign-in."""
        token = digest(access_token)
        since = str(int(time.time()))
        begun = self._replace(id=token, tokens=(token,), oidc_endpoint=oidc_endpoint)
        return begun._replace(since=since, scopes=scopes)

    def refreshing(self, old: str, new: str, oidc_endpoint: str) -> SignInRecord:
        """Return the record while the access token `new` replaces `old`; the id stays."""
        kept = self if self.lists(old) else self._replace(id=self.id_of(old), since="", scopes=())
        return kept._replace(tokens=(digest(old), digest(new)), oidc_endpoint=oidc_endpoint)

    def refreshed(self, new: str) -> SignInRecord:
        """Return the record when `new` has replaced the token before it."""
        return self._replace(tokens=(digest(new),))

    def with_spent(self, refresh_token: str) -> SignInRecord:
        """Return the record with a refresh token that the service has refused."""
        spent = dict.fromkeys((*self.spent, digest(refresh_token)))
        return self._replace(spent=tuple(spent)[-_MOST_SPENT:])

    def ended(self) -> SignInRecord:
        """Return the record of a session that was signed out: a new id, which no token belongs to."""
        return SignInRecord(id=os.urandom(16).hex(), spent=self.spent)


def digest(token: str) -> str:
    """Return 128 bits of a token's SHA-256, which identify it and reveal nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def read(folder: str) -> SignInRecord:
    """Read the record in a session's folder; a missing or damaged one is empty."""
    fields = field_files.read(_path(folder)) or {}
    return SignInRecord(
        id=fields.get("id", ""),
        oidc_endpoint=fields.get("oidc_endpoint", ""),
        tokens=tuple(filter(None, fields.get("tokens", "").split(","))),
        spent=tuple(filter(None, fields.get("spent", "").split(","))),
        since=fields.get("since", ""),
        scopes=tuple(fields.get("scopes", "").split()),
    )


def stamp(folder: str) -> str:
    """Return one word that changes whenever the record does; empty if there is none."""
    return documents.stamp(_path(folder))


def write(folder: str, record: SignInRecord) -> None:
    """Replace the record; raises `OSError`."""
    fields = {
        "id": record.id,
        "oidc_endpoint": record.oidc_endpoint,
        "tokens": ",".join(record.tokens),
        "spent": ",".join(record.spent),
        "since": record.since,
        "scopes": " ".join(record.scopes),
    }
    field_files.write(_path(folder), fields, durable=True)


def remove(folder: str) -> None:
    """Delete the record if it cannot be replaced: its id is then a different one, too."""
    files.remove(_path(folder))


def _path(folder: str) -> str:
    return os.path.join(folder, "sign-in")
