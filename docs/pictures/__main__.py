"""Write every drawing twice: `NAME.svg` for light pages and `NAME-dark.svg` for dark ones."""

from pathlib import Path

from docs.pictures import architecture, herd, terminal
from docs.pictures.theme import THEMES

IMAGES = Path(__file__).parents[1] / "images"


def drawings() -> dict[str, str]:
    """Return the text of every drawing by the name of its file."""
    return {
        f"{name}{theme.suffix}.svg": draw(theme)
        for theme in THEMES
        for name, draw in (
            ("herd", herd.draw),
            ("check", terminal.draw_check),
            ("architecture", architecture.draw),
        )
    }


if __name__ == "__main__":
    for name, text in drawings().items():
        (IMAGES / name).write_text(text)
