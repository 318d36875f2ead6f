"""Fifty processes that share one sign-in: the terminal, and below it what happens behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs.pictures.terminal import CAPTURES, MARGIN, size, window
from docs.pictures.theme import arrow, box, svg, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docs.pictures.theme import Theme

RULES = (
    (r"^[$>] .*", "text"),
    (r"^xargs asks for .*", "accent"),
    (r"http://\S+", "accent"),
    (r"^ +50 .*", "good"),
)
BAND = 120
# The left edges of the four columns below the terminal.
PROCESSES, PAGE, REQUEST, ANSWERS = 22, 160, 306, 452


def draw(theme: Theme) -> str:
    """Draw the capture, and the counts that its test asserts."""
    lines = (CAPTURES / "herd.txt").read_text().removesuffix("$\n").splitlines()
    width, height = size(lines, columns=64)
    title = "Fifty processes start at once; one browser page opens, and all of them get credentials"
    parts = [*window(theme, lines, rules=RULES), *_band(theme, height)]
    return svg(theme, title, width, height + BAND, parts)


def _band(theme: Theme, top: int) -> Iterator[str]:
    middle = top + 40
    yield f'<path d="M {MARGIN} {top} H {size([], columns=64)[0] - MARGIN}" stroke="{theme.border}"/>'
    for at in range(50):
        x, y = at % 10 * 10, middle - 20 + at // 10 * 10
        yield f'<circle cx="{PROCESSES + x}" cy="{y}" r="3" fill="{theme.accent}"/>'
        tick = f"M {ANSWERS + x} {y} l 2.5 3 l 4 -6"
        yield f'<path d="{tick}" fill="none" stroke="{theme.good}" stroke-width="1.8"/>'
    for left, number in ((PAGE, "1"), (REQUEST, "1")):
        yield box(left, middle - 27, 104, 54, fill=theme.panel, border=theme.border)
        yield words(left + 52, middle + 8, number, theme.text, size=24, bold=True, middle=True)
    for start, end in ((122, PAGE), (PAGE + 104, REQUEST), (REQUEST + 104, ANSWERS - 8)):
        yield arrow([(start + 4, middle), (end - 4, middle)], theme.muted)
    for centre, label in (
        (PROCESSES + 45, "50 processes"),
        (PAGE + 52, "browser page"),
        (REQUEST + 52, "request for the role"),
        (ANSWERS + 48, "50 answers"),
    ):
        yield words(centre, middle + 50, label, theme.muted, middle=True)
