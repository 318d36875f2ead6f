"""Fifty processes that share one sign-in: the terminal, and below it what happens behind it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from docs.pictures.terminal import CAPTURES, MARGIN, buttons, size, text
from docs.pictures.theme import appearing, arrow, box, svg, words

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


# When what happens is shown, in seconds. A picture that moves for more than five would need a button that stops it
# (https://www.w3.org/WAI/WCAG22/Understanding/pause-stop-hide).
START, ASK, SIGNED_IN, ANSWER, COUNT = 0.3, 1.3, 2.7, 3.5, 4.4
COMMAND_LINES, PROMPT_LINES = 3, 4


def draw(theme: Theme) -> str:
    """Draw the capture, and the counts that its test asserts; they appear in the order in which they come about."""
    lines = (CAPTURES / "herd.txt").read_text().removesuffix("$\n").splitlines()
    width, height = size(lines, columns=64)
    title = "Fifty processes start at once; one browser page opens, and all of them get credentials"
    parts = [*buttons(theme), *_terminal(theme, lines), *_band(theme, height)]
    return svg(theme, title, width, height + BAND, parts, is_animated=True)


def _terminal(theme: Theme, lines: list[str]) -> Iterator[str]:
    drawn = [list(text(theme, number, line, rules=RULES)) for number, line in enumerate(lines)]
    prompt = COMMAND_LINES + PROMPT_LINES
    yield from chain.from_iterable(drawn[:COMMAND_LINES])
    yield appearing(ASK, chain.from_iterable(drawn[COMMAND_LINES:prompt]))
    yield appearing(COUNT, chain.from_iterable(drawn[prompt:]))


def _band(theme: Theme, top: int) -> Iterator[str]:
    middle = top + 40
    yield f'<path d="M {MARGIN} {top} H {size([], columns=64)[0] - MARGIN}" stroke="{theme.border}"/>'
    for column in range(10):
        yield appearing(START + column * 0.06, _processes(theme, column * 10, middle))
        yield appearing(ANSWER + column * 0.06, _ticks(theme, column * 10, middle))
    for left, seconds in ((PAGE, ASK), (REQUEST, SIGNED_IN)):
        yield box(left, middle - 27, 104, 54, fill=theme.panel, border=theme.border)
        number = words(left + 52, middle + 8, "1", theme.text, size=24, bold=True, middle=True)
        yield appearing(seconds, [number])
    for start, end, seconds in (
        (122, PAGE, ASK),
        (PAGE + 104, REQUEST, SIGNED_IN),
        (REQUEST + 104, ANSWERS - 8, ANSWER),
    ):
        yield appearing(seconds, [arrow([(start + 4, middle), (end - 4, middle)], theme.muted)])
    for centre, label in (
        (PROCESSES + 45, "50 processes"),
        (PAGE + 52, "browser page"),
        (REQUEST + 52, "request for the role"),
        (ANSWERS + 48, "50 answers"),
    ):
        yield words(centre, middle + 50, label, theme.muted, middle=True)


def _processes(theme: Theme, x: int, middle: int) -> Iterator[str]:
    for y in _rows(middle):
        yield f'<circle cx="{PROCESSES + x}" cy="{y}" r="3" fill="{theme.accent}"/>'


def _ticks(theme: Theme, x: int, middle: int) -> Iterator[str]:
    for y in _rows(middle):
        tick = f"M {ANSWERS + x} {y} l 2.5 3 l 4 -6"
        yield f'<path d="{tick}" fill="none" stroke="{theme.good}" stroke-width="1.8"/>'


def _rows(middle: int) -> range:
    return range(middle - 20, middle + 30, 10)
