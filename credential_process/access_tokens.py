"""The access token of a session: look at it, renew it, and never lose it to a race or a bad network.

One lock a session, whatever the host, covers every exchange and the write after it. The SDKs and the
AWS CLI take no lock, so the file is read again before, and what they have written in between is respected.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credential_process import files, token_cache
from credential_process.errors import InvalidGrant, SignInNeeded, Unavailable, unusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.config.reader import SsoSession
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import Grant
    from credential_process.token_cache import Registration, Token

RENEW_SECONDS = (
    10 * 60
)  # before its end: SDKs that renew beside us do it in the last 15 to 5 minutes
_LOCK_SECONDS = 10
_SIBLING_SECONDS = 2


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """The token file of one session, with the lock that guards its exchanges."""

    session: SsoSession
    home: str
    folder: str

    @property
    def cache(self) -> str:
        """The folder that the token file and the client registrations are in."""
        return token_cache.folder(self.home, self.folder)

    @property
    def file(self) -> str:
        """The token cache file that counts; its existence means that somebody is signed in."""
        own, shared = self._files
        return shared if not os.path.lexists(own) and os.path.lexists(shared) else own

    @property
    def _files(self) -> tuple[str, str]:
        """The file that we write, and that of the AWS CLI; they differ where the home cannot be written."""
        folders = self.cache, token_cache.shared(self.home) or self.cache
        own, shared = (token_cache.path(folder, self.session.token_key) for folder in folders)
        return own, shared

    def read(self) -> Token | None:
        """Read the token as it is now; a miss is None."""
        file, session = self.file, self.session
        token = token_cache.read(file, start_url=session.start_url, region=session.region)
        if token is not None and file != self._files[0]:
            # To renew what we cannot replace would sign out whoever can.
            return replace(token, registration=None, refresh_token="")
        return token

    def renew(self, service: IdentityCenter, stale: str) -> Token:
        """Exchange the refresh token for a new access token in place of `stale`, or adopt a sibling's.

        Raises `SignInNeeded` when only a person can help, `Unavailable` when it may work later.
        """
        with self._exchanging():
            token = self.read()
            if token is not None and token.access_token != stale and token.is_valid(time.time()):
                return token
            if (
                token is None
                or token.registration is None
                or not token.can_be_refreshed(time.time())
            ):
                raise SignInNeeded(f"the sign-in for {self.session.label} is over")
            try:
                # A refresh token serves once: what it is exchanged for has to be kept.
                with files.replacement(self._files[0], room=token_cache.ROOM) as put:
                    grant = service.refresh(token.registration, token.refresh_token)
                    return self._replace(token, grant, token.registration, put)
            except InvalidGrant:
                return self._adopt_sibling(token)

    def rehearse(self) -> None:
        """Do all that it takes to store a token, so that nobody signs in in vain; raises `Unavailable`."""
        with self._exchanging(), files.replacement(self._files[0], room=token_cache.ROOM):
            pass

    def begin(self, grant: Grant, registration: Registration) -> None:
        """Store the tokens of a sign-in; raises `Unavailable`."""
        with self._exchanging():
            token_cache.store(self._files[0], self._token(grant, registration))

    def end(self) -> Token | None:
        """Remove the token, and return it so that it can be revoked; None if nobody is signed in.

        What another region or start URL has left under this name is not ours to remove. Raises `Unavailable`.
        """
        with self._exchanging():
            token = self.read()
            if token is not None:
                for file in self._files:
                    # Somebody without our lock may have been faster.
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(file)
            return token

    def _replace(
        self,
        token: Token,
        grant: Grant,
        registration: Registration,
        put: Callable[[str], None],
    ) -> Token:
        renewed = self._token(grant, registration, refresh_token=token.refresh_token)
        now = self.read()
        if now is None:
            raise SignInNeeded(f"{self.session.label} was signed out")
        # A sibling without our lock may have renewed it too; its tokens are as good as ours then, and newer.
        if now != token and now.is_valid(time.time()):
            return now
        put(token_cache.to_text(renewed))
        return renewed

    def _adopt_sibling(self, refused: Token) -> Token:
        """Wait for whoever used up the refresh token before us to write what it was given."""
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
                raise SignInNeeded(f"the sign-in for {self.session.label} is over")
            time.sleep(0.05)

    def _token(self, grant: Grant, registration: Registration, *, refresh_token: str = "") -> Token:
        return token_cache.Token(
            start_url=self.session.start_url,
            region=self.session.region,
            access_token=grant.access_token,
            expires_at=grant.expires_at,
            registration=registration,
            refresh_token=grant.refresh_token or refresh_token,
        )

    def _exchanging(self) -> _Exchange:
        return _Exchange(os.path.join(self.folder, "token.lock"))


class _Exchange:
    """The lock around an exchange, its failures told as ours."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = files.lock(path, timeout_seconds=_LOCK_SECONDS)

    def __enter__(self) -> None:
        try:
            self._lock.__enter__()
        except TimeoutError:
            raise Unavailable(
                f"{self._path} is held by another process", hint="run it again"
            ) from None
        except OSError as error:
            raise unusable("the token cannot be locked", error) from None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._lock.__exit__(None, None, None)
        if isinstance(error, OSError):
            raise unusable("the token file cannot be changed", error) from None
