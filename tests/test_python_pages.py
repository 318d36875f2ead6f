"""docs/library.md and docs/plugins.md, executed, and complete."""

import pytest

from credential_process import library
from testing.home import Home
from tests.page_blocks import PAGES, Reader

LIBRARY, PLUGINS = (PAGES / "docs" / name for name in ("library.md", "plugins.md"))


@pytest.fixture
def reader(home: Home, environment: dict[str, str]) -> Reader:
    """Start in a home with the session only."""
    assert home.config.exists()
    return Reader(home, environment)


def test_the_page_of_the_library_works(reader: Reader) -> None:
    """Readers try it block by block."""
    printed = reader.read(LIBRARY)
    assert "arn:aws:sts::111122220001:assumed-role/" in printed
    assert "111122220002 Staging Developer" in printed


def test_the_page_of_the_plugins_works(reader: Reader) -> None:
    """It adds the plugin, signs in and out with the AWS CLI, and continues in boto3."""
    assert reader.read(PLUGINS).count("111122220001") >= 2
    assert "credential_process.plugins.awscli" in reader.home.config.read_text()


def test_every_function_is_on_the_page() -> None:
    """Users cannot find a function that is missing there."""
    page = LIBRARY.read_text()
    functions = [name for name in library.__all__ if name[0].islower()]
    assert [name for name in functions if f"library.{name}" not in page] == []
