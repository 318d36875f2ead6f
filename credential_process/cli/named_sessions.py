"""The sessions that a command is for: named by options, by the argument NAME or by the environment, or the only one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.cli import session_argument
from credential_process.cli.given_options import given
from credential_process.client import arguments
from credential_process.config import sessions
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    import click

# Counts where no option names a session; `get` never reads it.
PROFILE = "AWS_PROFILE"
# The variables of aws-sso-util, for users who come from there.
START_URL = "AWS_DEFAULT_SSO_START_URL"
REGION = "AWS_DEFAULT_SSO_REGION"


def one(*, or_all: str = "", reads_variable: bool = True) -> SessionReference:
    """Return the session that is named, or the only one; raises `UsageError`.

    `or_all` is the other option to propose if there are several. Without `reads_variable`, `AWS_PROFILE` does not
    count.
    """
    session = named(reads_variable=reads_variable)
    if session is not None:
        return session
    names = sessions.names(paths.config_file())
    if not names:
        raise _none()
    if len(names) > 1:
        known = printable(", ".join(names))
        raise UsageError(
            f"which session? There are {known}", hint=f"give --sso-session NAME{or_all}"
        )
    return SessionReference(names[0])


def all_of(*, used: bool, may_be_none: bool) -> list[SessionReference]:
    """Return all sessions of the config, the one that the environment names, and those `used` by start URL.

    Raises `UsageError` if there are none, unless there `may_be_none`.
    """
    found = _of_config()
    if used:
        from credential_process.config import used_start_urls
        from credential_process.stores import token_cache

        root = arguments.state_root()
        found += used_start_urls.find(root, token_cache.folder(os.path.expanduser("~"), root))
    if (session := named()) is not None:
        found.append(session)
    if not found and not may_be_none:
        raise _none()
    return list({session.folder(""): session for session in found}.values())


def to_complete(context: click.Context) -> list[SessionReference]:
    """Return the session that the options in a line to complete name, or else all; raises `UsageError`.

    `AWS_PROFILE` does not count: not every command reads it.
    """
    if name := context.params.get("sso_session"):  # of `get`, whose options are not remembered
        return [SessionReference(name)]
    with context.scope(cleanup=False):
        session = named(reads_variable=False)
    return [session] if session else _of_config()


def named(*, reads_variable: bool = True) -> SessionReference | None:
    """Return the session that the user or the environment names; None if neither does. Raises `UsageError`."""
    typed = given()
    if session_argument.KEY in typed:
        if others := typed.keys() - {session_argument.KEY}:
            raise UsageError(f"NAME and {min(others)} are given", hint="give one of them")
        return session_argument.session_of(typed[session_argument.KEY])
    if "--profile" in typed and len(typed) > 1:
        raise UsageError("--profile and a session are given", hint="give one of them")
    if (profile := chosen_profile(reads_variable=reads_variable)) is not None:
        name, named_by = profile
        session = sessions.of_profile(paths.config_file(), name, named_by=named_by)
        return arguments.check_session(session)
    session = SessionReference.of_options(typed)
    if not session.name:
        start_url = session.start_url or os.environ.get(START_URL, "")
        if not (start_url or session.region):
            return None
        session = SessionReference("", start_url, session.region or os.environ.get(REGION, ""))
    return arguments.check_session(session)


def chosen_profile(*, reads_variable: bool = True) -> tuple[str, str] | None:
    """Return the profile that names the session, and what names the profile: `--profile`, or the variable.

    None if another option names the session, or nothing does.
    """
    typed = given()
    if "--profile" in typed:
        return typed["--profile"], "--profile"
    name = os.environ.get(PROFILE) if reads_variable else None
    return (name, PROFILE) if name and not typed else None


def _of_config() -> list[SessionReference]:
    return list(map(SessionReference, sessions.names(paths.config_file())))


def _none() -> UsageError:
    return UsageError(
        f"there is no [sso-session] in {paths.config_file()}",
        hint="run: sso-credential-process configure profile NAME, or give --start-url and --sso-region",
    )
