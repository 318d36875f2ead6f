"""Sign in by a code that the user enters on any device (RFC 8628): for terminals without a browser."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from credential_process.broker.sign_in.flow import BEGIN_SECONDS, DENIED, Flow, about
from credential_process.errors import (
    CredentialProcessError,
    InvalidClient,
    InvalidGrant,
    Refused,
    SignInDenied,
    SignInExpired,
    SignInPending,
    Throttled,
    Unavailable,
    unusable,
)
from credential_process.session import token_exchange
from credential_process.stores import mailbox, open_sign_in
from credential_process.stores.device_code_sign_in import DeviceCodeSignIn
from credential_process.stores.open_sign_in import LONGEST_SECONDS

if TYPE_CHECKING:
    from credential_process.broker.context import BrokerContext
    from credential_process.broker.sign_in.flow import OnEnd
    from credential_process.identity_center.replies import DeviceAuthorization
    from credential_process.session.context import SessionContext
    from credential_process.stores.want import Want

_SLOWER_SECONDS = 5  # RFC 8628 §3.5
_MOST_DOUBTS = 3
_REQUEST = ("caller", "account", "role", "label", "begun_by")


class DeviceCodeFlow(Flow[DeviceCodeSignIn]):
    """Polls for the end of a sign-in, on other threads."""

    def __init__(self, broker: BrokerContext, context: SessionContext, on_end: OnEnd) -> None:
        path = mailbox.code_path(broker.session_folder)
        super().__init__(path, DeviceCodeSignIn.flow, broker, context, on_end)
        self._is_polling = False
        self._is_starting = False
        self._next_poll = 0.0
        self._code_may_be_spent = False
        self._starts_left = 2
        self._doubts = 0

    def begin(self, want: Want, deadline: float) -> None:
        """Request a code, and try it once before it is shown: it may be approved already."""
        other = open_sign_in.read(self.path, DeviceCodeSignIn)
        if other is not None:
            with contextlib.suppress(CredentialProcessError):
                self.take_over(other[0])  # it was begun on another host of this home
                return
        self._start(about(want, self.context), deadline)

    def listen(self) -> None:
        """Poll from now on."""
        self._code_may_be_spent = True
        self._next_poll = time.monotonic()

    def attend(self, wants: dict[str, Want]) -> None:  # noqa: ARG002  it needs none of them
        """Poll when it is time."""
        if self._is_polling or self.has_ended or time.monotonic() < self._next_poll:
            return
        self._is_polling = True
        self._broker.loop.run_in_token_thread(self._poll)

    def is_open(self) -> bool:
        """Return whether the sign-in is open; one that is starting may have no file yet."""
        return self._is_starting or super().is_open()

    def _start(self, request: dict[str, str], deadline: float) -> None:
        self._is_starting = True
        try:
            self._show_code(request, deadline)
        finally:
            self._is_starting = False

    def _show_code(self, request: dict[str, str], deadline: float) -> None:
        self._starts_left -= 1
        self._registration = self._registrations.obtain(self._service, deadline)
        try:
            begun = self._authorize(deadline)
        except InvalidClient:
            self._registrations.forget()
            self._registration = self._registrations.obtain(self._service, deadline)
            begun = self._authorize(deadline)
        seconds = min(begun.seconds, LONGEST_SECONDS)
        self.sign_in = DeviceCodeSignIn(
            **request,
            ends_at=int(time.time()) + seconds,
            client_id=self._registration.client_id,
            device_code=begun.device_code,
            user_code=begun.user_code,
            address=begun.url,
            interval=min(begun.interval_seconds, LONGEST_SECONDS),
        )
        self._clock_ends = time.monotonic() + seconds
        if time.monotonic() < deadline:
            self._try()
        with self._changing:
            if not self.has_ended:
                self._store()

    def _authorize(self, deadline: float) -> DeviceAuthorization:
        url = self.context.session.service_url
        try:
            return self._service.start_device_authorization(
                self._registration, start_url=url, deadline=deadline
            )
        except InvalidClient:
            raise
        except Refused as error:
            raise Refused(
                f"sign-in by device code refused: {error.message}",
                hint=f"{self.context.correction}, or sign in on a computer with a browser",
            ) from None

    def _poll(self) -> None:
        try:
            self._try()
        except CredentialProcessError as error:
            self.end(error)
        except OSError as error:
            self.end(unusable("the sign-in cannot be stored", error))
        finally:
            self._is_polling = False

    def _try(self) -> None:
        """Poll once; raises what ends the sign-in."""
        try:
            grant = self._service.redeem_device_code(self._registration, self.sign_in.device_code)
        except SignInPending:
            pass
        except Throttled:
            with self._changing, contextlib.suppress(OSError):
                slower = self.sign_in.interval + _SLOWER_SECONDS
                self.sign_in = self.sign_in.changed(interval=slower)
                self._update()  # if it fails, a broker that takes over learns it again
        except Unavailable:
            # The code is valid until its end, so polling continues; the reply that was lost may have been the tokens.
            self._code_may_be_spent = True
        except SignInDenied:
            self.end(Refused(DENIED))
        except SignInExpired:
            self.end(self._expired())
        except InvalidGrant as error:
            self._doubt(error)
        except InvalidClient as error:
            self._registrations.forget()
            self._start_again(error)
        else:
            self._store_tokens(grant)
            self.end(None)
        self._next_poll = time.monotonic() + self.sign_in.interval

    def _doubt(self, error: InvalidGrant) -> None:
        """Wait a little: another host may have redeemed the code, or a broker died before it stored the tokens."""
        self._doubts += 1
        if self._doubts < _MOST_DOUBTS:
            return
        if not self._code_may_be_spent:
            raise error
        self._start_again(error)

    def _start_again(self, error: Refused) -> None:
        """Request and show another code, once."""
        if self._starts_left == 0:
            raise error
        self._starts_left = 1
        self._doubts = 0
        self._code_may_be_spent = False
        if not self.is_open():
            raise token_exchange.signed_out(self.context.tokens)
        ended = self.sign_in.id
        try:
            request = {name: getattr(self.sign_in, name) for name in _REQUEST}
            self._start(request, time.monotonic() + BEGIN_SECONDS)
        except BaseException:
            open_sign_in.remove(self.path, ended)
            raise
