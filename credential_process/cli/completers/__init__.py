"""What completes the values of options and arguments: functions whose module is imported when Tab calls them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click
    from click.shell_completion import CompletionItem

    Completions = list[str] | list[CompletionItem]
    Completer = Callable[[click.Context, click.Parameter, str], Completions]


def _completer(module: str, name: str) -> Completer:
    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> Completions:
        chosen: Completer = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return chosen(context, parameter, incomplete)

    return complete


sessions = _completer("names", "sessions")
profiles = _completer("names", "profiles")
sessions_and_profiles = _completer("names", "sessions_and_profiles")
managed_profiles = _completer("managed", "managed_profiles")
account_ids = _completer("roles", "account_ids")
role_names = _completer("roles", "role_names")
