"""The token file of a session, and the lock that guards its exchanges.

`token_exchange` writes what the service gives, and `sign_out` deletes it.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credential_process import documents, files
from credential_process.errors import Unavailable, unusable
from credential_process.stores import sign_in_record, token_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.config.reader import SsoSession
    from credential_process.stores.sign_in_record import SignInRecord
    from credential_process.stores.token_cache import Token

REFRESH_SECONDS = (
    10 * 60
)  # before its end: SDKs that refresh beside us do it in the last 15 to 5 minutes
_LOCK_SECONDS = 10
_SETTLE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token, the id of the sign-in that it belongs to, and the stamp of the file that it was read from."""

    id: str
    token: Token
    stamp: str


@dataclass(frozen=True, slots=True)
class TokenStore:
    """The token file of one session, with the lock that guards its exchanges.

    `folder` is the session's plain folder: there is one token file, whatever the endpoints are. `oidc_endpoint` is
    the override of the endpoint that these tokens come from, empty for AWS itself.
    """

    session: SsoSession
    home: str
    folder: str
    oidc_endpoint: str = ""

    @property
    def cache(self) -> str:
        """The folder that the token file and the client registrations are in."""
        return token_cache.folder(self.home, self.folder)

    @property
    def file(self) -> str:
        """The token cache file that counts; without it, the user is signed out."""
        own, shared = self.paths
        return shared if not os.path.lexists(own) and os.path.lexists(shared) else own

    @property
    def paths(self) -> tuple[str, str]:
        """The file that we write, and that of the AWS CLI; they differ where the home cannot be written."""
        folders = self.cache, token_cache.shared(self.home) or self.cache
        own, shared = (token_cache.path(folder, self.session.token_key) for folder in folders)
        return own, shared

    def read(self) -> Token | None:
        """Return the token as it is now; a miss is None."""
        signed_in = self.signed_in()
        return None if signed_in is None else signed_in.token

    def signed_in(self) -> SignedIn | None:
        """Return the token as it is now with what it belongs to; None for a miss.

        A token that is recorded for another OIDC endpoint is a miss, and a refresh token that the service has
        refused is left out.
        """
        while True:
            file = self.file
            stamp = documents.stamp(file)
            token = self.read_file(file)
            record = sign_in_record.read(self.folder)
            if documents.stamp(file) == stamp:
                break
        if token is None:
            return None
        if record.lists(token.access_token) and record.oidc_endpoint != self.oidc_endpoint:
            return None
        # A refresh of what we cannot replace would spend the refresh token of all others.
        if file != self.paths[0] or record.is_spent(token.refresh_token):
            token = replace(token, refresh_token="")
        return SignedIn(record.id_of(token.access_token), token, stamp)

    def are_of(self, sign_in: str) -> bool:
        """Return whether the user is signed in with the sign-in of this id: not signed out or changed since."""
        signed_in = self.signed_in()
        return signed_in is not None and signed_in.id == sign_in

    def is_unfinished(self) -> bool:
        """Return whether the token file is empty or half-written: other programs write it in place."""
        return token_cache.is_unfinished(self.file)

    def settle(self) -> None:
        """Wait a moment for another program that is writing the token file."""
        ends = time.monotonic() + _SETTLE_SECONDS
        while self.is_unfinished() and time.monotonic() < ends:
            time.sleep(0.01)

    def check_storable(self) -> None:
        """Do all that it takes to store a token, before the user is asked to sign in; raises `Unavailable`."""
        with self.exchanging(), files.draft(self.paths[0]) as draft:
            draft.reserve(token_cache.ROOM)

    def read_file(self, file: str) -> Token | None:
        """Return the token in a file, the token file or a journal of it; a miss is None."""
        session = self.session
        return token_cache.read(file, start_url=session.start_url, region=session.region)

    def commit(self, draft: files.Draft) -> None:
        """Replace the token file, so that a crash of the machine does not undo it."""
        draft.commit()
        files.sync_folder(os.path.dirname(self.paths[0]))

    def has_ended(self, record: SignInRecord) -> bool:
        """Return whether another id has been written since: there was a sign-out."""
        return sign_in_record.read(self.folder).id != record.id

    def end_record(self) -> SignInRecord:
        """Record that the user has signed out; return the record as it is then."""
        record = sign_in_record.read(self.folder).ended()
        try:
            sign_in_record.write(self.folder, record)
        except OSError:  # a full disk must not keep the user signed in
            sign_in_record.remove(self.folder)
            return sign_in_record.SignInRecord()
        return record

    @property
    def lock_path(self) -> str:
        """The lock of the token file."""
        return os.path.join(self.folder, "token.lock")

    @contextlib.contextmanager
    def exchanging(self) -> Iterator[None]:
        """Hold the lock; raises `Unavailable` where it cannot be had, and for an `OSError` while it is held."""
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.lock(self.lock_path, timeout_seconds=_LOCK_SECONDS))
            except TimeoutError:
                raise Unavailable(
                    f"{self.lock_path} is held by another process", hint="run it again"
                ) from None
            except OSError as error:
                raise unusable("the token cannot be locked", error) from None
            try:
                yield
            except OSError as error:
                raise unusable("the token file cannot be changed", error) from None
