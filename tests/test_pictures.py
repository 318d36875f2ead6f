"""docs/images: the drawings are what `make pictures` draws from the captures."""

import re
from pathlib import Path

import pytest

from docs.pictures.__main__ import IMAGES, drawings
from docs.pictures.theme import APPEARING_SECONDS

DRAWINGS = drawings()


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_a_drawing_shows_the_present_capture(name: str) -> None:
    """A picture of an old version promises what users do not get."""
    assert (IMAGES / name).read_text() == DRAWINGS[name], "run make pictures"


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_a_drawing_loads_nothing(name: str) -> None:
    """Browsers block what a picture in a page wants to load, and readers do not want to be tracked."""
    drawing = re.sub(r"<text .*?</text>|<title>.*?</title>", "", DRAWINGS[name])
    assert re.findall(r"https?://[^\"]+", drawing) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in drawing
    assert "href" not in drawing


def test_a_drawing_moves_for_less_than_five_seconds() -> None:
    """Readers would need a button that stops it, and it would distract them from the text beside it."""
    delays = [
        float(seconds)
        for drawing in DRAWINGS.values()
        for seconds in re.findall(r"animation-delay: ([\d.]+)s", drawing)
    ]
    assert 0 < max(delays) + APPEARING_SECONDS < 5
    assert not any("infinite" in drawing for drawing in DRAWINGS.values())


@pytest.mark.parametrize("name", ["herd.svg", "herd-dark.svg"])
def test_a_drawing_is_still_and_whole_for_those_who_want_no_motion(name: str) -> None:
    """Motion makes some readers ill, and some viewers have no animations."""
    style = re.findall(r"<style>(.*?)</style>", DRAWINGS[name], re.DOTALL)[0]
    moving = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*\}", "", style)
    assert ("animation:" in style, "animation:" in moving) == (True, False)
    assert "opacity" not in DRAWINGS[name].replace(style, "")


def test_every_drawing_has_a_light_and_a_dark_variant() -> None:
    """Half of the readers have a dark page."""
    light = {name for name in DRAWINGS if not Path(name).stem.endswith("-dark")}
    assert light == {"herd.svg", "check.svg", "architecture.svg"}
    assert {name.replace(".svg", "-dark.svg") for name in light} == set(DRAWINGS) - light
