"""The drawing of docs/evidence/performance.md: how long each tool takes, a panel for each case, as SVG.

It has no background, and colours that can be read on white and on black.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bench.page import measured, named, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.comparison import Effort
    from bench.results import Results

FILE = Path(__file__).parents[1] / "docs" / "images" / "performance.svg"
PANEL_WIDTH, NAME_WIDTH, BAR_WIDTH = 470, 205, 150
ROW_HEIGHT, BAR_HEIGHT, TITLE_HEIGHT, GAP = 24, 14, 36, 20
STYLE = (
    "text { font: 13px -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif; fill: #6f7985 } "
    "rect { fill: #8b949e } .ours { fill: #388bfd } .title, text.ours { font-weight: 600 }"
)


def write(figures: Results) -> None:
    """Draw the figures of a run."""
    product = named(figures.peers[0])
    efforts = {
        case: {named(row): row.efforts[case] for row in figures.peers if case in row.efforts}
        for case in measured(figures.peers)
    }
    tools = max(map(len, efforts.values()))
    height = TITLE_HEIGHT + tools * ROW_HEIGHT + GAP
    width, total = 2 * PANEL_WIDTH, -(-len(efforts) // 2) * height
    panels = [
        f'<g transform="translate({PANEL_WIDTH * (at % 2)} {height * (at // 2)})">'
        f"{''.join(_panel(case, efforts[case], product))}</g>"
        for at, case in enumerate(efforts)
    ]
    title = "Time that each tool takes: less is better"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" role="img">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        *panels,
        "</svg>",
    ]
    FILE.write_text("\n".join(lines) + "\n")


def _panel(case: str, efforts: dict[str, Effort], product: str) -> Iterator[str]:
    longest = max(effort.seconds for effort in efforts.values())
    yield f'<text class="title" x="0" y="20">{escape(case)}</text>\n'
    for at, (name, effort) in enumerate(efforts.items()):
        top = TITLE_HEIGHT + at * ROW_HEIGHT
        kind = ' class="ours"' if name == product else ""
        length = max(1, BAR_WIDTH * effort.seconds / longest)
        told = seconds(effort.seconds)
        if effort.failed:
            told += f", {effort.failed / effort.calls:.0%} fail"
        yield (
            f'<text{kind} x="{NAME_WIDTH - 8}" y="{top + 12}" text-anchor="end">{escape(name)}</text>'
            f'<rect{kind} x="{NAME_WIDTH}" y="{top}" width="{length:.1f}" height="{BAR_HEIGHT}" rx="2"/>'
            f'<text x="{NAME_WIDTH + length + 6:.1f}" y="{top + 12}">{told}</text>\n'
        )
