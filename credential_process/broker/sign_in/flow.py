"""What all flows of a sign-in have in common: a file while it is open, one end, one outcome."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from credential_process.errors import Refused, SignInExpired, SignInNeeded, Unavailable
from credential_process.session import token_exchange
from credential_process.session.client_registration import ClientRegistrations
from credential_process.stores import access_role, open_sign_in
from credential_process.stores.open_sign_in import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.broker.context import BrokerContext
    from credential_process.errors import CredentialProcessError
    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.replies import Grant
    from credential_process.session.context import SessionContext
    from credential_process.stores.token_cache import Registration
    from credential_process.stores.want import Want

    OnEnd = Callable[["Flow[Any]", CredentialProcessError | None], None]


DENIED = "the sign-in was denied in the browser"
# No request begins later. A caller gives up after 50 s, and must get the error before: the last request may take 13 s.
BEGIN_SECONDS = 30


def about(want: Want, context: SessionContext) -> dict[str, Any]:
    """Return who asks for what, as fields of an open sign-in."""
    return {
        "caller": want.caller,
        "account": want.account_id,
        "role": access_role.label(want.role_name),
        "label": context.session.label,
        "begun_by": want.name,
    }


class Flow(ABC, Generic[Kind]):
    """One open sign-in; `on_end` is called once, with the failure or None, from any thread.

    `has_ended` is true as soon as the end is certain, before `on_end` is called. `stale` is an access token that is
    valid, but not enough for the want that the sign-in was begun for.

    The broker's own thread may end it at any moment, also while another thread sends a request. So `_changing` is
    held for moments only, and never during a request, nor while the token file is locked.
    """

    sign_in: Kind
    # Whether this broker shows the page or code, and records the outcome.
    is_here: ClassVar[bool] = True

    def __init__(
        self, path: str, flow: str, broker: BrokerContext, context: SessionContext, on_end: OnEnd
    ) -> None:
        self.path = path
        self.context = context
        self._broker = broker
        self._registrations = ClientRegistrations(context, flow)
        self._registration: Registration
        self._on_end = on_end
        self._changing = threading.RLock()
        self.has_ended = False
        self._is_storing = False
        self.stale = ""
        self._clock_ends = time.monotonic() + open_sign_in.LONGEST_SECONDS

    def prepare(self, deadline: float) -> None:
        """Send the requests whose results are kept even if it does not begin; none after the `deadline`."""

    @abstractmethod
    def begin(self, want: Want, deadline: float) -> None:
        """Begin it for a want, on a thread of its own; if that raises, nothing has begun.

        No request is sent after the `deadline` (monotonic).
        """

    @abstractmethod
    def listen(self) -> None:
        """Begin to listen or poll for the user's answer; raises `Unavailable`."""

    @abstractmethod
    def attend(self, wants: dict[str, Want]) -> None:
        """Do what is due, on the broker's own thread; `wants` are all open ones, by name."""

    def invite_again(self) -> None:
        """Show the page once more to a user who has asked for the sign-in again."""

    def take_over(self, sign_in: Kind) -> None:
        """Continue the sign-in of a broker that died; raises if it is over, or its registration is gone."""
        if sign_in.has_ended(time.time()):
            raise SignInNeeded("the last sign-in was not finished")
        registration = self._registrations.continue_with(sign_in.client_id)
        if registration is None:
            raise Unavailable("the client registration of the open sign-in is gone")
        self._registration = registration
        self.sign_in = sign_in
        self._clock_ends = time.monotonic() + max(0, sign_in.ends_at - time.time())
        self.listen()

    def expire_when_due(self) -> None:
        """End the sign-in when its time is over, by the wall clock or the monotonic one.

        One whose tokens are being stored was finished in time, and ends with them.
        """
        if time.monotonic() < self._clock_ends and not self.sign_in.has_ended(time.time()):
            return
        with self._changing:
            if not self._is_storing:
                # The service may have forgotten the client registration, which it shows only in the browser.
                self._registrations.forget()
                self.end(self._expired())

    def end(self, failure: CredentialProcessError | None) -> None:
        """End it, once; `None` means that a valid token exists, from this sign-in or elsewhere.

        A refusal without a hint gets the command that signs in.
        """
        if isinstance(failure, Refused) and not failure.hint:
            failure.hint = self._retry
        with self._changing:
            if not self.has_ended:
                self.has_ended = True
                self._on_end(self, failure)

    def end_signed_in(self) -> None:
        """End it because there is a good token, unless that may be its own, which is still being stored."""
        with self._changing:
            if not self._is_storing:
                self.end(None)

    def retire(self) -> None:
        """End it without an outcome: another one replaces it, for all wants that wait for it."""
        with self._changing:
            self.has_ended = True

    def is_open(self) -> bool:
        """Return whether the file of the sign-in is still there: a sign-out deletes it."""
        return open_sign_in.is_open(self.path, self.sign_in.begun_by)

    @property
    def is_showing_result(self) -> bool:
        """Whether the user is about to see how it ended."""
        return False

    def wait_until_result_is_seen(self) -> None:
        """Wait for that, for seconds at most."""

    def close(self) -> None:
        """Release what an ended sign-in still holds."""

    def _expired(self) -> SignInExpired:
        # With a wrong region, the service shows an error, or nothing at all, only in the browser.
        return SignInExpired(
            "the sign-in was not finished within ten minutes",
            hint=f"if its page showed an error, {self.context.correction}; {self._retry}",
        )

    @property
    def _retry(self) -> str:
        return f"to try again, run: {self.context.login_command}"

    def _store(self) -> None:
        # Callers do not read the config: one opens the page, and all describe how it is opened.
        setting = self.context.session.browser
        browser = {"browser": "" if setting == "auto" else setting}
        open_sign_in.store(self.path, self.sign_in, {**dict(self.context.fields), **browser})

    def _update(self) -> None:
        """Store what has changed, unless it has ended, or a sign-out has deleted the file."""
        with self._changing:
            if not self.has_ended and self.is_open():
                self._store()

    def _store_tokens(self, grant: Grant) -> None:
        """Store the tokens from the service; raises `Refused` if it has ended meanwhile, as by a sign-out."""
        with self._changing:
            self._is_storing = not self.has_ended
        token_exchange.begin(
            self.context.tokens,
            grant,
            self._registration,
            service=self._service,
            is_open=lambda: not self.has_ended and self.is_open(),
        )

    @property
    def _service(self) -> IdentityCenter:
        # Looked up when needed: a sign-in that is taken over listens at once, and imports an HTTP library afterwards.
        return self._broker.services.at(self.context)
