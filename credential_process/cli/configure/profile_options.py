"""The options of `populate` and `profile` for the contents of profiles."""

from __future__ import annotations

import functools
import os
import re

import click

from credential_process import identifiers
from credential_process.cli.options import Command, option
from credential_process.config import profiles
from credential_process.config.profile_sections import ACTIONS
from credential_process.errors import UsageError, printable
from credential_process.library import regions

_REGION_VARIABLES = ("AWS_CONFIGURE_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_OWN_OPTIONS = {
    "credential_process": "it is written from the session, the account and the role",
    "region": "give --region",
    "output": "give --output",
}


def profile_options(command: Command) -> Command:
    """Add `--output`, `--config-default` and `--existing-config-action`; the first two are passed as `defaults`."""

    @functools.wraps(command)
    def with_defaults(
        *args: object, output: str | None, config_default: tuple[str, ...], **kwargs: object
    ) -> object:
        defaults = {"output": output} if output else {}
        defaults |= dict(map(_default, config_default))
        return command(*args, defaults=defaults, **kwargs)

    decorated = option(
        "--existing-config-action", type=click.Choice(ACTIONS), default="keep", show_default=True
    )(with_defaults)
    decorated = option("--config-default", "-c", multiple=True)(decorated)
    return option("--output", "-o")(decorated)  # type: ignore[return-value]  # click adds no more than attributes


def checked_region(text: str, *, named_by: str = "--region") -> str:
    """Return a region, after a warning if botocore does not know it; raises `UsageError` for an invalid one.

    `named_by` is the option, empty for the answer to a prompt.
    """
    option = f"{named_by}: " if named_by else ""
    if not identifiers.is_region(text):
        raise UsageError(
            f"{option}{printable(text, limit=80)!r} is not a valid region",
            hint="give one such as eu-west-1",
        )
    if regions.is_unknown(text):
        alike = regions.alike(text)
        question = f"; did you mean {alike}?" if alike else ""
        click.echo(f"Warning: {option}unknown region {text}{question}", err=True)
    return text


def region_of_environment() -> str:
    """Return the region that the environment names, or an empty string."""
    return next((os.environ[name] for name in _REGION_VARIABLES if os.environ.get(name)), "")


def _default(text: str) -> tuple[str, str]:
    key, equals, value = (part.strip() for part in text.partition("="))
    shown = printable(text, limit=80)
    if not equals or not _KEY.fullmatch(key) or not value.isprintable():
        raise UsageError(
            f"--config-default: {shown!r} is not a valid setting", hint="give KEY=VALUE"
        )
    if key in _OWN_OPTIONS:
        raise UsageError(f"--config-default cannot set {key}", hint=_OWN_OPTIONS[key])
    if profiles.is_sso(key) or profiles.is_credential(key):
        raise UsageError(
            f"--config-default: with {key} in a profile, SDKs would not call sso-credential-process",
            hint="omit it",
        )
    return key, value
