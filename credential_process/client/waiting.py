"""A caller's wait for its answer, which wakes it through the pipe of its want (`stores.mailbox`)."""

import os
import time

from credential_process.errors import SignInNeeded, SignInOpen, Unavailable
from credential_process.stores import field_files, mailbox
from credential_process.system import locks

DEFAULT_WAIT_SECONDS = 50  # the Go SDK kills its child at 60, and the last message with it
_LOOK_SECONDS = 0.1
_LATER_LOOK_SECONDS = 0.25  # hundreds may wait for the same user, for minutes
_MOST_STARTS = 3
_LONGEST_SIGN_IN_SECONDS = 600


class Wait:
    """A caller's wait for its answer: it starts brokers, opens the page when it is chosen to, and leaves in time."""

    def __init__(
        self,
        label: str,
        box: str,
        want: mailbox.OwnWant,
        wait_seconds: float | None = None,
        began: float | None = None,
        *,
        has_time: "Callable[[], bool]" = lambda: False,
        on_look: "OnLook | None" = None,
    ) -> None:
        self._label = label
        self._box = box
        self._want = want
        self._began = time.monotonic() if began is None else began
        self._ends = self._began + (DEFAULT_WAIT_SECONDS if wait_seconds is None else wait_seconds)
        self._has_time = has_time if wait_seconds is None else lambda: False
        self._is_patient = False
        self._on_look = on_look
        self._next_look = 0.0
        self._looks = 0
        self._starts = 0
        self._broker: Started | None = None
        self._log_began: int | None = None
        self._is_served = False
        self._sign_in = ""
        self._opening = ""

    def until_answered(self) -> None:
        """Wait until the want is gone; raises `SignInOpen` or `Unavailable` when the time is up, or as `_open`."""
        try:
            while not mailbox.is_answered(self._want):
                self._look()
        finally:
            if self._broker is not None:
                self._broker.leave()

    def _look(self) -> None:
        now = time.monotonic()
        if now >= self._next_look:
            self._keep_broker_alive()
            sign_in = self._open_sign_in() if self._is_served or self._looks else None
            if self._on_look is not None:
                self._on_look(self._want, sign_in if self._looks else None)
            if self._is_served:
                if sign_in is not None:
                    self._attend(sign_in)
                self._looks += 1
            pause = max(_LOOK_SECONDS, (now - self._began) / 25)
            self._next_look = now + min(pause, _LATER_LOOK_SECONDS)
        if now >= self._ends:
            self._leave()
        self._want.presence.wait(self._next_look - now)

    def _keep_broker_alive(self) -> None:
        try:
            if self._broker is not None:
                exit_code = self._broker.exit_code()
                if exit_code is None:
                    self._is_served = mailbox.is_served(self._box)
                    return
                ended, self._broker = self._broker, None
                self._starts -= exit_code == 0  # it found another one alive
                if exit_code > 0:
                    if mailbox.is_answered(self._want):
                        return
                    # Only this caller fails: others may have an environment in which a broker starts.
                    raise ended.failure()
            self._is_served = mailbox.is_served(self._box)
            if not self._is_served:
                self._start()
        except FileNotFoundError as error:
            if mailbox.is_answered(self._want):
                return  # the folder was deleted with the want in it, which is posted again
            raise Unavailable(
                f"cannot start {error.filename}", hint="install sso-credential-process again"
            ) from None
        if self._broker is not None:
            self._starts += 1
            if self._starts > _MOST_STARTS:
                raise self._broker.repeated_failure()

    def _start(self) -> None:
        """Start a broker, unless another caller is starting one, or has just done so."""
        try:
            locks.call_while_held(mailbox.start_lock_path(self._box), self._start_unless_served)
        except BlockingIOError:
            pass

    def _start_unless_served(self, start_lock: int) -> None:
        # Another caller may have started one between the look and the lock.
        if mailbox.is_served(self._box):
            return
        from credential_process.client import launcher  # most callers start none

        self._broker = launcher.start(self._box, start_lock, log_began=self._log_began)
        self._log_began = self._broker.log_began

    def _attend(self, sign_in: "SignInView") -> None:
        if sign_in.opener == self._want.name and sign_in.opening != self._opening:
            self._opening = sign_in.opening
            self._open(sign_in)
        # Show nothing at the first look: a caller that is answered at once needs no sign-in.
        if self._looks == 0 or sign_in.id == self._sign_in:
            return
        want = self._want.as_read()
        if want.interaction == "never":
            return
        self._sign_in = sign_in.id
        # Not earlier, because examining the calling program may take longer than everything else here.
        self._is_patient = self._has_time()
        if want.has_terminal:
            self._show(sign_in, want)
        self._wait_until(sign_in.ends_at)

    def _show(self, sign_in: "SignInView", want: "Want") -> None:
        from credential_process.client import terminal

        def words() -> str:
            return terminal.words(sign_in, want, has_limit=not self._is_patient)

        terminal.show(words, self._box, self._sign_in, self._want.name)

    def _open(self, sign_in: "SignInView") -> None:
        """Open the page; raises `SignInNeeded` if that is not possible, and the user of this caller sees no address."""
        from credential_process.client import browser  # only one of hundreds opens the page

        problem = browser.show(sign_in.url, sign_in.browser)
        want = self._want.as_read()
        if problem and not want.has_terminal and self._on_look is None:
            command = f"sso-credential-process login {want.session.command_line}"
            raise SignInNeeded(
                f"sign-in needed for {self._label}, but {problem}",
                hint=f"run in a terminal: {command}",
            )

    def _open_sign_in(self) -> "SignInView | None":
        return next(mailbox.open_sign_ins(self._box), None)

    def _wait_until(self, ends_at: int) -> None:
        """Wait until the sign-in ends, if the calling program sets no limit."""
        if self._is_patient:
            # `ends_at` is by the wall clock; the wait is monotonic, and bounded whatever that clock shows.
            left = min(ends_at - time.time(), _LONGEST_SIGN_IN_SECONDS)
            self._ends = max(self._ends, time.monotonic() + left + _LOOK_SECONDS)

    def _leave(self) -> None:
        if mailbox.is_answered(self._want):
            return
        sign_in = self._open_sign_in()
        if self._sign_in and sign_in is not None:
            places = {"device_code": "with a code", "elsewhere": f"on {sign_in.host}"}
            where = places.get(sign_in.flow, "in the browser")
            raise SignInOpen(
                f"the sign-in for {self._label} is still open {where}",
                hint="finish it and run this again",
            )
        broker = field_files.read(os.path.join(self._box, "broker.info")) or {}
        raise Unavailable(
            f"no answer from the broker (pid {broker.get('pid', 'unknown')}) within "
            f"{time.monotonic() - self._began:.0f} seconds",
            hint=f"see {mailbox.log_path(self._box)}",
        )


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.client.launcher import Started
    from credential_process.stores.sign_in_view import SignInView
    from credential_process.stores.want import Want

    OnLook = Callable[[mailbox.OwnWant, SignInView | None], None]
