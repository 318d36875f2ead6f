"""Colours and fonts, and the SVG that all drawings consist of.

Fonts are those of the reader's system, because a picture in a page may load nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
SANS = "-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, 'Liberation Sans', sans-serif"

APPEARING_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a drawing; `suffix` is the end of the name of its file."""

    suffix: str
    background: str
    panel: str
    border: str
    text: str
    muted: str
    accent: str
    good: str
    warning: str
    bad: str


THEMES = (
    Theme(
        suffix="",
        background="#ffffff",
        panel="#f6f8fa",
        border="#d0d7de",
        text="#1f2328",
        muted="#59636e",
        accent="#0969da",
        good="#1a7f37",
        warning="#8a5a00",
        bad="#cf222e",
    ),
    Theme(
        suffix="-dark",
        background="#0d1117",
        panel="#161b22",
        border="#3d444d",
        text="#e6edf3",
        muted="#9198a1",
        accent="#6cb0ff",
        good="#56d364",
        warning="#e3b341",
        bad="#ff8f87",
    ),
)


# Where there are no animations, or none are wanted, everything is there from the beginning.
_APPEARING = (
    "@keyframes a { from { opacity: 0 } }"
    f" @media (prefers-reduced-motion: no-preference) {{ .a {{ animation: a {APPEARING_SECONDS}s backwards }} }}"
)


def svg(
    theme: Theme,
    title: str,
    width: int,
    height: int,
    parts: Iterable[str],
    *,
    is_animated: bool = False,
) -> str:
    """Return a drawing in a frame, with its title for those who do not see it."""
    style = f"\n{_APPEARING}" if is_animated else ""
    frame = box(0.5, 0.5, width - 1, height - 1, fill=theme.background, border=theme.border)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>{escape(title)}</title>
<style>.m {{ font-family: {MONOSPACE}; white-space: pre }} .s {{ font-family: {SANS} }}{style}</style>
{frame}
{chr(10).join(parts)}
</svg>
"""


def appearing(seconds: float, parts: Iterable[str]) -> str:
    """Return parts of an animated drawing that appear so long after it is shown."""
    return f'<g class="a" style="animation-delay: {seconds:g}s">{"".join(parts)}</g>'


def box(x: float, y: float, width: float, height: float, *, fill: str, border: str) -> str:
    """Return a rectangle with round corners."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"'
        f' fill="{fill}" stroke="{border}"/>'
    )


def words(
    x: float,
    y: float,
    text: str,
    colour: str,
    *,
    size: int = 14,
    bold: bool = False,
    middle: bool = False,
) -> str:
    """Return a line of text that begins at `x`, or has its middle there."""
    weight = ' font-weight="600"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return (
        f'<text class="s" x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{weight}{anchor}>'
        f"{escape(text, quote=False)}</text>"
    )


def arrow(points: Iterable[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    """Return a line through points, with a head at the last one; its last part is horizontal or vertical."""
    *_, (x0, y0), (x1, y1) = path = list(points)
    ahead = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    head = [
        (x1 - 8 * ahead[0] + side * 4 * ahead[1], y1 - 8 * ahead[1] + side * 4 * ahead[0])
        for side in (-1, 1)
    ]
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<polyline points="{_points(path)}" fill="none" stroke="{colour}" stroke-width="1.5"{dashes}/>'
        f'<polygon points="{_points([(x1, y1), *head])}" fill="{colour}"/>'
    )


def _points(path: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in path)
