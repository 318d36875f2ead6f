"""The findings of `check` as text: the worst first, and those that profiles share only once.

A profile that is as it should be gets a line for each thing that is in order, and for each note.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from credential_process.checks import finding_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.checks.findings import Fact, Finding, Kind, Report

_MOST_SUBJECTS = 5
_MOST_FACTS = 20
_UNWRAPPED = 10_000  # columns without a terminal, so that `grep` finds whole lines
_STYLES = {True: "bold red", False: "bold yellow"}


def show(report: Report, *, is_quiet: bool) -> None:
    """Print the findings and the facts; with `is_quiet`, print problems only."""
    console = Console(highlight=False)
    width = console.width if console.is_terminal else _UNWRAPPED
    groups = _alike(report.sorted_findings)
    brief = [same for same in groups if same[0].kind in finding_kinds.BRIEF]
    for same in groups:
        if same[0].is_problem or not (is_quiet or same in brief):
            _show(console, width, same)
    if is_quiet:
        return
    facts = _in_order(report.facts)
    if len(facts) > _MOST_FACTS:
        facts[_MOST_FACTS:] = [f"and {len(facts) - _MOST_FACTS} more"]
    for fact in facts:
        _print(console, width, Text("ok       ", "green"), fact)
    for same in brief:
        _print(console, width, _head(same[0]), f"{same[0].kind.code}: {same[0].fix}")
    problems = sum(same[0].is_problem for same in groups)
    notes = len(groups) - problems
    if report.facts and report.findings:
        console.print()
    _print(console, width, Text(), f"{_count(problems, 'problem')}, {_count(notes, 'note')}")


def _alike(findings: list[Finding]) -> list[list[Finding]]:
    """Group the findings that differ only in their subjects."""
    groups: dict[tuple[Kind, str, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.kind, each.message, each.fix), []).append(each)
    return list(groups.values())


def _in_order(facts: list[Fact]) -> list[str]:
    """Return a line for each message, with all of its subjects."""
    same: dict[str, list[Fact]] = {}
    for fact in facts:
        same.setdefault(fact.message, []).append(fact)
    return [f"{_subjects(each)}: {message}" for message, each in same.items()]


def _show(console: Console, width: int, same: list[Finding]) -> None:
    first = same[0]
    _print(console, width, _head(first), f"{first.kind.code}: {_subjects(same)}")
    indent = Text(" " * 9)
    _print(console, width, indent, first.message)
    _print(console, width, Text("     in  ", "dim"), ", ".join(first.kind.sdks))
    _print(console, width, Text("     fix ", "dim"), first.fix)
    console.print()


def _head(finding: Finding) -> Text:
    return Text(f"{'problem' if finding.is_problem else 'note':9}", _STYLES[finding.is_problem])


def _subjects(same: Sequence[Finding | Fact]) -> str:
    names = [str(each.subject) for each in same[:_MOST_SUBJECTS]]
    more = len(same) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _print(console: Console, width: int, head: Text, text: str) -> None:
    # A path or URL that is longer than the line is not broken, so that it can be copied whole.
    lines = textwrap.wrap(text, width - len(head), break_long_words=False, break_on_hyphens=False)
    for line in lines:
        # Text, not str: a name may look like rich's markup.
        console.print(head + Text(line), soft_wrap=True)
        head = Text(" " * len(head))


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
