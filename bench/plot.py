"""The drawings of docs/evidence/performance.md: how long each tool takes, a panel for each case, as SVG.

One column, so that a phone shows letters that can be read; for light and for dark pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.page import measured, named, seconds
from docs.pictures.theme import THEMES, svg, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.comparison import Effort
    from bench.results import Results
    from docs.pictures.theme import Theme

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH, MARGIN, BARS, BAR_WIDTH = 560, 20, 230, 200  # the bars begin at BARS
ROW_HEIGHT, BAR_HEIGHT, TITLE_HEIGHT, GAP = 24, 14, 34, 18
TITLE = "Time that each tool takes: less is better"


def write(figures: Results) -> None:
    """Draw the figures of a run."""
    for theme in THEMES:
        (IMAGES / f"performance{theme.suffix}.svg").write_text(_drawing(figures, theme))


def _drawing(figures: Results, theme: Theme) -> str:
    product, top = named(figures.peers[0]), MARGIN + TITLE_HEIGHT
    parts = [words(MARGIN, MARGIN + 14, TITLE, theme.muted, size=13)]
    for case in measured(figures.peers):
        efforts = {named(row): row.efforts[case] for row in figures.peers if case in row.efforts}
        parts += _panel(theme, top, case, efforts, product)
        top += TITLE_HEIGHT + len(efforts) * ROW_HEIGHT + GAP
    return svg(theme, TITLE, WIDTH, top, parts)


def _panel(
    theme: Theme, top: int, case: str, efforts: dict[str, Effort], product: str
) -> Iterator[str]:
    """Yield the title of a case and its bars; the longest bar is the slowest tool of this case."""
    longest = max(effort.seconds for effort in efforts.values())
    yield words(MARGIN, top + 16, case, theme.text, size=15, bold=True)
    for at, (name, effort) in enumerate(efforts.items()):
        y = top + TITLE_HEIGHT + at * ROW_HEIGHT
        is_product = name == product
        length = max(1, BAR_WIDTH * effort.seconds / longest)
        shown = seconds(effort.seconds)
        if effort.failed:
            shown += f", {effort.failed / effort.calls:.0%} fail"
        yield words(
            MARGIN, y + 12, name, theme.accent if is_product else theme.text, bold=is_product
        )
        yield (
            f'<rect x="{BARS}" y="{y}" width="{length:.1f}" height="{BAR_HEIGHT}" rx="2"'
            f' fill="{theme.accent if is_product else theme.muted}"/>'
        )
        yield words(BARS + length + 8, y + 12, shown, theme.text)
