"""The findings of `check` as text: the worst first, and those that profiles share only once.

A profile that is as it should be gets a line for each thing that is in order, and for each note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.checks import finding_kinds
from credential_process.cli import printing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credential_process.checks.findings import Fact, Finding, Kind, Report
    from credential_process.cli.printing import Lines
    from credential_process.cli.terminal.lines import Span

_MOST_SUBJECTS = 5
_MOST_FACTS = 20
_STYLES = {True: "bold red", False: "bold yellow"}


def show(report: Report, *, is_quiet: bool) -> None:
    """Print the findings and the facts; with `is_quiet`, print problems only."""
    lines = printing.lines()
    groups = _alike(report.sorted_findings)
    brief = [same for same in groups if same[0].kind in finding_kinds.BRIEF]
    for same in groups:
        if same[0].is_problem or not (is_quiet or same in brief):
            _show(lines, same)
    if is_quiet:
        return
    facts = _in_order(report.facts)
    if len(facts) > _MOST_FACTS:
        facts[_MOST_FACTS:] = [f"and {len(facts) - _MOST_FACTS} more"]
    for fact in facts:
        _print(lines, ("ok       ", "green"), fact)
    for same in brief:
        _print(lines, _head(same[0]), f"{same[0].kind.code}: {same[0].fix}")
    problems = sum(same[0].is_problem for same in groups)
    notes = len(groups) - problems
    if report.facts and report.findings:
        lines.print()
    _print(lines, ("", ""), f"{_count(problems, 'problem')}, {_count(notes, 'note')}")


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
    return [f"{_subjects(each)}: {_of(each, message)}" for message, each in same.items()]


def _of(same: list[Fact], message: str) -> str:
    """Return the message in the plural, if it is about several subjects."""
    is_of_several = len(same) > 1 and message.startswith("its ")
    return f"their {message.removeprefix('its ')}" if is_of_several else message


def _show(lines: Lines, same: list[Finding]) -> None:
    first = same[0]
    _print(lines, _head(first), f"{first.kind.code}: {_subjects(same)}")
    _print(lines, (" " * 9, ""), first.message)
    _print(lines, ("     in  ", "dim"), ", ".join(first.kind.sdks))
    _print(lines, ("     fix ", "dim"), first.fix)
    lines.print()


def _head(finding: Finding) -> Span:
    return f"{'problem' if finding.is_problem else 'note':9}", _STYLES[finding.is_problem]


def _subjects(same: Sequence[Finding | Fact]) -> str:
    names = [str(each.subject) for each in same[:_MOST_SUBJECTS]]
    more = len(same) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _print(lines: Lines, head: Span, text: str) -> None:
    """Print the text after a head, whose style is that of the first line."""
    start, style = head
    for line in printing.wrapped(text, lines.width, len(start)):
        lines.print((start + line, style))
        start, style = " " * len(start), ""


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
