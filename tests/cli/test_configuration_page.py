"""docs/configuration.md: its examples run, and its tables are complete."""

import re
from collections.abc import Callable

import pytest

from credential_process.cli.configure.populate import populate
from credential_process.config import profile_names
from testing.executable import Executable
from testing.home import Home
from tests.cli.conftest import SignIn
from tests.page_blocks import PAGES, Reader

PAGE = PAGES / "docs" / "configuration.md"


def test_every_example_works(
    home: Home, command: Callable[[str], Executable], sign_in: SignIn
) -> None:
    """An example that fails costs the trust in all the others."""
    sign_in()
    printed = Reader(home, dict(command("configure").environment)).read(PAGE)
    assert "\nus-east-1\n" in printed


def first_cells() -> str:
    """Return what stands in the first column of the tables."""
    return "\n".join(re.findall(r"^\| (.*?) \|", PAGE.read_text(), re.MULTILINE))


@pytest.mark.parametrize("field", profile_names.FIELDS)
def test_every_field_is_on_the_page_and_in_the_help(field: str) -> None:
    """One that nobody knows of was written for nobody."""
    assert f"`{{{field}}}`" in first_cells()
    assert f"{{{field}}}" in str(populate.help)
