"""A terminal with the text of a capture, which tests/cli/test_captures.py compares with the product."""

from __future__ import annotations

import itertools
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docs.pictures.theme import svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from docs.pictures.theme import Theme

CAPTURES = Path(__file__).parents[1] / "captures"
COLUMN, LINE, SIZE = 8.4, 20, 14
BAR, MARGIN = 34, 18
Rules = tuple[tuple[str, str], ...]
# What `check` shows in colour, and the kinds of problems that fit into a picture.
CHECK: Rules = (
    (r"^problem(?=  )", "bad"),
    (r"^note(?=  )", "warning"),
    (r"^ok(?=  )", "good"),
    (r"(?<=^problem  )[a-z-]+", "accent"),
    (r"^\s+in(?=  )", "muted"),
    (r"^\s+fix(?= )", "good"),
)
SHOWN = ("sso-keys", "line-arguments", "profile-prefix", "sign-in-needed")


def draw_check(theme: Theme) -> str:
    """Draw some of what `check` finds in the capture, and its last line."""
    paragraphs = (CAPTURES / "check.txt").read_text().rstrip("\n").split("\n\n")
    chosen = [
        text for text in paragraphs if text.startswith(tuple(f"problem  {name}:" for name in SHOWN))
    ]
    assert len(chosen) == len(SHOWN)
    lines = "\n\n".join(
        ["$ sso-credential-process check", *chosen, "…", paragraphs[-1]]
    ).splitlines()
    width, height = size(lines, columns=80)
    title = "Output of check: each problem with the SDKs that it affects and the fix"
    return svg(
        theme, title, width, height, window(theme, lines, rules=((r"^\$ .*", "text"), *CHECK))
    )


def size(lines: Sequence[str], *, columns: int) -> tuple[int, int]:
    """Return the width and the height of a terminal."""
    return round(columns * COLUMN + 2 * MARGIN), BAR + len(lines) * LINE + MARGIN


def window(theme: Theme, lines: Iterable[str], *, rules: Rules) -> Iterator[str]:
    """Draw three buttons, and below them the lines; what a rule matches is bold and has its colour."""
    yield from buttons(theme)
    for number, line in enumerate(lines):
        yield from text(theme, number, line, rules=rules)


def buttons(theme: Theme) -> Iterator[str]:
    """Draw the three buttons of a window."""
    for at in range(3):
        yield f'<circle cx="{MARGIN + 6 + at * 18}" cy="20" r="5" fill="{theme.border}"/>'


def text(theme: Theme, number: int, line: str, *, rules: Rules) -> Iterator[str]:
    """Draw a line of a window; lines are counted from 0."""
    y = BAR + number * LINE + SIZE
    for start, part, colour in _parts(line, rules):
        yield _text(
            MARGIN + start * COLUMN,
            y,
            part,
            getattr(theme, colour or "text"),
            bold=bool(colour),
        )


def _parts(line: str, rules: Rules) -> Iterator[tuple[int, str, str]]:
    """Yield each part of a line that is not blank: its column, the text, and the name of its colour or nothing."""
    colours = [""] * len(line)
    for pattern, colour in rules:
        for match in re.finditer(pattern, line):
            colours[slice(*match.span())] = [colour] * len(match[0])
    start = 0
    for colour, characters in itertools.groupby(
        zip(colours, line, strict=True), lambda pair: pair[0]
    ):
        part = "".join(character for _, character in characters)
        if part.strip():
            yield start + len(part) - len(part.lstrip()), part.strip(), colour
        start += len(part)


def _text(x: float, y: float, part: str, colour: str, *, bold: bool) -> str:
    """Return text in which each character has the width of a column, whatever the font."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="m" x="{x:g}" y="{y:g}" font-size="{SIZE}" fill="{colour}"{weight}'
        f' textLength="{len(part) * COLUMN:g}" lengthAdjust="spacingAndGlyphs">{escape(part, quote=False)}</text>'
    )
