"""The options that name sessions, for every command that needs one, or some."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from credential_process import documents
from credential_process.cli import completers
from credential_process.client import arguments, streams
from credential_process.config import sessions
from credential_process.errors import CredentialProcessError, UsageError, printable
from credential_process.session_reference import SessionReference
from credential_process.stores import token_cache

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# Those of aws-sso-util, for people who come from there.
START_URL = "AWS_DEFAULT_SSO_START_URL"
REGION = "AWS_DEFAULT_SSO_REGION"
NAMES = {
    "--sso-session": ("NAME", "The [sso-session NAME] of ~/.aws/config; the only one by default."),
    "--start-url": ("URL", f"Instead of a session: the start URL of the access portal (or {START_URL})."),
    "--sso-region": ("REGION", f"The region of IAM Identity Center, with --start-url (or {REGION})."),
    "--profile": ("NAME", "The session that this profile of ~/.aws/config signs in to."),
}  # fmt: skip
COMPLETE = {"--sso-session": completers.sessions, "--profile": completers.profiles}
_GIVEN = f"{__name__}.given"


def session_options(
    command: Callable[Concatenate[SessionReference, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Give a command these options, and the session that they name; raises `UsageError` before it is called."""

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(_one(), *args, **kwargs)

    return _with_options(with_session)


def many_sessions_options(
    help_of_all: str, *, used: bool = False, all_by_default: bool = False
) -> Callable[
    [Callable[Concatenate[list[SessionReference], Parameters], Result]],
    Callable[Parameters, Result],
]:
    """Give a command the same options and `--all`, and the sessions that they name.

    With `used`, all are also those of start URLs that have been used before.
    """

    def decorate(
        command: Callable[Concatenate[list[SessionReference], Parameters], Result],
    ) -> Callable[Parameters, Result]:
        @wraps(command)
        def with_sessions(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            given = _given()
            if given and "--all" in given and len(given) > 1:
                raise UsageError("--all and a session are given", hint="give one of them")
            if "--all" in given or (all_by_default and not given):
                return command(_all(used=used), *args, **kwargs)
            return command([_one(or_all=" or --all")], *args, **kwargs)

        option = click.option(
            "--all", is_flag=True, help=help_of_all, callback=_remember, expose_value=False
        )
        return _with_options(option(with_sessions))

    return decorate


def for_each(chosen: list[SessionReference], act: Callable[[SessionReference], None]) -> int:
    """Do something with each session, and go on where it fails; return the first failure's exit code."""
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


def _with_options(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    for name, (value, text) in reversed(NAMES.items()):
        option = click.option(
            name,
            metavar=value,
            help=text,
            shell_complete=COMPLETE.get(name),
            callback=_remember,
            expose_value=False,
        )
        command = option(command)
    return command


def _remember(context: click.Context, option: click.Parameter, value: str | bool | None) -> None:  # noqa: FBT001  click's signature
    if value not in {None, False}:
        context.meta.setdefault(_GIVEN, {})[option.opts[0]] = value


def _given() -> dict[str, str]:
    given: dict[str, str] = click.get_current_context().meta.get(_GIVEN, {})
    return given


def given_profile() -> str | None:
    """Name the profile that was given, if one was."""
    return _given().get("--profile")


def _one(*, or_all: str = "") -> SessionReference:
    """Find the session that is meant; raises `UsageError`."""
    session = _named()
    if session is not None:
        return session
    names = sessions.names(documents.config_file())
    if not names:
        raise _none()
    if len(names) > 1:
        known = printable(", ".join(names))
        raise UsageError(f"which session? There are {known}", hint=f"give --sso-session{or_all}")
    return SessionReference(names[0])


def _all(*, used: bool) -> list[SessionReference]:
    path = documents.config_file()
    found = [SessionReference(name) for name in sessions.names(path)]
    if used:
        root = arguments.state_root()
        cache = token_cache.folder(os.path.expanduser("~"), root)
        found += sessions.of_start_urls(root, cache)
    if (session := _named()) is not None:
        found.append(session)
    if not found:
        raise _none()
    return list({session.folder(""): session for session in found}.values())


def _none() -> UsageError:
    return UsageError(
        f"there is no [sso-session] in {documents.config_file()}",
        hint="add one, or give --start-url and --sso-region",
    )


def _named() -> SessionReference | None:
    """Read the session from the options, or from the environment; None where neither names one."""
    given = _given()
    if "--profile" in given:
        if len(given) > 1:
            raise UsageError("--profile and a session are given", hint="give one of them")
        named = sessions.of_profile(documents.config_file(), given["--profile"])
        return arguments.check_session(named)
    named = SessionReference.of_options(given)
    if not named.name:
        start_url = named.start_url or os.environ.get(START_URL, "")
        if not (start_url or named.region):
            return None
        named = SessionReference("", start_url, named.region or os.environ.get(REGION, ""))
    return arguments.check_session(named)
