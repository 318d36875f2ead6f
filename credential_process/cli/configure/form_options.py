"""The options of `populate` and `profile` for the form of profiles: lines, or native ones."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import click

from credential_process.cli.options import Command, option
from credential_process.config import installation
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.config.forms import Form


def form_options(command: Command) -> Command:
    """Add `--native`, `--no-native` and `--legacy`, passed as `form`: None if none of them was given."""

    @functools.wraps(command)
    def with_form(*args: object, native: bool | None, legacy: bool, **kwargs: object) -> object:
        return command(*args, form=_form(native=native, legacy=legacy), **kwargs)

    decorated = option("--legacy")(with_form)
    return option("--native/--no-native", default=None)(decorated)  # type: ignore[return-value]  # click adds no more than attributes


def executable(form: Form | None) -> str:
    """Return the command for lines; empty where no profile gets one, which then works without an installation."""
    return installation.command() if form in {None, "line"} else ""


def report_native(names: list[str]) -> None:
    """Print on stderr how many profiles kept another form than a line, because no option names a form."""
    if names:
        what = names[0] if len(names) == 1 else f"{len(names):,} profiles"
        click.echo(f"kept as native: {what} (--no-native writes lines)", err=True)


def _form(*, native: bool | None, legacy: bool) -> Form | None:
    if legacy and native is False:
        raise UsageError("--legacy and --no-native are given", hint="give one of them")
    if legacy:
        return "legacy"
    return None if native is None else "native" if native else "line"
