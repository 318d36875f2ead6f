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
    """Readers who meet one broken example trust none."""
    sign_in()
    printed = Reader(home, dict(command("configure").environment)).read(PAGE)
    assert "\nus-east-1\n" in printed


def first_cells() -> str:
    """Return the cells in the first column of the tables."""
    return "\n".join(re.findall(r"^\| (.*?) \|", PAGE.read_text(), re.MULTILINE))


@pytest.mark.parametrize("field", profile_names.FIELDS)
def test_every_field_is_on_the_page_and_in_the_help(field: str) -> None:
    """Users cannot use a field that is not documented."""
    assert f"`{{{field}}}`" in first_cells()
    assert f"{{{field}}}" in str(populate.help)
