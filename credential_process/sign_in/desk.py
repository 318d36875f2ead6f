"""The desk where people are asked: at most one sign-in is open, and all who need it wait for it together."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    Unauthorized,
    Unavailable,
)
from credential_process.origin import Origin
from credential_process.sign_in import open_sign_in, outcomes, permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.mailbox import Want
    from credential_process.origin import Services
    from credential_process.sign_in.authorization_code import AuthorizationCode

log = logging.getLogger(__name__)

_ARRIVAL_SECONDS = 5
_LOOK_SECONDS = 0.25


class SignInDesk:
    """Owns the open sign-in. All its methods run on the broker's own thread.

    `work` runs a function on another thread, `tell` brings one back to this; `done` is called with the
    origin and the failure, or None, when a sign-in has ended, and `gather` just before, so that whoever
    posted a want until then shares its end.
    """

    def __init__(
        self,
        host_folder: str,
        session_folder: str,
        services: Services,
        *,
        work: Callable[[Callable[[], None]], None],
        tell: Callable[[Callable[[], None]], None],
        gather: Callable[[], None],
        done: Callable[[Origin, CredentialProcessError | None], None],
    ) -> None:
        self._host_folder = host_folder
        self._session_folder = session_folder
        self._services = services
        self._work = work
        self._tell = tell
        self._gather = gather
        self._done = done
        self._beginning: Origin | None = None
        self._open: AuthorizationCode | None = None
        self._last: AuthorizationCode | None = None
        self._asked: set[str] = set()
        self._appointed_at = 0.0
        self._next_look = 0.0

    @property
    def is_busy(self) -> bool:
        """Tell whether somebody is being asked."""
        return self._beginning is not None or self._open is not None

    def need(self, want: Want, origin: Origin) -> None:
        """Let a want wait for a sign-in, and begin one if none is open; raises why that cannot be."""
        explicit = want.fields.get("kind") == "token"
        if explicit:
            outcomes.clear(self._session_folder)
            self._reopen()
        if self._is_for(origin):
            permission.to_wait(want, origin)
            return
        permission.to_begin(want, origin, self._session_folder)
        if self.is_busy:
            return  # one at a time: whoever waits is looked at again when the open one has ended
        self._beginning = origin
        log.info("sign-in begins for %s", want.fields.get("asker"))
        self._work(lambda: self._begin(want, origin))

    def attend(self, wants: dict[str, Want], is_signed_in: Callable[[Origin], bool]) -> None:
        """Look after the open sign-in: appoint a caller to open the page, end it when its time is over."""
        if self._open is None:
            return
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_SECONDS
            if is_signed_in(self._open.origin):
                self._open.end_as_signed_in()
            self._open.expire_when_due()
        if self._open.sign_in.arrived:
            return
        appointed = self._open.sign_in.appointed
        waiting = time.monotonic() < self._appointed_at + _ARRIVAL_SECONDS
        if appointed and appointed in wants and waiting:
            return
        for name, want in wants.items():
            if want.fields.get("reach") == "browser" and name not in self._asked:
                self._appoint(name)
                return

    def take_over(self) -> None:
        """Go on with what a broker before us has left open."""
        left = open_sign_in.read(self._host_folder)
        if left is None:
            open_sign_in.remove(self._host_folder)
            return
        sign_in, fields = left
        try:
            flow = self._flow(Origin.of(fields, self._session_folder))
            flow.take_over(sign_in)
        except CredentialProcessError as error:
            log.info("the open sign-in is not taken over: %s", error.message)
            outcomes.record(self._session_folder, error.message, min(sign_in.ends, time.time()))
            open_sign_in.remove(self._host_folder)
            return
        log.info("the open sign-in is taken over")
        self._open = flow

    def token_refused(self, error: Unauthorized, origin: Origin) -> CredentialProcessError:
        """Take note that the token of a sign-in was refused at once: the region or the start URL must be wrong."""
        session = origin.session
        outcomes.record(
            self._session_folder, "the token was refused right after the sign-in", time.time()
        )
        return Unavailable(
            f"signed in, but {error.message}",
            hint=f"check the region {session.region} and {session.service_url}",
        )

    def clear(self) -> None:
        """Forget failed sign-ins: the service has just accepted a token."""
        if outcomes.read(self._session_folder) is not None:
            outcomes.clear(self._session_folder)

    def _is_for(self, origin: Origin) -> bool:
        return self._beginning == origin or (self._open is not None and self._open.origin == origin)

    def _begin(self, want: Want, origin: Origin) -> None:
        if self._last is not None:
            self._last.close()
            self._last = None
        flow = self._flow(origin)
        failure: CredentialProcessError | None = None
        try:
            flow.begin(
                asker=want.fields.get("asker", ""),
                account=want.fields.get("account", ""),
                role=want.fields.get("role", ""),
            )
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = Unavailable(
                f"the sign-in cannot be written down: {error.strerror}",
                hint="make room on the disk",
            )
        self._tell(lambda: self._begun(flow, failure))

    def _flow(self, origin: Origin) -> AuthorizationCode:
        # Most brokers never sign anybody in, and an HTTP server is a third of what they would import.
        from credential_process.sign_in.authorization_code import AuthorizationCode

        return AuthorizationCode(self._host_folder, origin, self._services, self._on_end)

    def _begun(self, flow: AuthorizationCode, failure: CredentialProcessError | None) -> None:
        self._beginning = None
        if failure is None:
            self._open = flow
            self._asked.clear()
        else:
            self._done(flow.origin, failure)

    def _appoint(self, name: str) -> None:
        assert self._open is not None
        self._asked.add(name)
        self._appointed_at = time.monotonic()
        try:
            self._open.appoint(name)
        except OSError as error:
            log.warning("no caller could be appointed: %s", error.strerror)

    def _reopen(self) -> None:
        """Let a person who asks for it see the page again."""
        if self._open is not None and self._open.sign_in.arrived:
            self._open.invite_again()
            self._appointed_at = 0.0

    def _on_end(self, flow: AuthorizationCode, failure: CredentialProcessError | None) -> None:
        self._tell(lambda: self._ended(flow, failure))

    def _ended(self, flow: AuthorizationCode, failure: CredentialProcessError | None) -> None:
        log.info("sign-in ended: %s", failure.message if failure else "signed in")
        self._gather()
        try:
            if failure is None:
                outcomes.clear(self._session_folder)
            else:
                outcomes.record(self._session_folder, failure.message, time.time())
        except OSError as error:
            log.warning("the outcome cannot be written down: %s", error.strerror)
        open_sign_in.remove(self._host_folder)
        # The listener stays: a browser that comes again reads what became of it.
        self._open, self._last = None, flow
        self._done(flow.origin, failure)
