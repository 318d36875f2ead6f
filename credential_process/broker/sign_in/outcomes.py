"""What the broker remembers of sign-ins that have ended, because it decides whether another one may begin."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING

from credential_process.errors import (
    CredentialProcessError,
    SignInCancelled,
    Unauthorized,
    Unavailable,
)
from credential_process.stores import cooldown, document_store

if TYPE_CHECKING:
    from credential_process.session.context import SessionContext

log = logging.getLogger(__name__)

_NEW_SIGN_IN_SECONDS = 60


class SignInOutcomes:
    """Failures, in a file that the next broker reads, too, and recent successes; used on the broker's own thread."""

    def __init__(self, session_folder: str) -> None:
        self._session_folder = session_folder
        self._signed_in_at: dict[SessionContext, float] = {}

    def ended(self, failure: CredentialProcessError | None) -> None:
        """Record how a sign-in has ended: a failure begins a cooldown, and None ends it.

        One that the user has cancelled counts for nothing: nothing was denied, and the user is there to be asked.
        """
        try:
            if failure is None:
                cooldown.clear(self._session_folder)
            elif not isinstance(failure, SignInCancelled):
                cooldown.record(self._session_folder, failure.message, time.time())
        except OSError as error:
            log.warning("the outcome cannot be stored: %s", error.strerror)

    def signed_in(self, context: SessionContext) -> None:
        """Record that there is a token of a new sign-in."""
        self._signed_in_at[context] = time.monotonic()

    def has_just_signed_in(self, context: SessionContext) -> bool:
        """Return whether a sign-in to this session ended with success a short while ago."""
        signed_in_at = self._signed_in_at.get(context)
        return signed_in_at is not None and time.monotonic() < signed_in_at + _NEW_SIGN_IN_SECONDS

    def forget_failures(self) -> None:
        """Forget failed sign-ins: the portal has accepted a token, or a user has typed `login`."""
        if cooldown.read(self._session_folder) is not None:
            cooldown.clear(self._session_folder)

    def token_refused(self, error: Unauthorized, context: SessionContext) -> CredentialProcessError:
        """Return the failure for a new token that the portal has refused: the region or the start URL must be wrong."""
        message = "the token was refused right after the sign-in"
        with contextlib.suppress(OSError):  # a full disk: the answer matters more than the cooldown
            cooldown.record(self._session_folder, message, time.time())
        return Unavailable(
            f"signed in, but {error.message}",
            hint=context.correction,
        )

    def forget_after_sign_out(self, context: SessionContext) -> None:
        """Forget a success if the token is gone: `aws sso logout` deletes it, but not what is cached here."""
        if not os.path.lexists(context.tokens.file):
            self._signed_in_at.pop(context, None)
            document_store.forget([self._session_folder])
