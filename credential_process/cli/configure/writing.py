"""Edit config files: show the changes, ask, and write them."""

from __future__ import annotations

import contextlib
import difflib
import functools
import io
import os
import re
import sys
from typing import TYPE_CHECKING

import click

from credential_process import documents, paths
from credential_process.cli.options import Command, option
from credential_process.client import arguments
from credential_process.config import reader
from credential_process.errors import Refused, UsageError, printable
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from credential_process.config.sections import Change, Sections

_MOST_LINES = 200
_NAME = r"(?:secret|token|password|access_key)"
# The value of a key, also in a comment; and that of an option or a variable in the line of a program.
_SECRET = re.compile(
    rf"([^=:]*{_NAME}[^=:]*[=:]|.*?\s(?:-[^\s=]*{_NAME}[^\s=]*(?:[\s=]|$)|[^\s=]*{_NAME}[^\s=]*=)).*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'^credential_process = .*"', re.MULTILINE)
_OTHER_SECTIONS = {"sso-session", "plugins"}
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


class Writing:
    """How to edit files: only show the changes, ask first, or write at once."""

    def __init__(self, *, dry_run: bool, yes: bool) -> None:
        self._dry_run = dry_run
        self._yes = yes

    @property
    def config(self) -> str:
        """The config file to edit."""
        return paths.config_file()

    @property
    def credentials(self) -> str:
        """The credentials file to edit."""
        return reader.credentials_file()

    @property
    def is_dry(self) -> bool:
        """Whether changes are only shown."""
        return self._dry_run

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """After Ctrl-C, report whether the file on disk is the old or the new one; it is never anything else."""
        before = {path: documents.stamp(path) for path in (self.config, self.credentials)}
        try:
            yield
        except (KeyboardInterrupt, EOFError, click.Abort):
            for path, stamp in before.items():
                is_old = documents.stamp(path) == stamp
                if path == self.config or not is_old:
                    state = "is unchanged" if is_old else "was written"
                    click.echo(f"Stopped; {path} {state}.", err=True)
            raise

    def edit(self, path: str, change: Callable[[Sections], None]) -> None:
        """Edit a file, and report on stderr what was done; see `writer.edit`."""
        from credential_process.config import writer  # it loads a parser, which no error needs

        changed: list[Change] = []

        def confirm(changes: list[Change]) -> None:
            changed[:] = changes
            self._confirm(path, changes)

        try:
            kept = writer.edit(path, change, state_root=arguments.state_root(), confirm=confirm)
        except _DryRunEnded:
            return
        if kept is None:
            click.echo(f"{path} is already up to date.", err=True)
            return
        if any(_QUOTED.search(change.after) for change in changed):
            click.echo(
                f"A credential_process line contains a space in a path or name: {advice.readers_of_quotes()} cannot "
                "run it.",
                err=True,
            )
        backup = f" (backup: {kept})" if kept else ""
        click.echo(f"{path}: {_summary(changed)}{backup}", err=True)

    def _confirm(self, path: str, changes: list[Change]) -> None:
        if self._dry_run:
            _show(path, changes)
            raise _DryRunEnded
        if self._yes:
            return
        _show(path, changes, most=_MOST_LINES)
        if not sys.stdin.isatty():
            raise UsageError(
                f"cannot ask for confirmation; {path} is unchanged",
                hint="give --yes to write the changes, or --dry-run to only show them",
            )
        if not click.confirm(f"Write {path} ({_summary(changes)})?", default=True, err=True):
            raise Refused(f"cancelled; {path} is unchanged")


class _DryRunEnded(Exception):
    """The changes were shown, and are not to be written."""


def writing_options(command: Command) -> Command:
    """Add `--config-file`, `--dry-run` and `--yes`, passed as the argument `writing`."""

    @functools.wraps(command)
    def with_writing(*args: object, dry_run: bool, yes: bool, **kwargs: object) -> object:
        writing = Writing(dry_run=dry_run, yes=yes)
        with writing.interruptible():
            return command(*args, writing=writing, **kwargs)

    decorated = option("--dry-run")(option("--yes", "-y")(with_writing))
    config_file = option(
        "--config-file", callback=_use_config_file, expose_value=False, is_eager=True
    )
    return config_file(decorated)  # type: ignore[return-value]  # click adds no more than attributes


def _use_config_file(_: click.Context, __: click.Parameter, value: str | None) -> None:
    if value is not None:
        # Everything that reads the config follows this variable, including the broker.
        os.environ["AWS_CONFIG_FILE"] = value


def _show(path: str, changes: list[Change], *, most: int | None = None) -> None:
    lines = [f"--- {path}", f"+++ {path} (new)"]
    for change in changes:
        lines.append(f"@@ [{change.title}] @@")
        lines += _difference(change)
    for line in lines[:most]:
        clean = printable(line, limit=2000)
        click.secho(clean, fg=_COLOURS.get(line[:1]), bold=line[:3] in {"---", "+++"})
    if most is not None and len(lines) > most:
        click.echo(f"… and {len(lines) - most:,} more lines; --dry-run shows all of them")


def _difference(change: Change) -> Iterator[str]:
    """Return the lines that are removed and added, without the secrets in them."""
    before, after = _lines(change.before), _lines(change.after)
    shown_before, shown_after = _without_secrets(before), _without_secrets(after)
    matcher = difflib.SequenceMatcher(None, before, after)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield from (f"-{line}" for line in shown_before[start:end])
            yield from (f"+{line}" for line in shown_after[new_start:new_end])


def _lines(text: str) -> list[str]:
    """Split as the parsers of config files do, which know fewer line breaks than Python."""
    return [line.rstrip("\r\n") for line in io.StringIO(text)]


def _without_secrets(lines: list[str]) -> list[str]:
    shown = []
    is_secret = False  # so are the indented lines below
    for line in lines:
        if is_secret and line[:1].isspace():
            shown.append("  ****")
            continue
        found = _SECRET.match(line)
        if line and not reader.is_comment(line):
            is_secret = found is not None
        shown.append(f"{found[1].rstrip()} ****" if found else line)
    return shown


def _summary(changes: list[Change]) -> str:
    counts = {
        "added": sum(not change.before for change in changes),
        "changed": sum(bool(change.before and change.after) for change in changes),
        "removed": sum(not change.after for change in changes),
    }
    # Not only profiles: an [sso-session] or [plugins], too.
    is_mixed = any(change.title.partition(" ")[0] in _OTHER_SECTIONS for change in changes)
    noun = "section" if is_mixed else "profile"
    counted = [f"{count:,} {what}" for what, count in counts.items() if count]
    number, _, done = counted[0].partition(" ")
    return ", ".join([f"{number} {noun}{'' if number == '1' else 's'} {done}", *counted[1:]])
