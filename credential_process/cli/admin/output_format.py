"""The options `--json` and `--csv`, and how a list is printed as they say."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict, dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from credential_process.cli.options import option
from credential_process.cli.printing import stop_at_closed_pipe
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """JSON with an object in each line, or CSV with a header, both printed as they are listed; or else a table."""

    is_json: bool
    is_csv: bool

    def __post_init__(self) -> None:
        """Raise `UsageError` for both."""
        if self.is_json and self.is_csv:
            raise UsageError("--json and --csv are given", hint="give one of them")

    def print(
        self,
        kind: type[Item],
        found: Iterable[Item],
        print_table: Callable[[Iterable[Item]], None],
    ) -> bool:
        """Print dataclasses of a kind; return whether the reader of stdout has taken all."""
        try:
            if self.is_json:
                _print_json(found)
            elif self.is_csv:
                _print_csv(kind, found)
            else:
                print_table(found)
        except OSError as error:
            stop_at_closed_pipe(error)
            return False
        return True


def output_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Add `--json` and `--csv`, and pass an `OutputFormat`; raises `UsageError` before the command is called."""

    @wraps(command)
    def with_format(*arguments: object, as_json: bool, as_csv: bool, **others: object) -> Result:
        return command(*arguments, output=OutputFormat(as_json, as_csv), **others)

    decorated = option("--csv", "as_csv")(with_format)
    help_of_json = "Print one JSON object per line, as they are listed."
    return option("--json", "as_json", help=help_of_json)(decorated)


def _print_json(found: Iterable[Any]) -> None:
    for each in found:
        click.echo(json.dumps(asdict(each)))
        sys.stdout.flush()


def _print_csv(kind: type[Any], found: Iterable[Any]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(field.name for field in fields(kind))
    for each in found:
        rows.writerow(asdict(each).values())
        sys.stdout.flush()
