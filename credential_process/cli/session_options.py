"""The options that name a session, for every command that needs one."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

import click

from credential_process import arguments

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

NAMES = {
    "--sso-session": ("NAME", "The [sso-session NAME] of ~/.aws/config."),
    "--start-url": ("URL", "Instead of a session: the start URL of the access portal."),
    "--sso-region": ("REGION", "The region of IAM Identity Center, with --start-url."),
}


def session_options(command: Callable[[arguments.Session], Result]) -> Callable[..., Result]:
    """Give a command these options, and the session that they name; raises `UsageError` before it is called."""

    @wraps(command)
    def with_session(
        *, sso_session: str | None, start_url: str | None, sso_region: str | None
    ) -> Result:
        return command(arguments.parse_session(sso_session, start_url, sso_region))

    for name, (value, text) in reversed(NAMES.items()):
        with_session = click.option(name, metavar=value, help=text)(with_session)
    return with_session
