"""A caller's wait for its answer: it starts brokers, opens the page when appointed, and leaves in time."""

import os
import time

from credential_process import asker, browser, launcher, mailbox, terminal
from credential_process.errors import SignInOpen, Unavailable

DEFAULT_WAIT_SECONDS = 50  # the Go SDK kills us at 60, and would swallow our last words
_FIRST_POLL_SECONDS = 0.005
_LAST_POLL_SECONDS = 0.25
_LOOK_SECONDS = 0.1
_MOST_STARTS = 3
_LONGEST_SIGN_IN_SECONDS = 600


class Wait:
    """A caller's wait for its answer: it starts brokers, opens the page when appointed, and leaves in time."""

    def __init__(
        self, label: str, box: str, want: mailbox.Want, wait_seconds: float | None
    ) -> None:
        self._label = label
        self._box = box
        self._want = want
        self._began = time.monotonic()
        self._ends = self._began + (DEFAULT_WAIT_SECONDS if wait_seconds is None else wait_seconds)
        self._is_patient = wait_seconds is None and asker.waits_without_limit()
        self._next_look = self._began
        self._starts = 0
        self._broker = 0
        self._is_served = False
        self._sign_in = ""
        self._has_opened = False
        self._sign_in_path = os.path.join(box, "sign_in")

    def until_answered(self) -> None:
        """Wait until the want is gone; raises `SignInOpen` or `Unavailable` when our time is over."""
        while not mailbox.is_answered(self._want):
            now = time.monotonic()
            if now >= self._next_look:
                self._keep_broker_alive()
                self._attend_sign_in()
                self._next_look = now + _LOOK_SECONDS
            if now >= self._ends:
                self._leave()
            time.sleep(self._pause_seconds(now))

    def _pause_seconds(self, now: float) -> float:
        """Choose when to look again: late by little, but with few looks, because hundreds look at once.

        A look costs 0.1 ms of CPU in a herd, where nothing is in a cache any more.
        """
        waited = now - self._began
        if not self._is_served and waited < _LOOK_SECONDS:
            return _LOOK_SECONDS  # no broker has started so soon
        longest = min(max(_LOOK_SECONDS, waited / 25), _LAST_POLL_SECONDS)
        return min(max(waited / 6, _FIRST_POLL_SECONDS), longest)

    def _keep_broker_alive(self) -> None:
        if self._broker:
            ended = launcher.ended_badly(self._broker)
            if ended is None:
                return
            self._broker = 0
            if ended:
                launcher.fail_all(self._box)
                return
        try:
            self._is_served = launcher.is_alive(self._box)
            if self._is_served:
                return
            self._broker = launcher.start(self._box)
        except FileNotFoundError as error:
            if not os.path.lexists(self._want.path):
                return  # the folder was deleted, and our want with it: it is posted again
            raise Unavailable(
                f"cannot start {error.filename}", hint="install sso-credential-process anew"
            ) from None
        if self._broker:
            self._starts += 1
            if self._starts > _MOST_STARTS:
                raise Unavailable(
                    "the broker is killed again and again",
                    hint=f"see {launcher.log_path(self._box)}",
                )

    def _attend_sign_in(self) -> None:
        sign_in = mailbox.read_line(self._sign_in_path)
        if sign_in is None:
            return
        if sign_in.get("id", "") != self._sign_in:
            self._sign_in = sign_in.get("id", "")
            words = f"{sign_in.get('who_asks')}\nSign in at {sign_in.get('url')}\n"
            terminal.tell_once(words, self._box, self._sign_in)
            ends = sign_in.get("ends", "")
            if self._is_patient and ends.isdigit():
                # Its end is dated by the wall clock; ours is monotonic, and bounded whatever the clock says.
                left = min(int(ends) - time.time(), _LONGEST_SIGN_IN_SECONDS)
                self._ends = max(self._ends, time.monotonic() + left + _LOOK_SECONDS)
        if sign_in.get("appointed") == self._want.name and not self._has_opened:
            self._has_opened = True
            browser.show(sign_in.get("url", ""))

    def _leave(self) -> None:
        if mailbox.is_answered(self._want):
            return
        if self._sign_in and os.path.lexists(self._sign_in_path):
            raise SignInOpen(
                f"the sign-in for {self._label} is still open in the browser",
                hint="finish it and run this again",
            )
        broker = mailbox.read_line(os.path.join(self._box, "broker.info")) or {}
        raise Unavailable(
            f"no answer from the broker (pid {broker.get('pid', 'unknown')}) within "
            f"{time.monotonic() - self._began:.0f} seconds",
            hint=f"see {launcher.log_path(self._box)}",
        )
