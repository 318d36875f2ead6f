"""docs/configuration.md: its examples run, and its tables are complete."""

import re
from collections.abc import Callable

import click
import pytest

from credential_process.cli.configure.populate import populate
from credential_process.cli.configure.profile import profile
from credential_process.config import profile_names
from tests.cli.conftest import SignIn
from tests.executable import Executable
from tests.home import Home
from tests.reader import PAGES, Reader

PAGE = PAGES / "docs" / "configuration.md"
# As `aws-sso-util configure populate --help` and `configure profile --help` of 4.33 have them.
THEIRS = """
--sso-start-url -u --sso-region --region -r --dry-run --config-default -c --existing-config-action --components
--separator --sep --include-region --region-style --trim-account-name --trim-role-name --account-name-case
--role-name-case --profile-name-process --safe-account-names --raw-account-names --credential-process
--no-credential-process --force-refresh --verbose -v
PROFILE_NAME --account-id -a --account --role-name --output -o --interactive --non-interactive
"""


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


@pytest.mark.parametrize("option", THEIRS.split())
def test_every_option_of_theirs_is_in_the_tables(option: str) -> None:
    """Whoever comes from there has scripts full of them."""
    assert re.search(rf"`{re.escape(option)}( \w+)?`", first_cells())


@pytest.mark.parametrize("field", profile_names.FIELDS)
def test_every_field_is_on_the_page_and_in_the_help(field: str) -> None:
    """One that nobody knows of was written for nobody."""
    assert f"`{{{field}}}`" in first_cells()
    assert f"{{{field}}}" in str(populate.help)


@pytest.mark.parametrize("command", [populate, profile])
def test_every_option_that_the_tables_name_here_is_there(command: click.Command) -> None:
    """A page that promises what is not there is worse than none."""
    ours = {option for each in command.params for option in each.opts + each.secondary_opts}
    rows = re.findall(r"^\| `-.*?\| (.*?) \|$", PAGE.read_text(), re.MULTILINE)
    named = set(re.findall(r"`(--[a-z-]+)", "\n".join(rows))) - {"--force"}
    every = {"--account-id", "--role-name"} | {"--account", "--role", "--profile-name"}
    assert named - ours - every == set()
