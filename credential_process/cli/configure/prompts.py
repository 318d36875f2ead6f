"""Prompts that ask again after an answer that is not valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Answer = TypeVar("Answer")


def ask(text: str, check: Callable[[str], Answer], *, default: str | None = None) -> Answer:
    """Return what `check` returns for the user's answer; a `UsageError` of `check` is shown, and asks again."""

    def checked(answer: str) -> Answer:
        try:
            return check(answer.strip())
        except UsageError as error:
            raise click.UsageError(str(error)) from None

    answer: Answer = click.prompt(text, default=default, err=True, value_proc=checked)
    return answer


def pick(what: str, entries: Sequence[tuple[str, ...]]) -> int:
    """Let the user choose an entry, and return its index; see `picker.pick`."""
    from credential_process.cli.terminal import picker  # rich, which only a question needs

    return picker.pick(what, entries)
