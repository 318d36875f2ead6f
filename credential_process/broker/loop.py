"""The broker's loop, as those see it who work for it: errands away from its thread, the way back, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.errors import CredentialProcessError
    from credential_process.stores.want import Want


class Loop(Protocol):
    """What runs on the broker's own thread may use all of it; an errand only `tell`."""

    def run_in_thread(self, task: Callable[[], None]) -> None:
        """Run an errand on another thread."""

    def run_in_token_thread(self, task: Callable[[], None]) -> None:
        """Run a sign-in or a refresh on a thread of its own, which never waits behind fetches."""

    def post(self, callback: Callable[[], None]) -> None:
        """Run something on the broker's own thread, soon."""

    def reconcile_again(self, want: Want) -> None:
        """Decide a want anew: what it waited for has happened."""

    def succeed(self, want: Want) -> None:
        """Answer a want: what it asked for is there."""

    def fail(self, want: Want, error: CredentialProcessError) -> None:
        """Answer a want with a failure."""
