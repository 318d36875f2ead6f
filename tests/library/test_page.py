"""docs/library.md, executed, and complete."""

from credential_process import library
from tests.home import Home
from tests.reader import PAGES, Reader

PAGE = PAGES / "docs" / "library.md"


def test_the_page_of_the_library_works(home: Home, environment: dict[str, str]) -> None:
    """Every block, in its order, in a home that has the session and nothing else."""
    assert home.config.exists()
    printed = Reader(home, environment).read(PAGE)
    assert "arn:aws:sts::111122220001:assumed-role/" in printed
    assert "111122220002 Staging Developer" in printed


def test_every_function_is_on_the_page() -> None:
    """What is not there is found by nobody."""
    page = PAGE.read_text()
    assert [
        name for name in library.__all__ if name[0].islower() and f"library.{name}" not in page
    ] == []
