"""The types of the arguments of the library's functions: a wrong one is a `UsageError` that names the argument."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from credential_process.errors import UsageError


def require_texts(**arguments: object) -> None:
    """Raise `UsageError` for an argument that is neither a str nor None, which means that it is not given."""
    for argument, value in arguments.items():
        if not isinstance(value, str | None):
            raise UsageError(f"{argument} is not a str", hint=f"give {argument} as a str")


def several(argument: str, values: object) -> tuple[str, ...]:
    """Return the values of an argument that takes several; raises `UsageError` for a single string, an easy mistake."""
    texts = listed(values)
    if isinstance(values, str) or not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{argument} is not a list of str", hint=f"give {argument} as a list")
    return tuple(texts)


def listed(value: object) -> list[Any]:
    """Return the values of an argument that takes one or several, unchecked; a str is one."""
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
