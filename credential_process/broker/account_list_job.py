"""Make one list of accounts and roles: send the requests, and hand each account over as it is listed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.session import no_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from credential_process.broker.loop import Loop
    from credential_process.identity_center import IdentityCenter
    from credential_process.stores.account_list import Account
    from credential_process.stores.token_cache import Token

# Fewer than the broker has workers: callers of `get` must not wait behind a thousand accounts.
MOST_IN_FLIGHT = 20
_MOST_FAILURES_IN_A_ROW = 5


class AccountListJob:
    """Lists the roles in account after account, on the broker's own thread; its requests run on others.

    `service` is called on those threads, since the first call imports an HTTP library. Without `accounts`, all accounts
    of the user are listed, except `done`, the ids of those that are in the list already; `add_total` is called with the
    number of all of them. `add` is called with each account; both may raise `OSError`. `ended` is called with the
    failure, or None when the list is complete or was stopped.
    """

    def __init__(
        self,
        service: Callable[[], IdentityCenter],
        token: Token,
        loop: Loop,
        *,
        accounts: Iterable[Account] | None = None,
        done: Container[str] = (),
        add: Callable[[Account], None],
        add_total: Callable[[int], None] = lambda _: None,
        ended: Callable[[CredentialProcessError | None], None],
    ) -> None:
        self._service = service
        self._token = token
        self._loop = loop
        self._done = done
        self._add = add
        self._add_total = add_total
        self._ended = ended
        self._pages: deque[str] = deque([""] if accounts is None else [])
        self._accounts: deque[Account] = deque(accounts or ())
        self._total = 0
        self._in_flight = 0
        self._failures_in_a_row = 0
        self._stops = False
        self._failure: CredentialProcessError | None = None
        self._send_next()

    @property
    def is_complete(self) -> bool:
        """Whether every account is in the list."""
        return not (self._stops or self._pages or self._accounts or self._in_flight)

    def stop(self) -> None:
        """Send no further requests; `ended` is called when those under way have been answered."""
        self._stops = True

    def _send_next(self) -> None:
        """Keep as many requests in flight as allowed; pages first, so that the total is known soon."""
        while not self._stops and self._in_flight < MOST_IN_FLIGHT:
            if self._pages:
                self._send_page(self._pages.popleft())
            elif self._accounts:
                self._send_account(self._accounts.popleft())
            else:
                break
        if self._in_flight == 0:
            self._ended(self._failure)

    def _send_page(self, next_token: str) -> None:
        def ask() -> Callable[[], None]:
            page = self._service().accounts(self._token.access_token, next_token)
            return lambda: self._take_page(*page)

        def refuse(refusal: CredentialProcessError) -> None:
            self._end_with(no_accounts.of_refusal(refusal))

        self._send(ask, lambda: self._pages.append(next_token), refuse)

    def _take_page(self, accounts: list[Account], next_token: str) -> None:
        self._total += len(accounts)
        self._accounts += (each for each in accounts if each.account_id not in self._done)
        if next_token:
            self._pages.append(next_token)
        else:
            self._add_total(self._total)

    def _send_account(self, account: Account) -> None:
        def ask() -> Callable[[], None]:
            roles, left_out = self._service().account_roles(
                self._token.access_token, account.account_id
            )
            listed = account._replace(roles=tuple(roles), left_out=tuple(left_out))
            return lambda: self._add(listed)

        def refuse(refusal: CredentialProcessError) -> None:
            self._add(account._replace(refused=refusal.message))

        self._send(ask, lambda: self._accounts.append(account), refuse)

    def _send(
        self,
        ask: Callable[[], Callable[[], None]],
        again: Callable[[], object],
        refused: Callable[[CredentialProcessError], None],
    ) -> None:
        """Run `ask` on another thread, and the callback that it returns on this one.

        After a failure, `again` puts the request back in its queue, or `refused` deals with a refusal.
        """
        self._in_flight += 1

        def task() -> None:
            try:
                answered = ask()
            except CredentialProcessError as error:
                failure = error
                self._loop.post(
                    lambda: self._answered(lambda: self._failed(failure, again, refused))
                )
            else:
                self._loop.post(lambda: self._answered(answered))

        self._loop.run_in_thread(task)

    def _answered(self, then: Callable[[], None]) -> None:
        self._in_flight -= 1
        failures = self._failures_in_a_row
        try:
            then()
        except OSError as error:
            self._end_with(unusable("the list of accounts cannot be written", error))
        if self._failures_in_a_row == failures:
            self._failures_in_a_row = 0
        self._send_next()

    def _failed(
        self,
        failure: CredentialProcessError,
        again: Callable[[], object],
        refused: Callable[[CredentialProcessError], None],
    ) -> None:
        if isinstance(failure, Refused):
            refused(failure)
        elif isinstance(failure, Unavailable) and not isinstance(failure, Unauthorized):
            # The service throttles, or fails for a moment: the request is sent again, after all others.
            self._failures_in_a_row += 1
            again()
            if self._failures_in_a_row >= _MOST_FAILURES_IN_A_ROW:
                self._end_with(failure)
        else:
            self._end_with(failure)

    def _end_with(self, failure: CredentialProcessError) -> None:
        self._stops = True
        self._failure = self._failure or failure
