"""Every block of the README is executed in order, in a sandbox."""

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home
from tests.page_blocks import PAGES, Reader, blocks

README = PAGES / "README.md"


@pytest.fixture
def reader(home: Home, environment: dict[str, str], sandbox: Sandbox) -> Reader:
    """Start with an empty config, so that it only contains what the README adds."""
    home.config.write_text("")
    assert sandbox.accounts[0].account_id == "111122220001"
    return Reader(home, {**environment, "AWS_DEFAULT_REGION": "us-east-1"})


def test_every_block_of_the_readme_works(reader: Reader) -> None:
    """The README is the first thing that users run, and a project is judged by it."""
    reader.read(README)


def test_the_readme_has_blocks_to_run() -> None:
    """If the pattern found none, the test above would pass for ever."""
    assert {"ini", "sh"} <= {kind for kind, _ in blocks(README.read_text())}


def test_no_block_of_the_readme_is_indented() -> None:
    """The pattern would not find it, and it would never be run."""
    assert README.read_text().count("```") == 2 * len(blocks(README.read_text()))
