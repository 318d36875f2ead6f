"""The broker: the only process that signs in, refreshes tokens and fetches role credentials.

Each session has one on each host, for as long as there is work and a little longer. It may be killed at any point:
every write replaces a whole file, and the next caller starts another broker.

It is a reconcile loop: each want is decided from the files on the disk, and decided again whenever something that it
waits for has happened.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import time
from typing import TYPE_CHECKING

from credential_process import __version__
from credential_process.broker import housekeeping, log_file
from credential_process.broker.context import BrokerContext
from credential_process.broker.linger import Linger
from credential_process.broker.loop import Loop
from credential_process.broker.open_wants import OpenWants
from credential_process.broker.role_credentials import RoleCredentials
from credential_process.broker.sign_in.coordinator import SignInCoordinator
from credential_process.broker.sign_in.outcomes import SignInOutcomes
from credential_process.broker.token_provider import TokenProvider
from credential_process.broker.token_refresh import TokenRefresher
from credential_process.errors import Defect
from credential_process.session.service_clients import ServiceClients
from credential_process.stores import field_files, mailbox, token_cache
from credential_process.system import locks, processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.account_lists import AccountLists
    from credential_process.broker.account_role_lists import AccountRoleLists
    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_LOCK_SECONDS = 1  # a caller that checks whether a broker is alive holds the lock for a moment
_BUSY_PAUSE_SECONDS = 0.005
_CALM_PAUSE_SECONDS = 0.05
_CALM_AFTER_SECONDS = 2
# Callers ring. One that does so while the bell is being set up again is found by looking, a moment later.
_CALM_AFTER_RING_SECONDS = 0.05
_IDLE_PAUSE_SECONDS = 0.5  # a caller wakes the broker


def main(host_folder: str) -> int:
    """Run the broker of this host folder, and return its exit code; exit at once if another one is alive."""
    processes.detach()
    gc.set_threshold(50_000)  # importing modules creates this many objects, and all of them stay
    lock = mailbox.lock_path(host_folder)
    try:
        log_file.log_to(mailbox.log_path(host_folder))
        try:
            held = locks.take(lock, timeout_seconds=_LOCK_SECONDS)
        except BlockingIOError:
            log.info("another broker is alive")
            return 0
        has_session = True
        try:
            processes.release_inherited_lock()
            broker = Broker(host_folder, Loop(), holds_lock=lambda: locks.is_of(held, lock))
            has_session = broker.run()
        finally:
            if has_session:
                locks.release(held)
            else:
                from credential_process.broker import unused_folder  # few brokers leave one

                unused_folder.release_and_remove(host_folder, held)
    except Exception as error:  # noqa: BLE001  callers report the last line of the log
        # The place, not the text: the text of an exception may contain what the service has sent.
        log.error("%s in %s line %s", type(error).__name__, *_place(error))
        return processes.GAVE_UP
    return 0


def _place(error: Exception) -> tuple[str, int]:
    """Return the function and line that raised it. `traceback` would read the source, which takes a descriptor."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return (frame.tb_frame.f_code.co_name, frame.tb_lineno) if frame is not None else ("", 0)


class Broker:
    """Takes wants from the mailbox, passes each kind to the part that answers it, and attends to the open sign-in."""

    def __init__(self, host_folder: str, loop: Loop, *, holds_lock: Callable[[], bool]) -> None:
        self._holds_lock = holds_lock
        self._loop = loop
        self._wants = OpenWants(host_folder, take=self._take, decide=self._decide)
        self._linger = Linger()
        self._is_new = True
        self._retires = False
        self._context = BrokerContext(host_folder, ServiceClients(), loop, self._wants)
        refresher = TokenRefresher(self._context)
        outcomes = SignInOutcomes(self._context.session_folder)
        self._coordinator = SignInCoordinator(self._context, refresher, outcomes)
        self._tokens = TokenProvider(self._context, refresher, self._coordinator, outcomes)
        self._roles = RoleCredentials(self._context, self._tokens)
        self._lists: dict[str, AccountLists | AccountRoleLists] = {}
        self._reconcilers: dict[str, Callable[[Want], None]] = {
            "role": self._roles.reconcile,
            "token": self._tokens.reconcile,
            "accounts": self._list,
            "account_roles": self._list,
            "cancel": self._cancel,
        }

    def run(self) -> bool:
        """Serve until there has been no work for a while, or the lock file is not the one that this broker holds.

        Return whether any caller named a session that the config has.
        """
        log.info("alive, version %s", __version__)
        self._check_lock()
        self._prepare()
        self._coordinator.take_over()
        self._wants.look()
        self._is_new = False
        while not self._is_over():
            self._loop.run_next(timeout_seconds=self._pause())
            self._check_lock()
            self._wants.look()
            self._coordinator.attend(self._wants.by_name)
            for maker in self._lists.values():
                maker.attend(self._wants.by_name)
        log.info("no more work")
        return self._context.last_session is not None

    def _check_lock(self) -> None:
        """End at once if the lock file was deleted: another broker may hold the one that is there now."""
        if not self._holds_lock():
            log.info("the lock file was deleted")
            os._exit(0)

    def _prepare(self) -> None:
        context = self._context
        field_files.write(
            os.path.join(context.host_folder, "broker.info"),
            {"pid": str(os.getpid()), "version": __version__},
        )
        home_cache = token_cache.folder(os.path.expanduser("~"), context.session_folder)
        housekeeping.tidy(context.host_folder, home_cache, time.time())
        with contextlib.suppress(OSError):  # some file systems have no pipes
            listener = locks.WakeupListener(mailbox.broker_wakeup_path(context.host_folder))
            # Now, and not when the date of the folder shows it: the date is coarse.
            self._loop.wake_through(listener, lambda: self._wants.look(at_once=True))

    def _is_over(self) -> bool:
        parts = (self._roles, self._tokens, *self._lists.values())
        if any(part.is_busy for part in parts) or self._loop.has_callbacks:
            return False
        if self._coordinator.is_showing_result:
            return False
        if self._retires:
            return True
        if self._wants.by_name or self._coordinator.is_busy or self._is_lively:
            return False
        idle_seconds = time.monotonic() - self._wants.changed_at
        return self._linger.is_over(
            idle_seconds, self._context.last_session, is_cheap=self._loop.is_wakeable
        )

    @property
    def _is_lively(self) -> bool:
        """Whether a want was taken or answered a moment ago."""
        seconds = _CALM_AFTER_RING_SECONDS if self._loop.is_wakeable else _CALM_AFTER_SECONDS
        return time.monotonic() < self._wants.changed_at + seconds

    def _pause(self) -> float:
        if self._is_lively:
            return _BUSY_PAUSE_SECONDS
        has_work = self._wants.by_name or self._coordinator.is_busy
        return (
            _IDLE_PAUSE_SECONDS if self._loop.is_wakeable and not has_work else _CALM_PAUSE_SECONDS
        )

    def _take(self, want: Want) -> None:
        if want.version != __version__ and not self._is_new:
            # A caller of another version starts its own broker once this one has exited. Wants from before this broker
            # are served all the same: their callers may be of an older version, but they have started this one.
            self._retires = True
            for maker in self._lists.values():
                maker.retire()
        if self._retires:
            return
        if want.wants_debug_log:
            log_file.log.setLevel(logging.DEBUG)
        log.debug("%s", want.loggable)
        self._wants.open(want)

    def _decide(self, want: Want) -> None:
        reconcile = self._reconcilers.get(want.kind)
        if reconcile is None:
            raise Defect("a want of an unknown kind")
        reconcile(want)

    def _list(self, want: Want) -> None:
        if want.kind not in self._lists:
            # Most brokers list nothing, and need not import what lists.
            from credential_process.broker.account_lists import AccountLists
            from credential_process.broker.account_role_lists import AccountRoleLists

            made = AccountLists if want.kind == "accounts" else AccountRoleLists
            self._lists[want.kind] = made(self._context, self._tokens)
        self._lists[want.kind].reconcile(want)

    def _cancel(self, want: Want) -> None:
        """End the sign-in that was begun for another want, whose user has cancelled it."""
        self._coordinator.cancel(want.begun_by)
        # After its end, which is a callback too: the user's next command must not find the sign-in open.
        self._loop.post(lambda: self._wants.succeed(want))
