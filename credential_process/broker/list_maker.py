"""What both kinds of lists of the broker share: one is made at a time, and wants wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from credential_process.broker.account_list_job import AccountListJob
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.token_provider import TokenProvider
    from credential_process.stores.want import Want


class ListMaker:
    """The list that is under way, and the wants that wait for it.

    A want whose token has expired waits at the `TokenProvider`, and is decided again with a new one.
    """

    def __init__(self, broker: BrokerContext, tokens: TokenProvider) -> None:
        self._broker = broker
        self._tokens = tokens
        self._running: AccountListJob | None = None
        self._waiting: list[Want] = []
        self._retires = False

    @property
    def is_busy(self) -> bool:
        """Whether requests are under way."""
        return self._running is not None

    def retire(self) -> None:
        """Begin no further lists, and stop the one that is under way, which could delay the end of the broker."""
        self._retires = True
        if self._running is not None:
            self._running.stop()

    def attend(self, wants: Container[str]) -> None:
        """Stop the list when no open want waits for it any more."""
        if self._running is not None and not any(want.name in wants for want in self._waiting):
            self._running.stop()

    def _take_waiting(self) -> list[Want]:
        """Return the wants that have waited for the list, which has ended."""
        self._running = None
        waiting, self._waiting = self._waiting, []
        return waiting
