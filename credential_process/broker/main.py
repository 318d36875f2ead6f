"""The broker: the only process that signs in, renews tokens and fetches role credentials.

One lives for each session and host, for as long as there is something to do and a little longer. It may
die at any point: every write replaces a whole file, and whoever misses it starts the next.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from credential_process import __version__, files
from credential_process.broker import daemon, housekeeping, inbox
from credential_process.broker.account_lists import AccountLists
from credential_process.broker.open_wants import OpenWants
from credential_process.broker.role_credentials import RoleCredentials, unwritable
from credential_process.broker.sign_in.coordinator import SignInCoordinator
from credential_process.broker.token_provider import TokenProvider
from credential_process.client import launcher
from credential_process.errors import CredentialProcessError, Defect
from credential_process.identifiers import whole_number
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import mailbox, token_cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

LINGER_SECONDS = 30.0
_LOCK_SECONDS = 1  # a caller that looks whether we are alive holds the lock for a moment
_BUSY_PAUSE_SECONDS = 0.005
_CALM_PAUSE_SECONDS = 0.05
_CALM_AFTER_SECONDS = 2
MOST_WORKERS = 50
MOST_TOKEN_WORKERS = 10


def main(host_folder: str) -> int:
    """Run the broker of the host folder that is named; a second one ends at once."""
    daemon.detach()
    gc.set_threshold(50_000)  # the import of botocore makes as many objects, and they all stay
    lock = os.path.join(host_folder, "broker.lock")
    try:
        daemon.log_to(launcher.log_path(host_folder))
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.lock(lock, timeout_seconds=_LOCK_SECONDS))
            except TimeoutError:
                log.info("another broker is alive")
                return 0
            os.close(launcher.START_LOCK_DESCRIPTOR)
            Broker(host_folder, lock).run()
    except Exception as error:  # noqa: BLE001  told to the callers, through the log's last line
        # Where, but not what: the text of an exception may hold what the service has sent.
        log.error("%s in %s line %s", type(error).__name__, *_place(error))
        return 1
    return 0


def _place(error: Exception) -> tuple[str, int]:
    """Return the function and the line that raised it. `traceback` reads the source, which takes a descriptor."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return (frame.tb_frame.f_code.co_name, frame.tb_lineno) if frame is not None else ("", 0)


class Broker:
    """The loop: hear what errands bring, read the mailbox, look after the open sign-in."""

    def __init__(self, host_folder: str, lock: str) -> None:
        session_folder = os.path.dirname(os.path.dirname(host_folder))
        self._folder = host_folder
        self._lock = lock
        self._lock_is = _identity(lock)
        self._events: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        workers = daemon.workers_at_once(MOST_WORKERS)
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="errand")
        self._token_workers = ThreadPoolExecutor(MOST_TOKEN_WORKERS, thread_name_prefix="tokens")
        self._wants = OpenWants(host_folder)
        self._last_work = time.monotonic()
        self._is_new = True
        self._retires = False
        services = ServiceClients()
        self._coordinator = SignInCoordinator(
            host_folder,
            session_folder,
            services,
            self,
            current=self._current,
            gather=self._look_again,
            done=self._signed_in,
        )
        self._tokens = TokenProvider(
            session_folder,
            services,
            self._coordinator,
            self,
            fail=self._end,
        )
        self._roles = RoleCredentials(session_folder, services, self._tokens, self)
        self._account_lists = AccountLists(session_folder, services, self._tokens, self)
        self._kinds: dict[str, Callable[[Want], None]] = {
            "role": self._roles.reconcile,
            "token": self._tokens.reconcile,
            "accounts": self._account_lists.reconcile,
            "cancel": self._cancel,
        }

    def run(self) -> None:
        """Serve until there has been nothing to do for a while, or the lock at its path is not ours any more."""
        log.info("alive, version %s", __version__)
        mailbox.write_line(
            os.path.join(self._folder, "broker.info"),
            {"pid": str(os.getpid()), "version": __version__},
        )
        home_cache = token_cache.folder(
            os.path.expanduser("~"), os.path.dirname(os.path.dirname(self._folder))
        )
        housekeeping.tidy(self._folder, home_cache, time.time())
        self._coordinator.take_over()
        self._look()
        self._is_new = False
        while not self._is_over():
            with contextlib.suppress(queue.Empty):
                self._events.get(timeout=self._pause())()
            if _identity(self._lock) != self._lock_is:
                log.info("the lock was taken away")
                os._exit(0)
            self._look()
            self._coordinator.attend(self._wants.by_name)
            self._account_lists.attend(self._wants.by_name)
        log.info("nothing to do")

    def _is_over(self) -> bool:
        is_busy = self._roles.is_busy or self._tokens.is_busy or self._account_lists.is_busy
        if is_busy or not self._events.empty():
            return False
        if self._retires:
            return True
        idle_seconds = time.monotonic() - self._last_work
        return (
            not self._wants.by_name
            and not self._coordinator.is_busy
            and idle_seconds > _linger_seconds()
        )

    def _pause(self) -> float:
        calm = time.monotonic() > self._last_work + _CALM_AFTER_SECONDS
        return _CALM_PAUSE_SECONDS if calm else _BUSY_PAUSE_SECONDS

    def _look(self) -> None:
        for want in self._wants.look():
            self._take(want)

    def _take(self, want: Want) -> None:
        if want.version != __version__ and not self._is_new:
            # Another version asks: it starts a broker of its own when we have finished and are gone. What was
            # there before us is served: its callers may be old, but it is us whom they have started.
            self._retires = True
            self._account_lists.retire()
        if self._retires:
            return
        if want.wants_debug_log:
            daemon.log.setLevel(logging.DEBUG)
        log.debug("%s", want.loggable)
        self._wants.open(want)
        self._last_work = time.monotonic()
        self.reconcile_again(want)

    def reconcile_again(self, want: Want) -> None:
        """Decide a want, anew if it has waited for something."""
        try:
            reconcile = self._kinds.get(want.kind)
            if reconcile is None:
                raise Defect("a want of an unknown kind")
            reconcile(want)
        except CredentialProcessError as error:
            self.fail(want, error)
        except OSError as error:
            self.fail(want, unwritable(error))

    def succeed(self, want: Want) -> None:
        """Answer a want: what it asked for is there."""
        if self._wants.close(want):
            inbox.dismiss(self._folder, want)
            self._last_work = time.monotonic()

    def fail(self, want: Want, error: CredentialProcessError) -> None:
        """Answer a want with a failure."""
        if self._wants.close(want):
            log.info("%s was told: %s", want.caller, error.message)
            inbox.fail(self._folder, want, error)
            self._last_work = time.monotonic()

    def _cancel(self, want: Want) -> None:
        """End the sign-in that another want began, whose user has changed their mind."""
        self._coordinator.cancel(want.begun_by)
        self.succeed(want)

    def _current(self, context: SessionContext) -> SignedIn | None:
        return self._tokens.signed_in(context)

    def _look_again(self) -> None:
        self._wants.invalidate()
        self._look()

    def _signed_in(self, context: SessionContext, failure: CredentialProcessError | None) -> None:
        self._tokens.sign_in_ended(context, failure)

    def _end(self, want: Want, context: SessionContext, failure: CredentialProcessError) -> None:
        self._roles.end(want, context, failure)

    def post(self, callback: Callable[[], None]) -> None:
        """Run something on this thread, soon."""
        self._events.put(callback)

    def run_in_thread(self, task: Callable[[], None]) -> None:
        """Run an errand on another thread."""
        self._submit(self._workers, task)

    def run_in_token_thread(self, task: Callable[[], None]) -> None:
        """Run a sign-in or a refresh on a thread of its own, which never waits behind fetches."""
        self._submit(self._token_workers, task)

    def _submit(self, workers: ThreadPoolExecutor, task: Callable[[], None]) -> None:
        def run() -> None:
            try:
                task()
            except Exception as error:  # noqa: BLE001  a defect must end us, or its wants would wait for ever
                defect = error
                self._events.put(lambda: _give_up(defect))

        workers.submit(run)


def _give_up(defect: Exception) -> None:
    raise defect


def _identity(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


def _linger_seconds() -> float:
    seconds = whole_number(os.environ.get("SSO_CREDENTIAL_PROCESS_LINGER", ""))
    return LINGER_SECONDS if seconds is None else seconds
