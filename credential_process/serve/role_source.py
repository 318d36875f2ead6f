"""The credentials of one role for all requests: from the disk, or from one want that all of them wait for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeAlias

from credential_process import warm
from credential_process.client import embedded, streams
from credential_process.errors import CredentialProcessError, Defect, SignInOpen, Unavailable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.documents import Document
    from credential_process.stores.mailbox import OwnWant
    from credential_process.stores.sign_in_view import SignInView

Answer: TypeAlias = "Document | CredentialProcessError"

# Java and PHP give up reading after 1 second, botocore after 2, Rust and Ruby after 5; Go and JavaScript wait. All but
# PHP ask again after a 503, for a few seconds. A user needs longer to sign in, so the answer is where to do that.
SIGN_IN_SECONDS = 0.8
_LONGEST_SECONDS = 10.0
_PROGRAM = "serve"


class RoleSource:
    """Answers requests for one role, named by options of ``get``.

    While a sign-in is open, a request waits for `sign_in_seconds`.
    """

    def __init__(
        self, options: dict[str, str], *, sign_in_seconds: float = SIGN_IN_SECONDS
    ) -> None:
        self._options = options
        self._sign_in_seconds = sign_in_seconds
        self._lock = threading.Lock()
        self._fetch: _Fetch | None = None

    def answer(self) -> Answer:
        """Return the document with the credentials, or why there is none now."""
        try:
            document = warm.find(self._options)
        except OSError as error:
            return streams.from_os_error(error)
        return document or self._current_fetch().answer(self._sign_in_seconds)

    def _current_fetch(self) -> _Fetch:
        with self._lock:
            if self._fetch is None or self._fetch.is_finished:
                self._fetch = _Fetch(self._options)
            return self._fetch


class _Fetch:
    """One want at the broker, which continues when a request for it ends; the next request finds its result."""

    def __init__(self, options: dict[str, str]) -> None:
        self._options = options
        self._news = threading.Condition()
        self._result: Answer | None = None
        self._sign_in: SignInView | None = None
        threading.Thread(target=self._run, daemon=True, name="fetch").start()

    @property
    def is_finished(self) -> bool:
        """Whether there is a result."""
        return self._result is not None

    def answer(self, sign_in_seconds: float) -> Answer:
        """Return the result, or why a request cannot wait for it any longer."""
        began = time.monotonic()
        with self._news:
            while self._result is None:
                seconds = _LONGEST_SECONDS if self._sign_in is None else sign_in_seconds
                left = began + seconds - time.monotonic()
                if left <= 0:
                    return self._not_yet()
                self._news.wait(left)
            return self._result

    def _run(self) -> None:
        result: Answer
        try:
            result = embedded.role_document(
                self._options, program=_PROGRAM, on_look=self._note_sign_in
            )
        except CredentialProcessError as error:
            result = error
        except Exception as error:  # noqa: BLE001  all requests would wait for a result that never comes
            result = Defect(f"defect: {type(error).__name__} in sso-credential-process")
        with self._news:
            self._result = result
            self._news.notify_all()

    def _note_sign_in(self, _want: OwnWant, sign_in: SignInView | None) -> None:
        with self._news:
            self._sign_in = sign_in
            self._news.notify_all()

    def _not_yet(self) -> CredentialProcessError:
        if self._sign_in is None:
            return Unavailable("no answer yet", hint="run this again")
        label = SessionReference.of_options(self._options).label
        return SignInOpen(
            f"the sign-in for {label} is open {_place(self._sign_in)}",
            hint="finish it and run this again",
        )


def _place(sign_in: SignInView) -> str:
    if sign_in.flow == "elsewhere":
        return f"on {sign_in.host}"
    if sign_in.flow == "device_code":
        return f"at {sign_in.url} with the code {sign_in.user_code}"
    return f"where serve runs, at {sign_in.url}"
