"""Ctrl-C and the other signals that stop a program, at the moments that it has chosen for them.

At another moment they could leave a process or a folder behind.
"""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from credential_process.system import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from typing_extensions import Self


class Stops:
    """In its ``with`` block, signals that stop this program wait until they are `allowed`; for the main thread.

    The program ends after the block, and ignores them meanwhile: its exit code is that of the block.
    """

    def __init__(self) -> None:
        self._is_allowed = False
        self._has_come = False

    def __enter__(self) -> Self:
        self._set(self._come)
        return self

    def __exit__(self, *_: object) -> None:
        self._set(signal.SIG_IGN)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Raise `KeyboardInterrupt` once a signal comes, at once if one has come: in this block alone."""
        self._is_allowed = True
        try:
            if self._has_come:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_allowed = False

    def _set(self, handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
        for number in processes.stop_signals():
            signal.signal(number, handler)

    def _come(self, *_: object) -> None:
        self._has_come = True
        if self._is_allowed:
            # What cleans up after the first one is not interrupted by the next.
            self._is_allowed = False
            raise KeyboardInterrupt
