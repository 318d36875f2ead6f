"""Questions at a terminal, in the form of ``aws configure``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from awscli.customizations.utils import uni_print

from credential_process.errors import UsageError, printable
from credential_process.identifiers import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")


def ask(
    text: str,
    default: str | None = None,
    *,
    brackets: bool = True,
    is_valid: Callable[[str], bool] | None = None,
    otherwise: str = "",
) -> str:
    """Ask until there is a valid answer; nothing typed is the `default`. Raises `UsageError` where nobody answers."""
    question = f"{text} [{default}]: " if brackets else f"{text}: "
    while True:
        try:
            answer = input(question).strip() or (default or "")
        except EOFError:
            raise UsageError(
                f"nobody answers: {text}", hint="run it in a terminal; nothing was written"
            ) from None
        if is_valid is None or is_valid(answer):
            return answer
        uni_print(f"{otherwise}\n")


def choose(items: Sequence[Item], shown: Callable[[Item], str]) -> Item:
    """Let one of several be chosen, by its number."""
    for number, item in enumerate(items, 1):
        uni_print(f"  {number:>3}  {printable(shown(item))}\n")

    def is_number(answer: str) -> bool:
        return 0 < (whole_number(answer) or 0) <= len(items)

    answer = ask(
        "Number", "1", is_valid=is_number, otherwise=f"Type a number from 1 to {len(items)}."
    )
    return items[int(answer) - 1]
