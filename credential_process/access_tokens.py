"""The access token of a session: read it, refresh it, and never lose it to a race, a kill or a bad network.

One lock a session, whatever the host, covers every exchange and the write after it. The SDKs and the AWS CLI take no
lock, so the file is read again before each write, and what they have written in between is respected. A sign-out
waits for the lock no longer than half a second, so whoever holds it looks for a sign-out after each write.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credential_process import (
    document_store,
    documents,
    files,
    sign_in_record,
    token_cache,
    token_journal,
)
from credential_process.errors import (
    CredentialProcessError,
    InvalidClient,
    InvalidGrant,
    Refused,
    SignInNeeded,
    UnauthorizedClient,
    Unavailable,
    unusable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from credential_process.config.reader import SsoSession
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import Grant
    from credential_process.sign_in_record import SignInRecord
    from credential_process.token_cache import Registration, Token

RENEW_SECONDS = (
    10 * 60
)  # before its end: SDKs that renew beside us do it in the last 15 to 5 minutes
_LOCK_SECONDS = 10
_SIBLING_SECONDS = 2
_SETTLE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token, the id of the sign-in that it belongs to, and the stamp of the file that it was read from."""

    id: str
    token: Token
    stamp: str


@dataclass(frozen=True, slots=True)
class Removed:
    """The tokens that a sign-out has deleted: those to be revoked now, and those of another OIDC endpoint."""

    tokens: tuple[Token, ...]
    of_other_endpoint: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class AccessTokens:
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
            token = self._read(file)
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

    def is_unfinished(self) -> bool:
        """Return whether the token file is empty or half-written: other programs write it in place."""
        return token_cache.is_unfinished(self.file)

    def settle(self) -> None:
        """Wait a moment for another program that is writing the token file."""
        ends = time.monotonic() + _SETTLE_SECONDS
        while self.is_unfinished() and time.monotonic() < ends:
            time.sleep(0.01)

    def renew(self, service: IdentityCenter, stale: str) -> Token:
        """Exchange the refresh token for a new access token in place of `stale`, or adopt a sibling's.

        Raises `SignInNeeded` when only the user can help, `Unavailable` when it may work later.
        """
        with self._exchanging():
            self._recover(service)
            self.settle()
            token = self.read()
            if token is not None and token.access_token != stale and token.is_valid(time.time()):
                return token
            if token is None or not token.can_be_refreshed(time.time()):
                raise self._is_over()
            return self._exchange(service, token)

    def rehearse(self) -> None:
        """Do all that it takes to store a token, before the user is asked to sign in; raises `Unavailable`."""
        with self._exchanging(), files.draft(self.paths[0]) as draft:
            draft.reserve(token_cache.ROOM)

    def begin(
        self,
        grant: Grant,
        registration: Registration,
        *,
        service: IdentityCenter,
        is_open: Callable[[], bool],
    ) -> None:
        """Store the tokens of a sign-in, and delete what is cached of the one before.

        `is_open` returns whether the sign-in is still open, which a sign-out ends: its tokens are revoked then.
        Raises `Refused` in that case, `Unavailable` where they cannot be stored.
        """
        token = self._token(grant, registration)
        with self._exchanging():
            self._recover(service)
            record = sign_in_record.read(self.folder).begun(token.access_token, self.oidc_endpoint)
            with files.draft(self.paths[0]) as draft:
                draft.write(token_cache.to_text(token))
                sign_in_record.write(self.folder, record)
                document_store.forget(document_store.folders_of(self.folder))
                if is_open():
                    self._commit(draft)
            if not is_open() or self._has_ended(record):
                self._take_out(token, service)
                raise Refused(f"{self.session.label} was signed out while the sign-in was open")

    def end(self) -> Removed:
        """Sign out on this computer: delete the token and everything cached with it.

        This does not depend on the process that holds the lock, which finds out from the record that the user has
        signed out. What another region or start URL has left under this name is not ours to delete. Raises
        `Unavailable` where files cannot be deleted.
        """
        removed: dict[str, Token] = {}
        before = sign_in_record.read(self.folder)
        try:
            with self._lock_if_free():
                record = self._end_record()
                self._remove_tokens(removed)
                # A refresh that was on its way may have written its record over ours.
                while self._has_ended(record):
                    record = self._end_record()
                    self._remove_tokens(removed)
        except OSError as error:
            raise unusable("the token file cannot be deleted", error) from None
        is_other = before.oidc_endpoint != self.oidc_endpoint
        others = {token for token in removed if is_other and before.lists(token)}
        return Removed(
            tuple(token for access, token in removed.items() if access not in others),
            tuple(removed[access] for access in others),
        )

    def _read(self, file: str) -> Token | None:
        session = self.session
        return token_cache.read(file, start_url=session.start_url, region=session.region)

    def _exchange(self, service: IdentityCenter, token: Token) -> Token:
        assert token.registration is not None
        # A refresh token serves once, so room for the answer is taken before it is used.
        journal_path = token_journal.path(self.paths[0], token.access_token)
        with files.draft(self.paths[0], draft_path=journal_path) as journal:
            journal.reserve(token_cache.ROOM)
            try:
                grant = service.refresh(token.registration, token.refresh_token)
            except (InvalidGrant, InvalidClient, UnauthorizedClient):
                return self._adopt_sibling(token)
            renewed = self._token(grant, token.registration, refresh_token=token.refresh_token)
            journal.write(token_cache.to_text(renewed))  # from here on, a kill loses nothing
            return self._replace(token, renewed, journal, service)

    def _replace(
        self, token: Token, renewed: Token, journal: files.Draft, service: IdentityCenter
    ) -> Token:
        record = self._record_refresh(token, renewed)
        self.settle()
        now = self.read()
        # A sibling without our lock may have refreshed it too; its tokens are as good as ours then, and newer.
        if now is not None and now != token and now.is_valid(time.time()):
            return now
        is_there = now is not None or self.is_unfinished()
        if is_there:
            self._commit(journal)
        if not is_there or self._has_ended(record):
            self._take_out(renewed, service)
            raise SignInNeeded(f"{self.session.label} was signed out")
        self._finish_refresh(record, renewed)
        return renewed

    def _record_refresh(self, token: Token, renewed: Token) -> SignInRecord:
        """Return the record as it is now, with both tokens where the disk has room for that.

        Without room the new token is a sign-in of its own, which costs a fetch for each role and no token.
        """
        record = sign_in_record.read(self.folder).refreshing(
            token.access_token, renewed.access_token, self.oidc_endpoint
        )
        with contextlib.suppress(OSError):
            sign_in_record.write(self.folder, record)
        return sign_in_record.read(self.folder)

    def _finish_refresh(self, record: SignInRecord, renewed: Token) -> None:
        if not record.lists(renewed.access_token):
            return
        with contextlib.suppress(OSError):
            sign_in_record.write(self.folder, record.refreshed(renewed.access_token))
        folders = document_store.folders_of(self.folder)
        document_store.restamp(folders, record.id, documents.stamp(self.paths[0]))
        if sign_in_record.read(self.folder).id != record.id:
            document_store.forget(folders)  # signed out meanwhile

    def _commit(self, draft: files.Draft) -> None:
        draft.commit()
        files.sync_folder(os.path.dirname(self.paths[0]))

    def _recover(self, service: IdentityCenter) -> None:
        """Finish or undo the exchange of a process that was killed."""
        for journal in token_journal.found(self.paths[0]):
            renewed, current = self._read(journal), self._read(self.paths[0])
            if renewed is None:
                files.remove(journal)  # killed before the answer was written
            elif current is not None and journal == token_journal.path(
                self.paths[0], current.access_token
            ):
                record = self._record_refresh(current, renewed)
                os.replace(journal, self.paths[0])
                files.sync_folder(self.cache)
                self._finish_refresh(record, renewed)
            else:
                files.remove(journal)
                _discard(renewed, service)

    def _adopt_sibling(self, refused: Token) -> Token:
        """Wait for the program that used up the refresh token before us to write what it was given."""
        # First of all: a kill must not make the next process present it again.
        with contextlib.suppress(OSError):
            record = sign_in_record.read(self.folder).with_spent(refused.refresh_token)
            sign_in_record.write(self.folder, record)
        ends = time.monotonic() + _SIBLING_SECONDS
        while True:
            token = self.read()
            if (
                token is not None
                and token.access_token != refused.access_token
                and token.is_valid(time.time())
            ):
                return token
            if time.monotonic() >= ends:
                raise self._is_over()
            time.sleep(0.05)

    def _is_over(self) -> SignInNeeded:
        return SignInNeeded(f"the sign-in for {self.session.label} is over")

    def _has_ended(self, record: SignInRecord) -> bool:
        """Return whether another id has been written since: there was a sign-out."""
        return sign_in_record.read(self.folder).id != record.id

    def _take_out(self, token: Token, service: IdentityCenter) -> None:
        """Undo the storing of a token after a sign-out."""
        now = self._read(self.paths[0])
        if now is not None and now.access_token == token.access_token:
            files.remove(self.paths[0])
        self._end_record()
        _discard(token, service)

    def _end_record(self) -> SignInRecord:
        record = sign_in_record.read(self.folder).ended()
        try:
            sign_in_record.write(self.folder, record)
        except OSError:  # a full disk must not keep the user signed in
            sign_in_record.remove(self.folder)
            return sign_in_record.SignInRecord()
        return record

    def _remove_tokens(self, removed: dict[str, Token]) -> None:
        self.settle()
        for file in (*self.paths, *token_journal.found(self.paths[0])):
            token = self._read(file)
            if token is not None:
                removed[token.access_token] = token
            if token is not None or token_cache.is_unfinished(file):
                # A program without our lock may have been faster.
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(file)
        document_store.forget(document_store.folders_of(self.folder))

    def _token(self, grant: Grant, registration: Registration, *, refresh_token: str = "") -> Token:
        return token_cache.Token(
            start_url=self.session.start_url,
            region=self.session.region,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            registration=registration,
            refresh_token=grant.refresh_token or refresh_token,
        )

    @property
    def _lock_path(self) -> str:
        return os.path.join(self.folder, "token.lock")

    @contextlib.contextmanager
    def _lock_if_free(self) -> Iterator[None]:
        """Hold the lock unless another process keeps it for longer than half a second."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):  # `TimeoutError` is one
                held.enter_context(files.lock(self._lock_path, timeout_seconds=0.5))
            yield

    @contextlib.contextmanager
    def _exchanging(self) -> Iterator[None]:
        """Hold the lock; raises `Unavailable` where it cannot be had, and for an `OSError` while it is held."""
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.lock(self._lock_path, timeout_seconds=_LOCK_SECONDS))
            except TimeoutError:
                raise Unavailable(
                    f"{self._lock_path} is held by another process", hint="run it again"
                ) from None
            except OSError as error:
                raise unusable("the token cannot be locked", error) from None
            try:
                yield
            except OSError as error:
                raise unusable("the token file cannot be changed", error) from None


def _discard(token: Token, service: IdentityCenter) -> None:
    """Revoke a token that was dropped, as far as the service can be reached."""
    with contextlib.suppress(CredentialProcessError):
        service.logout(token.access_token)
