"""Threads that call a function for many items at once, and return the results in the order of the items."""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")

# 20 requests a second, each of which may take more than a second.
MOST = 30
# So many that workers are busy for half a minute, even while the reader of the results waits for something else.
_AHEAD = 600


class Workers:
    """At most 30 threads. They do not keep the program from ending, so Ctrl-C waits for no request."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = (
            queue.SimpleQueue()
        )
        self._threads = 0
        self._is_closed = False

    def close(self) -> None:
        """Let no more tasks begin."""
        self._is_closed = True
        for _ in range(self._threads):
            self._tasks.put(None)

    def in_order(
        self, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int = _AHEAD
    ) -> Iterator[Result]:
        """Yield the result for each item, in their order, while later ones are worked on; raises what they raise.

        `items` are taken as they are needed, at most `ahead` of the result, in the thread that iterates.
        """
        begun: deque[Future[Result]] = deque()
        for item in items:
            begun.append(self.begin(lambda item=item: function(item)))  # type: ignore[misc]  # mypy#12557
            while begun and (begun[0].done() or len(begun) > ahead):
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()

    def ahead(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield the items, while a thread makes the one that follows; raises what making one raises."""
        end = object()
        following = self.begin(lambda: next(items, end))
        while (item := following.result()) is not end:
            following = self.begin(lambda: next(items, end))
            yield item  # type: ignore[misc]  # mypy does not know that `end` is the only other object

    def begin(self, task: Callable[[], Result]) -> Future[Result]:
        """Begin a task, and return its future result."""
        future: Future[Result] = Future()
        self._tasks.put((future, task))
        if self._threads < MOST:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        return future

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, function = task
            if self._is_closed:
                future.set_exception(CancelledError())
                continue
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001  raised again by `result`
                future.set_exception(error)


class Once:
    """Results by key, each made once, however many threads ask for it."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._made: dict[object, Future[Any]] = {}

    def get(self, key: object, make: Callable[[], Result]) -> Result:
        """Return the result for a key, or raise what making it has raised."""
        with self._changing:
            is_first = key not in self._made
            future: Future[Result] = self._made.setdefault(key, Future())
        if is_first:
            try:
                future.set_result(make())
            except BaseException as error:  # noqa: BLE001  raised again by `result`
                future.set_exception(error)
        return future.result()
