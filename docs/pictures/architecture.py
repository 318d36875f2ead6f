"""Who starts whom, who asks whom: the drawing of docs/how-it-works.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs.pictures.theme import arrow, box, svg, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docs.pictures.theme import Theme

WIDTH, HEIGHT = 640, 300
BOXES = (
    (20, 30, 160, "SDKs and tools", "Terraform, boto3, Go, …"),
    (250, 30, 150, "get", "a short process a call"),
    (470, 30, 150, "cached answers", "a file for each role"),
    (20, 190, 160, "you", "a page, or a code"),
    (250, 190, 150, "broker", "one, in the background"),
    (470, 190, 150, "Identity Center", "sign-in, token, roles"),
)
BOX_HEIGHT = 76


def draw(theme: Theme) -> str:
    """Draw the boxes and the arrows between them."""
    title = "SDKs start get, which prints a cached answer or asks the broker, which signs in once for all callers"
    return svg(theme, title, WIDTH, HEIGHT, [*_boxes(theme), *_arrows(theme)])


def _boxes(theme: Theme) -> Iterator[str]:
    for x, y, width, name, purpose in BOXES:
        colour = theme.accent if name in {"get", "broker"} else theme.border
        yield box(x, y, width, BOX_HEIGHT, fill=theme.panel, border=colour)
        yield words(x + width / 2, y + 33, name, theme.text, size=16, bold=True, middle=True)
        yield words(x + width / 2, y + 56, purpose, theme.muted, size=13, middle=True)


def _arrows(theme: Theme) -> Iterator[str]:
    for points, dashed, x, y, label in (
        ([(180, 54), (250, 54)], False, 215, 46, "starts"),
        ([(250, 82), (180, 82)], False, 215, 100, "JSON"),
        ([(470, 54), (400, 54)], False, 435, 46, "cached"),
        ([(325, 106), (325, 190)], False, 282, 152, "not cached"),
        ([(250, 228), (180, 228)], False, 215, 220, "asks"),
        ([(400, 246), (470, 246)], False, 435, 264, "HTTPS"),
        ([(400, 208), (435, 208), (435, 86), (470, 86)], True, 466, 152, "writes"),
    ):
        yield arrow(points, theme.muted, dashed=dashed)
        yield words(x, y, label, theme.muted, size=13, middle=True)
