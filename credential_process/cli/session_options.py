"""The options that name one or more sessions."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from credential_process.cli import named_sessions, session_argument
from credential_process.cli.given_options import given, remembered
from credential_process.cli.options import OPTIONS
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def session_options(
    command: Callable[Concatenate[SessionReference, Parameters], Result],
    *,
    profile_help: str = OPTIONS["--profile"].help,
    reads_variable: bool = True,
    many_profiles: bool = False,
) -> Callable[Parameters, Result]:
    """Add the options that name a session, and pass the session; raises `UsageError` before the command is called.

    Without `reads_variable`, `AWS_PROFILE` does not count. With `many_profiles`, `--profile` can be repeated, and the
    first one names the session.
    """

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(named_sessions.one(reads_variable=reads_variable), *args, **kwargs)

    return _with_options(
        with_session,
        profile_help=profile_help,
        reads_variable=reads_variable,
        many_profiles=many_profiles,
    )


def optional_session_options(
    command: Callable[Concatenate[SessionReference | None, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Add the same options, and pass the session if an option names one; `--profile` is left to the command."""

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        names_session = bool(given().keys() - {"--profile"})
        return command(named_sessions.named() if names_session else None, *args, **kwargs)

    return _with_options(with_session, all_by_default=True, profile_help="The same as PROFILE.")


def new_session_options(
    command: Callable[Concatenate[SessionReference, Parameters], Result],
) -> Callable[Parameters, Result]:
    """Add the options that name a session, which need not be in the config yet, and pass them unchecked."""

    @wraps(command)
    def with_session(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return command(SessionReference.of_options(given()), *args, **kwargs)

    text = f"{OPTIONS['--sso-session'].help} With --start-url, the name of a new one."
    decorated = remembered("--sso-region")(with_session)
    return remembered("--sso-session", help=text)(remembered("--start-url")(decorated))


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
            typed = given()
            if "--all" in typed and len(typed) > 1:
                raise UsageError("--all and a session are given", hint="give one of them")
            if "--all" in typed or (
                all_by_default and not typed and named_sessions.chosen_profile() is None
            ):
                return command(
                    named_sessions.all_of(used=used, may_be_none=may_be_none), *args, **kwargs
                )
            return command([named_sessions.one(or_all=" or --all")], *args, **kwargs)

        decorated = remembered("--all", help=help_of_all)(with_sessions)
        optional = _with_options(decorated, all_by_default=all_by_default)
        return session_argument.session_argument(optional)

    return decorate


def _with_options(
    command: Callable[Parameters, Result],
    *,
    all_by_default: bool = False,
    profile_help: str = OPTIONS["--profile"].help,
    reads_variable: bool = True,
    many_profiles: bool = False,
) -> Callable[Parameters, Result]:
    command = remembered("--profile", help=profile_help, multiple=many_profiles)(command)
    command = remembered("--sso-region", show_default=f"${named_sessions.REGION}")(command)
    start_url = None if all_by_default else f"${named_sessions.START_URL}"
    command = remembered("--start-url", show_default=start_url)(command)
    default = "all of them" if all_by_default else "the only one"
    if reads_variable:
        default = f"that of ${named_sessions.PROFILE}, or {default}"
    return remembered("--sso-session", show_default=default)(command)
