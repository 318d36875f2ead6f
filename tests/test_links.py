"""Links between the pages lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.page_blocks import PAGES

DOCS = PAGES / "docs"
SOURCES = [*PAGES.glob("*.md"), *DOCS.rglob("*.md")]
LINK = re.compile(r"(?:\]\(|(?:src|srcset)=\")([^)\s\"]+)[)\"]")
LINKS = [
    (source, link)
    for source in sorted(SOURCES)
    for link in sorted(set(LINK.findall(source.read_text())))
    if "://" not in link
]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, by GitHub's rule."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("source", "link"),
    LINKS,
    ids=[f"{source.relative_to(PAGES)} {link}" for source, link in LINKS],
)
def test_a_link_leads_somewhere(source: Path, link: str) -> None:
    """Readers who meet one dead link trust none of the others."""
    path, _, anchor = link.partition("#")
    target = (source.parent / path).resolve() if path else source
    assert target.exists()
    assert not anchor or anchor in anchors(target)


def test_the_index_has_every_page() -> None:
    """A page that no other one leads to is never read."""
    index = DOCS / "README.md"
    linked = {
        (DOCS / link.partition("#")[0]).resolve() for source, link in LINKS if source == index
    }
    assert {page.resolve() for page in DOCS.rglob("*.md")} - {index.resolve()} - linked == set()


def test_there_are_links() -> None:
    """If the pattern found none, the test above would pass for ever."""
    assert len(LINKS) > 50
