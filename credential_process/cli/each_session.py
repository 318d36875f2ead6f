"""Run a command for several sessions, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.client import streams
from credential_process.errors import CredentialProcessError

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session_reference import SessionReference


def for_each(chosen: list[SessionReference], act: Callable[[SessionReference], None]) -> int:
    """Run `act` for each session, even after a failure; return the exit code of the first failure, or 0."""
    exit_codes = [_exit_code(act, session) for session in chosen]
    return next(filter(None, exit_codes), 0)


def _exit_code(act: Callable[[SessionReference], None], session: SessionReference) -> int:
    try:
        act(session)
    except CredentialProcessError as error:
        failure = error
    except OSError as error:
        failure = streams.from_os_error(error)
    else:
        return 0
    streams.complain(failure)
    return failure.exit_code
