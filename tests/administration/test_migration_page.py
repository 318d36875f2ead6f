"""docs/migrate/aws-sso-util.md: what replaces each command and function of aws-sso-util is run."""

import re

import pytest

from testing.home import Home
from tests.administration.conftest import Company
from tests.page_blocks import PAGES, Reader
from tests.programs import Programs

PAGE = (PAGES / "docs" / "migrate" / "aws-sso-util.md").read_text()
SECTION = PAGE.partition("\n## Command by command\n")[2]
ROWS = [row.split(" | ") for row in re.findall(r"^\| (`.*) \|$", SECTION, re.MULTILINE)]
NOT_HERE = "not here, because "
COMMAND = re.compile(r"`((?:[A-Z_]+=\S+ )*sso-credential-process [^`]+)`")
EXPRESSION = re.compile(r"`([^`]*\blibrary\.[^`]+)`")
# From `aws-sso-util COMMAND --help` of version 4.33, without --verbose and --force-refresh, which most commands have.
# Those of `configure` are in tests/test_migration.py.
SURFACE = {
    "configure profile": "",
    "configure populate": "",
    "login": "SSO_START_URL SSO_REGION --profile --all --force --headless",
    "logout": "",
    "roles": "--sso-start-url -u --sso-region --account -a --role-name -r --separator --sep --header --no-header "
    "--sort-by",
    "check": "--account-id -a --account --role-name -r --check-profile --command --instance-details "
    "--skip-token-check --quiet -q",
    "run-as": "--account -a --role-name -r --region",
    "credential-process": "--profile --sso-start-url --start-url --sso-region --region --account-id --role-name "
    "--debug",
    "console launch": "--account-id -a --role-name -r --region --destination --override-region-in-destination "
    "--keep-region-in-destination --open --no-open -o --print -p --duration --logout-first -l",
    "console get-config-token": "launch-from-config",
    "admin lookup": "instance identity-store user group permission-set :all --instance-arn --ins --identity-store-id "
    "--id-store --profile --error-if-not-found -e --show-id --hide-id --separator --sep --header --no-header "
    "--permission-set-style",
    "admin assignments": "--instance-arn --ins --identity-store-id --id-store --profile --group -g --user -u "
    "--permission-set -p --account -a --ou --ou-recursive --ou-not-recursive --lookup-names --no-lookup-names "
    "--show-id --hide-id --separator --sep --header --no-header --arn-style",
    "admin cfn": "",
    "get_boto3_session": "start_url sso_region account_id role_name region login",
    "login(": "start_url sso_region force_refresh expiry_window disable_browser message outfile user_auth_handler "
    "sso_cache",
    "list_available_accounts": "start_url sso_region",
    "list_available_roles": "start_url sso_region account_id login",
    "list_assignments": "session instance_arn identity_store_id principal principal_filter permission_set "
    "permission_set_filter target target_filter get_principal_names get_permission_set_names get_target_names "
    "ou_recursive",
    "Assignment": "",
}  # fmt: skip


@pytest.fixture
def reader(role_alone: Home, variables: dict[str, str]) -> Reader:
    """Return an administrator who is signed in, and has chosen no profile."""
    environment = {name: value for name, value in variables.items() if name != "AWS_PROFILE"}
    return Reader(role_alone, environment)


def filled_in(text: str, company: Company) -> str:
    """Replace the IDs of the page with those of an instance and a unit that exist."""
    instance = company.instance.arn.rpartition("/")[2]
    return text.replace("ssoins-1234567890abcdef", instance).replace(
        "ou-ab12-34cd56ef", company.workloads
    )


def test_every_command_works(reader: Reader, company: Company) -> None:
    """Users have these commands in scripts, and replace one after the other."""
    commands = [command for _, here in replaced() for command in COMMAND.findall(here)]
    assert len(commands) > 40
    for command in commands:
        reader.follow(f"```sh\n{filled_in(command, company)}\n```\n")


def test_every_expression_works(reader: Reader, company: Company) -> None:
    """Programs are changed function by function."""
    expressions = [each for _, here in replaced() for each in EXPRESSION.findall(here)]
    assert len(expressions) > 25
    lines = ["from credential_process import library", *expressions]
    done = Programs(reader.environment)(filled_in("\n".join(lines), company))
    assert done.returncode == 0


def replaced() -> list[list[str]]:
    """Return the rows that have an equivalent."""
    return [row for row in ROWS if not row[1].startswith(NOT_HERE)]


def test_every_row_has_something_to_run_or_a_reason() -> None:
    """A row with a promise that no test keeps would be worth nothing."""
    assert [
        row for row in replaced() if not COMMAND.search(row[1]) and not EXPRESSION.search(row[1])
    ] == []


@pytest.mark.parametrize("command", SURFACE)
def test_everything_of_aws_sso_util_is_in_the_table(command: str) -> None:
    """Users would not know whether something is missing here or on the page."""
    cells = [row[0] for row in ROWS if row[0].startswith(f"`{command}")]
    words = set(re.findall(r"[\w:-]+", " ".join(cells)))
    assert cells
    assert set(SURFACE[command].split()) - words == set()
