"""The wants that the broker has taken: new ones are found, those of dead callers forgotten."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from credential_process.broker import inbox
from credential_process.stores import mailbox

if TYPE_CHECKING:
    from credential_process.stores.want import Want

_LOOK_SECONDS = 0.25


class OpenWants:
    """The wants of one mailbox that are neither answered nor withdrawn, in `by_name`."""

    def __init__(self, host_folder: str) -> None:
        self.by_name: dict[str, Want] = {}
        self._folder = host_folder
        self._looked_at = 0.0
        self._box_was = 0

    def look(self) -> list[Want]:
        """Return wants that are new, and forget those whose callers have died or left."""
        now = time.monotonic()
        try:
            changed = os.stat(os.path.join(self._folder, "wants")).st_mtime_ns
        except FileNotFoundError:
            mailbox.open_box(self._folder)  # somebody tidied up; whoever asked asks again
            changed = 0
        due = now > self._looked_at + _LOOK_SECONDS
        if changed == self._box_was and not due:
            return []
        self._box_was = changed
        names = inbox.names(self._folder)
        for gone in self.by_name.keys() - names:
            del self.by_name[gone]
        if due:
            self._looked_at = now
            self._forget_the_dead()
        found = (inbox.read(self._folder, name) for name in names - self.by_name.keys())
        return [want for want in found if want is not None]

    def invalidate(self) -> None:
        """Look whether there are new ones at the next look, whatever the folder's date says."""
        self._box_was = 0

    def open(self, want: Want) -> None:
        """Keep a want until it is answered."""
        self.by_name[want.name] = want

    def close(self, want: Want) -> bool:
        """Let go of a want; tell whether it was still open."""
        return self.by_name.pop(want.name, None) is not None

    def _forget_the_dead(self) -> None:
        for name, want in list(self.by_name.items()):
            if inbox.is_dead(want.path):
                inbox.forget(self._folder, name)
                del self.by_name[name]
