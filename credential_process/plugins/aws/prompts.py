"""Prompts in the form of ``aws configure``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awscli.customizations.utils import uni_print

from credential_process.cli.terminal.picker import pick
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def ask(
    text: str,
    default: str | None = None,
    *,
    brackets: bool = True,
    is_valid: Callable[[str], bool] | None = None,
    otherwise: str = "",
) -> str:
    """Ask until the answer is valid; an empty one means `default`. Raises `UsageError` at the end of input."""
    question = f"{text} [{default}]: " if brackets else f"{text}: "
    while True:
        try:
            answer = input(question).strip() or (default or "")
        except EOFError:
            raise _no_answer(text) from None
        if is_valid is None or is_valid(answer):
            return answer
        uni_print(f"{otherwise}\n")


def choose(what: str, entries: Sequence[str]) -> int:
    """Let the user choose one of several, and return its index; raises `UsageError` without an answer."""
    try:
        return pick(what, [(entry,) for entry in entries], stderr=False)
    except EOFError:
        raise _no_answer(f"which of the {what}?") from None


def _no_answer(question: str) -> UsageError:
    return UsageError(f"no answer: {question}", hint="run it in a terminal; nothing was written")
