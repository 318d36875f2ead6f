"""docs/migrate: each step is run, from the other tool's config to a successful call, and back."""

import re

import click
import pytest

from credential_process.cli.admin.assignments import assignments
from credential_process.cli.configure.populate import populate
from credential_process.cli.configure.profile import profile
from testing.home import Home
from tests.page_blocks import PAGES, Reader, blocks

MOVES = {
    page.stem: page.read_text().partition("\n## Command by command\n")[0]
    for page in sorted((PAGES / "docs" / "migrate").glob("*.md"))
    if page.stem != "README"
}
# From `aws-sso-util configure populate --help` and `configure profile --help` of version 4.33.
OF_AWS_SSO_UTIL = """
--sso-start-url -u --sso-region --region -r --dry-run --config-default -c --existing-config-action --components
--separator --sep --include-region --region-style --trim-account-name --trim-role-name --account-name-case
--role-name-case --profile-name-process --safe-account-names --raw-account-names --credential-process
--no-credential-process --force-refresh --verbose -v
PROFILE_NAME --account-id -a --account --role-name --output -o --interactive --non-interactive
"""


@pytest.fixture
def reader(home: Home, environment: dict[str, str]) -> Reader:
    """Start with an empty config, so that it only contains what the other tool wrote."""
    home.config.write_text("")
    return Reader(home, environment)


@pytest.mark.parametrize("tool", MOVES)
def test_every_migration_works_and_so_does_the_way_back(reader: Reader, tool: str) -> None:
    """Users who migrate have other work to do, and no time for a page that is nearly right."""
    printed = reader.follow(MOVES[tool])
    assert "assumed-role/AWSReservedSSO_Developer_" in printed


def test_every_migration_shows_the_config_before_and_after() -> None:
    """Readers compare their own config with it, and the test above depends on it."""
    kinds = [[kind for kind, _ in blocks(text)] for text in MOVES.values()]
    assert kinds == [["ini", "sh", "ini after", "sh"]] * 5


def tables(tool: str) -> list[list[str]]:
    """Return the rows of the tables about a tool."""
    rows = re.findall(r"^\| (.*) \|$", MOVES[tool], re.MULTILINE)
    return [row.split(" | ") for row in rows]


@pytest.mark.parametrize("option", OF_AWS_SSO_UTIL.split())
def test_every_option_of_aws_sso_util_is_in_its_tables(option: str) -> None:
    """Its users have scripts with many options."""
    first_cells = "\n".join(row[0] for row in tables("aws-sso-util"))
    assert re.search(rf"`{re.escape(option)}( \w+)?`", first_cells)


@pytest.mark.parametrize("command", [populate, profile])
def test_every_option_of_this_package_in_its_tables_exists(command: click.Command) -> None:
    """A page that promises an option that does not exist is worse than none."""
    known = {
        option
        for each in (*command.params, *assignments.params)
        for option in each.opts + each.secondary_opts
    }
    rows = [row[1] for row in tables("aws-sso-util") if row[0].startswith("`-")]
    named = set(re.findall(r"`(--[a-z-]+)", "\n".join(rows))) - {"--force"}
    every = {"--account-id", "--role-name"} | {"--account", "--role", "--profile-name"}
    assert named - known - every == set()
