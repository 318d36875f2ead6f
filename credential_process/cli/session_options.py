"""The options that name one or more sessions."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from credential_process import documents
from credential_process.cli import session_argument
from credential_process.cli.options import OPTIONS, Command, option
from credential_process.client import arguments, streams
from credential_process.config import sessions
from credential_process.errors import CredentialProcessError, UsageError, printable
from credential_process.session_reference import SessionReference
from credential_process.stores import token_cache

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# Counts where no option names a session; `get` never reads it.
PROFILE = "AWS_PROFILE"
# The variables of aws-sso-util, for users who come from there.
START_URL = "AWS_DEFAULT_SSO_START_URL"
REGION = "AWS_DEFAULT_SSO_REGION"
_GIVEN = f"{__name__}.given"


def session_options(
    command: Callable[Concatenate[SessionReference, Parameters], Result],
    *,
    profile_help: str = OPTIONS["--profile"].help,
    reads_variable: bool = True,
) -> Callable[Parameters, Result]:
    """Add the options that name a session, and pass the session; raises `UsageError` before the command is called.

    Without `reads_variable`, `AWS_PROFILE` does not count.
    """

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(_one(reads_variable=reads_variable), *args, **kwargs)

    return _with_options(with_session, profile_help=profile_help, reads_variable=reads_variable)


def optional_session_options(
    command: Callable[Concatenate[SessionReference | None, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Add the same options, and pass the session if an option names one; `--profile` is left to the command."""

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        names_session = bool(_given().keys() - {"--profile"})
        return command(_named() if names_session else None, *args, **kwargs)

    return _with_options(with_session, all_by_default=True, profile_help="The same as PROFILE.")


def new_session_options(
    command: Callable[Concatenate[SessionReference, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Add the options that name a session, which need not be in the config yet, and pass them unchecked."""

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(SessionReference.of_options(_given()), *args, **kwargs)

    text = f"{OPTIONS['--sso-session'].help} With --start-url, the name of a new one."
    decorated = _remembered("--sso-region")(with_session)
    return _remembered("--sso-session", help=text)(_remembered("--start-url")(decorated))


def many_sessions_options(
    help_of_all: str,
    *,
    used: bool = False,
    may_be_none: bool = False,
    all_by_default: bool = False,
) -> Callable[
    [Callable[Concatenate[list[SessionReference], Parameters], Result]],
    Callable[Parameters, Result],
]:
    """Add the same options, `--all` and the argument NAME, of a session or a profile, and pass the sessions they name.

    With `used`, all sessions include the start URLs that have been used before. If there are none at all, `UsageError`
    is raised, unless there `may_be_none`.
    """

    def decorate(
        command: Callable[Concatenate[list[SessionReference], Parameters], Result],
    ) -> Callable[Parameters, Result]:
        @wraps(command)
        def with_sessions(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            given = _given()
            if "--all" in given and len(given) > 1:
                raise UsageError("--all and a session are given", hint="give one of them")
            if "--all" in given or (all_by_default and not given and chosen_profile() is None):
                return command(_all(used=used, may_be_none=may_be_none), *args, **kwargs)
            return command([_one(or_all=" or --all")], *args, **kwargs)

        decorated = _remembered("--all", help=help_of_all)(with_sessions)
        optional = _with_options(decorated, all_by_default=all_by_default)
        return session_argument.session_argument(_remember)(optional)

    return decorate


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


def _with_options(
    command: Callable[Parameters, Result],
    *,
    all_by_default: bool = False,
    profile_help: str = OPTIONS["--profile"].help,
    reads_variable: bool = True,
) -> Callable[Parameters, Result]:
    command = _remembered("--profile", help=profile_help)(command)
    command = _remembered("--sso-region", show_default=f"${REGION}")(command)
    start_url = None if all_by_default else f"${START_URL}"
    command = _remembered("--start-url", show_default=start_url)(command)
    default = "all of them" if all_by_default else "the only one"
    if reads_variable:
        default = f"that of ${PROFILE}, or {default}"
    return _remembered("--sso-session", show_default=default)(command)


def _remembered(name: str, **settings: str | None) -> Callable[[Command], Command]:
    """Return the decorator for an option that `_given` reports, in place of an argument of the command."""
    return option(name, callback=_remember, expose_value=False, **settings)


def _remember(context: click.Context, option: click.Parameter, value: str | bool | None) -> None:  # noqa: FBT001  click's signature
    if value not in {None, False}:
        context.meta.setdefault(_GIVEN, {})[option.opts[0]] = value


def _given() -> dict[str, str]:
    given: dict[str, str] = click.get_current_context().meta.get(_GIVEN, {})
    return given


def given_options() -> dict[str, str]:
    """Return the options that name sessions as they were given, a flag as ``yes``, and the argument as ``name``."""
    return {name: value if isinstance(value, str) else "yes" for name, value in _given().items()}


def given_profile() -> str | None:
    """Return the value of `--profile`, if it was given."""
    return _given().get("--profile")


def typed_sessions(context: click.Context) -> list[SessionReference]:
    """Return the session that the options in a line to complete name, or else all; raises `UsageError`.

    `AWS_PROFILE` does not count: not every command reads it.
    """
    if name := context.params.get("sso_session"):  # of `get`, whose options are not remembered
        return [SessionReference(name)]
    with context.scope(cleanup=False):
        named = _named(reads_variable=False)
    return (
        [named] if named else list(map(SessionReference, sessions.names(documents.config_file())))
    )


def chosen_profile(*, reads_variable: bool = True) -> tuple[str, str] | None:
    """Return the profile that names the session, and what names the profile: `--profile`, or the variable.

    None if another option names the session, or nothing does.
    """
    given = _given()
    if "--profile" in given:
        return given["--profile"], "--profile"
    name = os.environ.get(PROFILE) if reads_variable else None
    return (name, PROFILE) if name and not given else None


def _one(*, or_all: str = "", reads_variable: bool = True) -> SessionReference:
    """Return the session that the options name, or the only one; raises `UsageError`."""
    session = _named(reads_variable=reads_variable)
    if session is not None:
        return session
    names = sessions.names(documents.config_file())
    if not names:
        raise _none()
    if len(names) > 1:
        known = printable(", ".join(names))
        raise UsageError(
            f"which session? There are {known}", hint=f"give --sso-session NAME{or_all}"
        )
    return SessionReference(names[0])


def _all(*, used: bool, may_be_none: bool) -> list[SessionReference]:
    path = documents.config_file()
    found = [SessionReference(name) for name in sessions.names(path)]
    if used:
        root = arguments.state_root()
        cache = token_cache.folder(os.path.expanduser("~"), root)
        found += sessions.of_start_urls(root, cache)
    if (session := _named()) is not None:
        found.append(session)
    if not found and not may_be_none:
        raise _none()
    return list({session.folder(""): session for session in found}.values())


def _none() -> UsageError:
    return UsageError(
        f"there is no [sso-session] in {documents.config_file()}",
        hint="run: sso-credential-process configure profile NAME, or give --start-url and --sso-region",
    )


def _named(*, reads_variable: bool = True) -> SessionReference | None:
    """Return the session that the options name, or the environment; None if neither does."""
    given = _given()
    if session_argument.KEY in given:
        if others := given.keys() - {session_argument.KEY}:
            raise UsageError(f"NAME and {min(others)} are given", hint="give one of them")
        return session_argument.session_of(given[session_argument.KEY])
    if "--profile" in given and len(given) > 1:
        raise UsageError("--profile and a session are given", hint="give one of them")
    if (profile := chosen_profile(reads_variable=reads_variable)) is not None:
        name, named_by = profile
        named = sessions.of_profile(documents.config_file(), name, named_by=named_by)
        return arguments.check_session(named)
    named = SessionReference.of_options(given)
    if not named.name:
        start_url = named.start_url or os.environ.get(START_URL, "")
        if not (start_url or named.region):
            return None
        named = SessionReference("", start_url, named.region or os.environ.get(REGION, ""))
    return arguments.check_session(named)
