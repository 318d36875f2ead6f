"""The loop of the broker: callbacks that run on its own thread, and tasks that run on others."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from credential_process.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.system import locks

MOST_WORKERS = 50
MOST_TOKEN_WORKERS = 10
# The log, the lock, a listener with a connection, the mailbox while it is read.
_OWN_DESCRIPTORS = 12
_WORKER_DESCRIPTORS = 3  # a connection, a lock, and the file that is written


class Loop:
    """Runs callbacks one after the other on the broker's own thread, and tasks on others.

    State is changed on the broker's own thread only: the one thing a task may do with the broker is `post`.
    `is_wakeable` is whether another process can ring, and wakes it then.
    """

    def __init__(self) -> None:
        self.is_wakeable = False
        self._callbacks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        workers = _workers_at_once(MOST_WORKERS)
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._token_workers = ThreadPoolExecutor(
            MOST_TOKEN_WORKERS, thread_name_prefix="token worker"
        )

    @property
    def has_callbacks(self) -> bool:
        """Whether a callback is due."""
        return not self._callbacks.empty()

    def run_next(self, *, timeout_seconds: float) -> None:
        """Run the next callback, if one is posted in time."""
        try:
            callback = self._callbacks.get(timeout=timeout_seconds)
        except queue.Empty:
            return
        callback()

    def post(self, callback: Callable[[], None]) -> None:
        """Run a callback on the broker's own thread, soon."""
        self._callbacks.put(callback)

    def wake_through(self, listener: locks.WakeupListener, callback: Callable[[], None]) -> None:
        """Run a callback after another process has rung, once for all that ring before it runs."""
        is_due = threading.Event()

        def run() -> None:
            is_due.clear()  # before the callback looks: a ring from now on may be too late for it
            callback()

        def listen() -> None:
            with contextlib.suppress(OSError):  # the pipe was deleted with its folder
                while True:
                    listener.wait()
                    if not is_due.is_set():
                        is_due.set()
                        self.post(run)
            self.is_wakeable = False

        self.is_wakeable = True
        threading.Thread(target=listen, name="wakeup", daemon=True).start()

    def run_in_thread(self, task: Callable[[], None]) -> None:
        """Run a task on another thread."""
        self._submit(self._workers, task)

    def run_in_token_thread(self, task: Callable[[], None]) -> None:
        """Run a sign-in or a refresh on a thread of its own, which never waits behind fetches."""
        self._submit(self._token_workers, task)

    def _submit(self, workers: ThreadPoolExecutor, task: Callable[[], None]) -> None:
        def run() -> None:
            try:
                task()
            except Exception as error:  # noqa: BLE001  a defect must end the broker, or its wants would wait for ever
                defect = error
                self.post(lambda: _give_up(defect))

        workers.submit(run)


def _give_up(defect: Exception) -> None:
    raise defect


def _workers_at_once(wanted: int) -> int:
    """Return how many of the `wanted` workers there are enough file descriptors for, at least one."""
    room = processes.descriptor_limit()
    if room is None:
        return wanted
    return max(1, min(wanted, (room - _OWN_DESCRIPTORS) // _WORKER_DESCRIPTORS))
