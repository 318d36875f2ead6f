"""A sign-in that is open on another host of the same home: its page is there, but its token serves callers here.

Containers that share a home have a broker each. A broker is alive if it holds its lock; on a file system that does not
show the locks of other hosts, each host signs in separately.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from credential_process import files
from credential_process.broker.sign_in.flow import Flow
from credential_process.errors import UsageError, printable
from credential_process.session.context import SessionContext
from credential_process.stores import mailbox, open_sign_in
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.open_sign_in import OpenSignIn
from credential_process.system import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow import OnEnd
    from credential_process.stores.want import Want

_LOCK_SECONDS = 10  # half of what is left to begin a sign-in, after the wait for the token file
# The next broker of that host takes over the sign-in of a killed one within this time.
_TAKEN_OVER_SECONDS = 3


class OtherHostSignIn(OpenSignIn):
    """The same sign-in for callers of this host, without the address, which cannot be opened here."""

    __slots__ = ("host",)

    flow: ClassVar[str] = "elsewhere"

    host: str

    @property
    def url(self) -> str:
        """Empty: the page is on the other host."""
        return ""


class _Page(NamedTuple):
    """An open sign-in in the browser of another host."""

    host_folder: str
    sign_in: AuthorizationCodeSignIn
    machine: str

    @property
    def host(self) -> str:
        """The name of that host, for messages."""
        own = surroundings.host_name()
        is_another = self.machine not in {"", own}
        return self.machine if is_another else f"{own}, in another network namespace"

    @property
    def is_open(self) -> bool:
        """Whether this sign-in is still open there, with or without a broker."""
        return open_sign_in.is_open(mailbox.page_path(self.host_folder), self.sign_in.begun_by)

    @property
    def has_broker(self) -> bool:
        """Whether its broker is alive, as far as this host can see."""
        return mailbox.is_seen_served(self.host_folder)

    def close(self) -> None:
        """End it, by deleting its file, which its broker notices."""
        files.remove(mailbox.page_path(self.host_folder))


class OtherHostFlow(Flow[OtherHostSignIn]):
    """Waits for the end of a sign-in on another host; its result is in the token file, or in the shared outcome."""

    is_here: ClassVar[bool] = False

    def __init__(
        self, broker: BrokerContext, context: SessionContext, on_end: OnEnd, page: _Page
    ) -> None:
        path = mailbox.page_path(broker.host_folder)
        super().__init__(path, AuthorizationCodeSignIn.flow, broker, context, on_end)
        self._page = page
        self._seen_at = time.monotonic()

    def begin(self, want: Want, deadline: float) -> None:  # noqa: ARG002  the other host has begun it
        """Store where it is open, for the callers of this host."""
        there = self._page.sign_in
        shared = {name: getattr(there, name) for name in OpenSignIn.fields()}
        self.sign_in = OtherHostSignIn(**shared, host=self._page.host)
        self._store()

    def listen(self) -> None:
        """Do nothing: the other host listens."""

    def attend(self, wants: dict[str, Want]) -> None:
        """Do nothing: the other host opens the page."""

    def expire_when_due(self) -> None:
        """End it when it has ended there, or when no broker there can end it any more."""
        now = time.monotonic()
        if self._page.has_broker:
            self._seen_at = now
        is_left = now > self._seen_at + _TAKEN_OVER_SECONDS
        if is_left or not self._page.is_open or self.sign_in.has_ended(time.time()):
            # The wants are decided again; the outcome is for the other host to record.
            self.end(None)


@contextlib.contextmanager
def beginning(session_folder: str) -> Iterator[None]:
    """Hold a lock, so that hosts of one home begin sign-ins one after the other, and see those that are open.

    If the lock is not free in time, continue without it: two pages are better than none.
    """
    lock = os.path.join(session_folder, "sign_in.lock")
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # TimeoutError is one
            held.enter_context(files.lock(lock, timeout_seconds=_LOCK_SECONDS))
        yield


def find(host_folder: str, context: SessionContext) -> _Page | None:
    """Return a page for the same session that is open on another host, and whose broker is alive."""
    return next((page for page in _pages(host_folder, context) if page.has_broker), None)


def close(host_folder: str, context: SessionContext) -> None:
    """Close the pages for the same session on all other hosts, since one was opened here."""
    with contextlib.suppress(OSError):
        for page in _pages(host_folder, context):
            page.close()


def _pages(host_folder: str, context: SessionContext) -> Iterator[_Page]:
    hosts, own = os.path.split(host_folder)
    session_folder = os.path.dirname(hosts)
    for name in sorted(os.listdir(hosts)):
        found = _read(os.path.join(hosts, name)) if name != own else None
        if found is not None and _is_for(context, found[1], session_folder):
            machine = printable(found[1].get("machine", ""))
            yield _Page(os.path.join(hosts, name), found[0], machine)


def _read(host_folder: str) -> tuple[AuthorizationCodeSignIn, dict[str, str]] | None:
    found = open_sign_in.read(mailbox.page_path(host_folder), AuthorizationCodeSignIn)
    return found if found is not None and not found[0].has_ended(time.time()) else None


def _is_for(context: SessionContext, fields: dict[str, str], session_folder: str) -> bool:
    try:
        session = SessionContext.of(fields, session_folder).session
    except UsageError:
        return True  # its config cannot be read from here, but the session has the same name
    return (session.start_url, session.region) == (
        context.session.start_url,
        context.session.region,
    )
