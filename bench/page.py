"""The tables of docs/performance.md, written from the figures of a run; the text around them is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.comparison import CASES
from bench.peers import ALL, OURS
from campaigns.page import put, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.comparison import Effort, Row
    from bench.paths import Timing
    from bench.results import Results

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
AHEAD = 0.9  # of the product's cost: a smaller difference is noise


def write(figures: Results) -> None:
    """Put every table into the page."""
    blocks = {
        "machine": f"{figures.machine}.",
        "paths": "\n".join(_paths(figures.paths)),
        "tools": "\n".join(_tools(figures.rows)),
        "efforts": "\n".join(_efforts(figures.rows)),
        "ahead": "\n".join(_ahead(figures.rows)),
        "listings": "\n".join(
            table(
                ["", "ours", "aws-sso-util", "budget"],
                [
                    [name, one.ours, one.theirs, one.budget]
                    for name, one in figures.listings.items()
                ],
            )
        ),
    }
    for name, text in blocks.items():
        put(f"make bench: {name}", text, PAGE)


def seconds(value: float) -> str:
    """Format a duration with as many digits as are significant."""
    if value < 1:
        return f"{value * 1000:.{0 if value >= 0.01 else 1}f} ms"
    return f"{value:.1f} s"


def mebibytes(value: float) -> str:
    """Format an amount of memory."""
    return f"{value:,.0f} MiB"


def _paths(paths: dict[str, Timing]) -> list[str]:
    rows = []
    for name, timing in paths.items():
        path, _, floor = name.partition(" / ")
        ratio = f"{timing.seconds / timing.floor_seconds:.2f}x" if floor else ""
        beside = f"{seconds(timing.floor_seconds)}, {floor}" if floor else ""
        rows.append([path, ratio, seconds(timing.seconds), beside, seconds(timing.limit_seconds)])
    return table(["path", "ratio", "ours", "floor", "budget"], rows)


def _tools(rows: list[Row]) -> list[str]:
    commands = {peer.name: f"`{Path(peer.executable).name} {peer.arguments}`" for peer in ALL}
    return table(
        ["tool", "version", "command"],
        [
            [
                row.name,
                f"**could not run**: {row.reason}" if row.reason else row.version,
                commands[row.name],
            ]
            for row in rows
        ],
    )


def _efforts(rows: list[Row]) -> Iterator[str]:
    for case in CASES:
        ran = [(row.name, row.efforts[case.name]) for row in rows if not row.reason]
        ours = dict(ran)[OURS.name]
        rounds = f"median of {case.rounds} rounds" if case.rounds > 1 else "one round"
        yield from (f"**{case.name}**, {rounds}:", "")
        yield from table(
            ["", "time", "beside ours", "CPU", "memory", "requests", "failed"],
            [_effort(name, effort, ours) for name, effort in ran],
        )
        yield ""


def _effort(name: str, effort: Effort, ours: Effort) -> list[str]:
    failed = f"{effort.failed} of {effort.calls}: `{effort.said}`" if effort.failed else "none"
    return [
        name,
        seconds(effort.seconds),
        f"{effort.seconds / ours.seconds:.2f}x",
        seconds(effort.cpu_seconds),
        mebibytes(effort.mebibytes),
        f"{effort.requests:.0f}",
        failed,
    ]


def _ahead(rows: list[Row]) -> Iterator[str]:
    """Return in which case which tool needs less than the product, and of what; a tool with failures does not count."""
    ours = next(row for row in rows if row.name == OURS.name)
    for row in rows:
        for name, effort in row.efforts.items():
            beside = ours.efforts[name]
            better = [
                f"less {measure} ({words(one)}, ours {words(other)})"
                for measure, words, one, other in (
                    ("time", seconds, effort.seconds, beside.seconds),
                    ("CPU", seconds, effort.cpu_seconds, beside.cpu_seconds),
                    ("memory", mebibytes, effort.mebibytes, beside.mebibytes),
                )
                if one < AHEAD * other
            ]
            if better and not effort.failed:
                yield f"* {name}: {row.name} takes {', '.join(better)}."
