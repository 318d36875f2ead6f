"""The token file of a session, and the lock that guards its exchanges.

`token_exchange` writes the tokens from the service, and `sign_out` deletes them.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from credential_process import documents, files, identifiers
from credential_process.errors import Unavailable, unusable
from credential_process.stores import sign_in_record, token_cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.config.sso_session import SsoSession
    from credential_process.stores.sign_in_record import SignInRecord
    from credential_process.stores.token_cache import Token

# Before the end of a token. The SDKs refresh it in its last 15 to 5 minutes.
REFRESH_SECONDS = 10 * 60
_LOCK_SECONDS = 10
_SETTLE_SECONDS = 0.3


class SignedIn(NamedTuple):
    """A token, the id of the sign-in that it belongs to, and the stamp of the file that it was read from.

    `since` is when the user signed in, in epoch seconds, and 0 if another program did that; then the `scopes` of the
    token are not known, and empty.
    """

    id: str
    token: Token
    stamp: str
    since: int = 0
    scopes: tuple[str, ...] = ()


class _Kept(NamedTuple):
    """What was read, and the state of the files then: a broker asks several times for each of hundreds of wants."""

    files: tuple[str, str, str]
    signed_in: SignedIn


class TokenStore(NamedTuple):
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
        """The folder of the token file and the client registrations."""
        return token_cache.folder(self.home, self.folder)

    @property
    def file(self) -> str:
        """The token file in use; if it does not exist, the user is signed out."""
        own, shared = self.paths
        return shared if not os.path.lexists(own) and os.path.lexists(shared) else own

    @property
    def paths(self) -> tuple[str, str]:
        """The token file that is written here, and that of the AWS CLI; they differ if the home cannot be written."""
        folders = self.cache, token_cache.shared(self.home) or self.cache
        own, shared = (token_cache.path(folder, self.session.token_key) for folder in folders)
        return own, shared

    def read(self) -> Token | None:
        """Return the present token; None for a miss."""
        signed_in = self.signed_in()
        return None if signed_in is None else signed_in.token

    def signed_in(self) -> SignedIn | None:
        """Return the present token with its sign-in and its stamp; None for a miss.

        A token that is recorded for another OIDC endpoint is a miss, and a refresh token that the service has
        refused is left out.
        """
        while True:
            file, (own, _) = self.file, self.paths
            files_as_read = own, documents.stamp(file), sign_in_record.stamp(self.folder)
            kept = _kept.get(self)
            if kept is not None and kept.files == files_as_read:
                return kept.signed_in
            token = self.read_file(file)
            record = sign_in_record.read(self.folder)
            if (documents.stamp(file), sign_in_record.stamp(self.folder)) == files_as_read[1:]:
                break
        if token is None:
            return None
        if record.lists(token.access_token) and record.oidc_endpoint != self.oidc_endpoint:
            return None
        # Never refresh a token that cannot be written back: it would spend the single-use refresh token.
        if file != own or record.is_spent(token.refresh_token):
            token = token._replace(refresh_token="")
        is_ours = record.lists(token.access_token)
        since = (identifiers.whole_number(record.since) if is_ours else 0) or 0
        scopes = record.scopes if is_ours else ()
        id_ = record.id_of(token.access_token)
        signed_in = SignedIn(id_, token, files_as_read[1], since, scopes)
        if record.id or not files_as_read[2]:  # otherwise it could not be read, for now
            _kept[self] = _Kept(files_as_read, signed_in)
        return signed_in

    def scopes_of(self, signed_in: SignedIn) -> tuple[str, ...]:
        """Return the scopes of a token, or if another program has signed in, those of its registration.

        Empty if neither is known.
        """
        registration = signed_in.token.registration
        if signed_in.scopes or registration is None:
            return signed_in.scopes
        folders = dict.fromkeys((self.cache, token_cache.shared(self.home) or self.cache))
        found = (token_cache.registered_scopes(each, registration.client_id) for each in folders)
        return next(filter(None, found), ())

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
        """Check that a token can be stored, before the user is asked to sign in; raises `Unavailable` if not."""
        with self.exchanging(), files.draft(self.paths[0]) as draft:
            draft.reserve(token_cache.ROOM)

    def read_file(self, file: str) -> Token | None:
        """Return the token in a file, the token file or a journal of it; None for a miss."""
        session = self.session
        return token_cache.read(file, start_url=session.start_url, region=session.region)

    def commit(self, draft: files.Draft) -> None:
        """Replace the token file, so that a crash of the machine does not undo it."""
        draft.commit()
        files.sync_folder(os.path.dirname(self.paths[0]))

    def has_ended(self, record: SignInRecord) -> bool:
        """Return whether a sign-out has written another id since this record was read."""
        return sign_in_record.read(self.folder).id != record.id

    def end_record(self) -> SignInRecord:
        """Record that the user has signed out; return the new record."""
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
    def exchanging(self, *, wait_seconds: float = _LOCK_SECONDS) -> Iterator[None]:
        """Hold the lock; raises `Unavailable` if that is not possible, and for an `OSError` while it is held."""
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.lock(self.lock_path, timeout_seconds=wait_seconds))
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


_kept: dict[TokenStore, _Kept] = {}
