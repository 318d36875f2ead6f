"""The tables of docs/evidence/performance.md, written from the figures of a run; the text around them is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.comparison import CASES
from bench.peers import ALL, AWS_SSO_UTIL, OURS
from campaigns.page import put, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.comparison import Effort, Row
    from bench.paths import Timing
    from bench.results import Results

PAGE = Path(__file__).parents[1] / "docs" / "evidence" / "performance.md"
AHEAD = 0.9  # of the product's cost: a smaller difference is noise


def write(figures: Results) -> None:
    """Put every table into the page."""
    blocks = {
        "machine": _machines(figures.machines),
        "paths": _paths(figures.paths),
        "tools": _tools(figures.peers),
        "efforts": _efforts(figures.peers),
        "ahead": _ahead(figures.peers),
        "listings": table(
            ["", OURS.name, AWS_SSO_UTIL, "budget"],
            [[name, one.ours, one.theirs, one.budget] for name, one in figures.listings.items()],
        ),
    }
    for name, lines in blocks.items():
        put(f"make bench: {name}", "\n".join(lines), PAGE)


def named(row: Row) -> str:
    """Return the name of a tool with its version, as each figure of it is published."""
    return f"{row.name} {row.version}"


def seconds(value: float) -> str:
    """Format a duration with as many digits as are significant."""
    if value < 1:
        return f"{value * 1000:.{0 if value >= 0.01 else 1}f} ms"
    return f"{value:.1f} s"


def mebibytes(value: float) -> str:
    """Format an amount of memory; the processes may have ended before they were weighed."""
    return f"{value:,.0f} MiB" if value else "not seen"


def _machines(machines: dict[str, str]) -> Iterator[str]:
    """Return where each part was measured; once, if that was the same."""
    for machine in dict.fromkeys(machines.values()):
        parts = [part for part, where in machines.items() if where == machine]
        yield f"* {', '.join(parts)}: {machine}."


def _paths(paths: dict[str, Timing]) -> list[str]:
    rows = []
    for name, timing in paths.items():
        path, _, floor = name.partition(" / ")
        ratio = f"{timing.seconds / timing.floor_seconds:.2f}x" if floor else ""
        beside = f"{seconds(timing.floor_seconds)}, {floor}" if floor else ""
        cost, budget = seconds(timing.seconds), seconds(timing.limit_seconds)
        if timing.limit_mebibytes:
            cost += f", {mebibytes(timing.mebibytes)}"
            budget += f", {mebibytes(timing.limit_mebibytes)}"
        rows.append([path, ratio, cost, beside, f"{budget}{'' if timing.is_met else ': missed'}"])
    return table(["path", "ratio", "cost", "floor", "budget"], rows)


def _tools(rows: list[Row]) -> list[str]:
    commands = {peer.name: f"`{peer.command} {peer.arguments}`" for peer in ALL}
    return table(
        ["tool", "version", "command"],
        [[row.name, _version(row), commands[row.name]] for row in rows],
    )


def _version(row: Row) -> str:
    if row.reason:
        return f"**could not run**: {row.reason}"
    return f"{row.version}, built elsewhere" if row.elsewhere else row.version


def _efforts(rows: list[Row]) -> Iterator[str]:
    ours = rows[0].efforts
    for case in measured(rows):
        yield from (f"**{case}**:", "")
        yield from table(
            ["", "time", "ratio", "CPU", "memory", "requests", "rounds", "failed"],
            [
                _effort(named(row), row.efforts[case], ours[case])
                for row in rows
                if case in row.efforts
            ],
        )
        yield ""


def measured(rows: list[Row]) -> list[str]:
    """Return the names of the cases that were measured."""
    return [case for case in CASES if case in rows[0].efforts]


def _effort(name: str, effort: Effort, ours: Effort) -> list[str]:
    failed = f"{effort.failed} of {effort.calls}: `{effort.said}`" if effort.failed else "none"
    return [
        name,
        seconds(effort.seconds),
        f"{effort.seconds / ours.seconds:.2f}x",
        seconds(effort.cpu_seconds),
        mebibytes(effort.mebibytes),
        f"{effort.requests:.0f}",
        f"{effort.rounds}",
        failed,
    ]


def _ahead(rows: list[Row]) -> Iterator[str]:
    """Return in which case which tool needs less than the product, and of what; a tool with failures does not count."""
    product, *others = rows
    for case in measured(rows):
        beside = product.efforts[case]
        for row in others:
            effort = row.efforts.get(case)
            if not effort or effort.failed:
                continue
            better = [
                f"less {measure} ({words(one)} instead of {words(other)})"
                for measure, words, one, other in (
                    ("time", seconds, effort.seconds, beside.seconds),
                    ("CPU", seconds, effort.cpu_seconds, beside.cpu_seconds),
                    ("memory", mebibytes, effort.mebibytes, beside.mebibytes),
                )
                if 0 < one < AHEAD * other
            ]
            if better:
                listed = " and ".join(filter(None, (", ".join(better[:-1]), better[-1])))
                yield f"* {case}: {named(row)} takes {listed} than {named(product)}."
