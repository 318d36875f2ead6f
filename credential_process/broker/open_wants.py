"""The wants that the broker has taken: find new ones, forget those of dead callers, decide and answer them."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from credential_process.broker import inbox
from credential_process.errors import CredentialProcessError, unusable
from credential_process.stores import mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.stores.want import Want

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25


class OpenWants:
    """The wants of one mailbox that are neither answered nor withdrawn, in `by_name`.

    `take` is called with each new want. `decide` answers an open one or lets it wait, and raises why it fails.
    `changed_at` (monotonic) is when the last one was taken or answered.
    """

    def __init__(
        self, host_folder: str, *, take: Callable[[Want], None], decide: Callable[[Want], None]
    ) -> None:
        self.by_name: dict[str, Want] = {}
        self.changed_at = time.monotonic()
        self._folder = host_folder
        self._take = take
        self._decide = decide
        self._looked_at = 0.0
        self._box_was = 0

    def look(self, *, at_once: bool = False) -> None:
        """Take the wants that are new, and forget those whose callers have died or left.

        Unless `at_once`, this relies on the date of their folder, which is coarse, for a moment.
        """
        now = time.monotonic()
        try:
            changed = os.stat(os.path.join(self._folder, "wants")).st_mtime_ns
        except FileNotFoundError:
            # The folder was deleted, and the callers post their wants again.
            mailbox.open_box(self._folder)
            changed = 0
        is_due = now > self._looked_at + _LOOK_SECONDS
        if changed == self._box_was and not (is_due or at_once):
            return
        self._box_was = changed
        names = inbox.names(self._folder)
        for gone in self.by_name.keys() - names:
            del self.by_name[gone]
        if is_due:
            self._looked_at = now
            self._forget_the_dead()
        for name in names - self.by_name.keys():
            want = inbox.read(self._folder, name)
            if want is not None:
                self._take(want)

    def open(self, want: Want) -> None:
        """Keep a want until it is answered, and decide it."""
        self.by_name[want.name] = want
        self.changed_at = time.monotonic()
        self.reconcile(want)

    def reconcile(self, want: Want) -> None:
        """Decide a want; called again whenever something that it waits for has happened.

        A want whose caller has left meanwhile is ignored: nothing is begun for it.
        """
        if want.name not in self.by_name:
            return
        try:
            self._decide(want)
        except CredentialProcessError as error:
            self.fail(want, error)
        except OSError as error:
            self.fail(want, unusable("state cannot be written", error))

    def succeed(self, want: Want) -> None:
        """Answer a want: what it asked for is there."""
        if self._close(want):
            inbox.dismiss(self._folder, want)

    def fail(self, want: Want, error: CredentialProcessError) -> None:
        """Answer a want with a failure."""
        if self._close(want):
            log.info("failed for %s: %s", want.caller, error.message)
            inbox.fail(self._folder, want, error)

    def _close(self, want: Want) -> bool:
        """Drop a want; return whether it was still open."""
        if self.by_name.pop(want.name, None) is None:
            return False
        self.changed_at = time.monotonic()
        return True

    def _forget_the_dead(self) -> None:
        for name in list(self.by_name):
            if mailbox.is_abandoned(self._folder, name):
                inbox.forget(self._folder, name)
                del self.by_name[name]
