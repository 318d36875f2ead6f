"""`configure` writes, updates and keeps lines for roles of account access manager."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox
from testing.executable import PATH, Executable, finish
from tests.cli.test_access_roles import SCOPES
from tests.cli.test_configure_populate import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from testing.home import Home
    from testing.people import Person
    from testing.terminal import Terminal

ACCOUNT_ID = "111122220001"
DEVELOPER = f"arn:aws:iam::{ACCOUNT_ID}:role/teams/Developer"
SAME_NAME = f"arn:aws:iam::{ACCOUNT_ID}:role/Developer"
REGION = ("--region", "eu-west-1", "--yes")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an account with the role Developer of a permission set, and two of a tenant with that name."""
    granted = {ACCESS_TENANT: [Entitlement(DEVELOPER), Entitlement(SAME_NAME)]}
    with Sandbox(accounts=1, roles=["Developer"], entitlements=granted) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def configure(
    command: Callable[[str], Executable], home: Home, sandbox: Sandbox
) -> Callable[..., Executable]:
    """Return a function that finds a command of ``configure``, for a user who is signed in."""
    home.sign_in(sandbox, scopes=SCOPES)
    return lambda name: replace(command("configure"), arguments=(name, *REGION))


def line(arn: str, *options: str, tenant_id: str = ACCESS_TENANT) -> str:
    """Return the line for a role."""
    words = ("get --sso-session corp --tenant-id", tenant_id, "--role-arn", arn, *options)
    return " ".join((str(PATH), *words))


def lines(home: Home) -> dict[str, str]:
    """Return the lines of all profiles."""
    return {name: each.get("credential_process", "") for name, each in profiles(home).items()}


LINES = {
    "Production.Developer": (
        f"{PATH} get --sso-session corp --account-id {ACCOUNT_ID} --role-name Developer"
    ),
    "Production.role-Developer": line(SAME_NAME),
    "Production.role-teams-Developer": line(DEVELOPER),
}


@pytest.mark.parametrize("by_key", [False, True])
def test_populate_writes_the_lines_of_both_kinds_of_roles(
    configure: Callable[..., Executable], home: Home, *, by_key: bool
) -> None:
    """Each has a name of its own, even where their names and account are the same."""
    if by_key:
        home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    options = () if by_key else ("--tenant-id", ACCESS_TENANT)
    done = populate(*populate.arguments, *options)
    assert done.returncode == 0
    assert "1 role in 1 account, listed just now\n" in done.stderr
    assert f"2 roles in {ACCESS_TENANT}\n" in done.stderr
    assert lines(home) == LINES
    assert profiles(home)["Production.role-Developer"]["region"] == "eu-west-1"
    mark = "# sso-credential-process: populated from corp\n"
    assert home.config.read_text().count(f"]\n{mark}") == 3
    again = populate(*populate.arguments, *options)
    assert "is already up to date" in again.stderr


def test_populate_keeps_the_name_of_the_role_session(
    configure: Callable[..., Executable], home: Home
) -> None:
    """Only `configure profile` writes one, or the user; both are in vain if the next run removes it."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    populate()
    named = home.config.read_text().replace(DEVELOPER, f"{DEVELOPER} --role-session-name ci")
    home.config.write_text(named)
    assert "is already up to date" in populate().stderr
    assert home.config.read_text() == named


def test_one_sign_in_is_enough_to_populate(
    command: Callable[[str], Executable], home: Home, sandbox: Sandbox, person: Person
) -> None:
    """The first listing must not sign in without the scopes of the second."""
    arguments = ("populate", *REGION, "--tenant-id", ACCESS_TENANT)
    assert replace(command("configure"), arguments=arguments)().returncode == 0
    assert lines(home) == LINES
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["register"] == 1


def test_the_profiles_that_populate_writes_work(
    configure: Callable[..., Executable], home: Home, sandbox: Sandbox
) -> None:
    """Each for its own role."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    assert populate().returncode == 0
    export = replace(populate, command="export", arguments=())
    arns = []
    for name in sorted(LINES):
        key = json.loads(export("--profile", name).stdout)["AccessKeyId"]
        issued = sandbox.issued(key)
        arns.append(issued.role_arn if issued else "none")
    assert arns == ["", SAME_NAME, DEVELOPER]


def test_names_can_be_trimmed_and_a_clash_is_reported(
    configure: Callable[..., Executable], home: Home
) -> None:
    """One of two profiles would win, and it would be chance which."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    before = home.config.read_text()
    done = populate(*populate.arguments, "--trim-role-name", "^role/(.*/)?")
    assert (done.returncode, done.stdout) == (2, "")
    clash = f"[profile Production.Developer] would be both role {SAME_NAME} in eu-west-1 and "
    assert clash in done.stderr
    assert "configure profile NAME" in done.stderr
    assert home.config.read_text() == before
    done = populate(*populate.arguments, "--trim-role-name", "^role/(?=teams/)")
    assert done.returncode == 0
    assert lines(home)["Production.teams-Developer"] == line(DEVELOPER)


def test_prune_removes_what_is_gone_and_what_is_known_to_be(
    configure: Callable[..., Executable], home: Home
) -> None:
    """A run that does not list a tenant knows nothing of its roles."""
    gone = line(f"arn:aws:iam::{ACCOUNT_ID}:role/Gone")
    other = line(DEVELOPER, tenant_id="aa-2")
    with home.config.open("a") as config:
        for name, text in (("gone", gone), ("other", other)):
            config.write(
                f"[profile {name}]\n# sso-credential-process: populated from corp\n"
                f"credential_process = {text}\n"
            )
    populate = configure("populate")
    assert populate(*populate.arguments, "--prune").returncode == 0
    assert {"gone", "other"} <= set(lines(home))
    done = populate(*populate.arguments, "--prune", "--tenant-id", ACCESS_TENANT)
    assert done.returncode == 0
    assert lines(home) == {**LINES, "other": other}


def test_prune_keeps_permission_sets_that_could_not_be_listed(
    configure: Callable[..., Executable], home: Home, sandbox: Sandbox
) -> None:
    """An instance without permission sets may be one whose administrator tries that out."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    assert populate().returncode == 0
    empty: dict[str, object] = {"nextToken": None, "accountList": []}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": empty, "count": None})
    done = populate(*populate.arguments, "--prune", "--refresh")
    assert (done.returncode, lines(home)) == (0, LINES)
    assert "no roles of permission sets" in done.stderr


def test_native_profiles_are_for_permission_sets_only(
    configure: Callable[..., Executable], home: Home
) -> None:
    """No SDK reads a role of account access manager from keys of its own."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    assert populate(*populate.arguments, "--native").returncode == 0
    assert lines(home) == {**LINES, "Production.Developer": ""}
    again = populate(*populate.arguments)
    assert again.stderr.count("kept as native: Production.Developer") == 1
    assert lines(home) == {**LINES, "Production.Developer": ""}


def test_export_leaves_the_lines_that_the_aws_cli_has_no_profile_for(
    configure: Callable[..., Executable], home: Home
) -> None:
    """The others are converted, and import takes those back."""
    home.set_tenant(ACCESS_TENANT)
    assert configure("populate")().returncode == 0
    export = replace(configure("export"), arguments=("export", "--yes"))
    named = export("export", "--yes", "Production.role-Developer")
    assert (named.returncode, lines(home)) == (2, LINES)
    assert "is for a role of account access manager" in named.stderr
    done = export("export", "--yes", "--all")
    assert done.returncode == 0
    assert (
        "left alone, as a role of account access manager: Production.role-Developer" in done.stderr
    )
    assert lines(home) == {**LINES, "Production.Developer": ""}
    assert export("import", "--yes", "--all").returncode == 0
    assert lines(home) == LINES


def test_check_finds_nothing_wrong_with_the_profiles(
    configure: Callable[..., Executable], home: Home
) -> None:
    """A finding without a fix would be a riddle."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    assert populate().returncode == 0
    done = replace(populate, command="check", arguments=())("--json", "--all")
    report = json.loads(done.stdout)
    assert [each for each in report["findings"] if each["level"] == "problem"] == []
    assert "Production.role-Developer" in done.stdout


def test_remove_takes_them_away(configure: Callable[..., Executable], home: Home) -> None:
    """As it does for the others."""
    home.set_tenant(ACCESS_TENANT)
    populate = configure("populate")
    assert populate().returncode == 0
    assert populate("remove", "--yes", "--session", "corp").returncode == 0
    assert lines(home) == {}


def test_profile_writes_the_line_of_a_role(
    configure: Callable[..., Executable], home: Home
) -> None:
    """And an option changes only what it names."""
    profile = configure("profile")
    role = ("--tenant-id", ACCESS_TENANT, "--role-arn", DEVELOPER)
    assert profile(*profile.arguments, "dev", *role).returncode == 0
    assert lines(home) == {"dev": line(DEVELOPER)}
    assert profile(*profile.arguments, "dev", "--role-session-name", "ci").returncode == 0
    assert profile(*profile.arguments, "dev", "--role-session-duration", "900").returncode == 0
    options = ("--role-session-name", "ci", "--role-session-duration", "900")
    assert lines(home) == {"dev": line(DEVELOPER, *options)}
    assert profile(*profile.arguments, "dev", "--role-arn", SAME_NAME).returncode == 0
    assert lines(home) == {"dev": line(SAME_NAME, *options)}
    permission_set = ("--account-id", ACCOUNT_ID, "--role-name", "Developer")
    assert profile(*profile.arguments, "dev", *permission_set).returncode == 0
    assert lines(home) == {"dev": LINES["Production.Developer"]}


def test_a_native_profile_becomes_a_line_for_such_a_role(
    configure: Callable[..., Executable], home: Home
) -> None:
    """It has no other form, so nothing is kept as native."""
    profile = configure("profile")
    permission_set = ("--account-id", ACCOUNT_ID, "--role-name", "Developer", "--native")
    assert profile(*profile.arguments, "dev", *permission_set).returncode == 0
    assert profiles(home)["dev"]["sso_session"] == "corp"
    role = ("--tenant-id", ACCESS_TENANT, "--role-arn", DEVELOPER)
    done = profile(*profile.arguments, "dev", *role)
    assert (done.returncode, "kept as native" in done.stderr) == (0, False)
    assert profiles(home)["dev"] == {
        "region": "eu-west-1",
        "credential_process": line(DEVELOPER),
    }


def test_profile_takes_the_tenant_of_the_session(
    configure: Callable[..., Executable], home: Home
) -> None:
    """The ARN is enough then."""
    home.set_tenant(ACCESS_TENANT)
    profile = configure("profile")
    assert profile(*profile.arguments, "dev", "--role-arn", DEVELOPER).returncode == 0
    assert lines(home) == {"dev": line(DEVELOPER)}


def test_profile_without_a_terminal_names_what_is_missing(
    configure: Callable[..., Executable], home: Home
) -> None:
    """For the kind of role that is meant."""
    home.set_tenant(ACCESS_TENANT)
    profile = configure("profile")
    done = profile(*profile.arguments, "dev")
    assert (done.returncode, lines(home)) == (2, {})
    assert "give --account-id, --role-name" in done.stderr
    done = profile(*profile.arguments, "dev", "--tenant-id", ACCESS_TENANT)
    assert (done.returncode, lines(home)) == (2, {})
    assert "give --role-arn" in done.stderr


@pytest.mark.parametrize(
    "options", [(), ("--tenant-id", ACCESS_TENANT, "--role-session-name", "ci")]
)
def test_profile_offers_the_roles_of_the_tenant(
    configure: Callable[..., Executable],
    home: Home,
    terminal: Terminal,
    options: tuple[str, ...],
) -> None:
    """Beside those of permission sets, unless a tenant is meant; by their ARNs, which differ where names do not."""
    home.set_tenant(ACCESS_TENANT)
    profile = configure("profile")
    process = profile.start(
        *profile.arguments, "dev", *options, prefix=terminal.everything, stdin=terminal.keyboard
    )
    shown = "of 2 roles" if options else "of 3 roles"
    terminal.answer(shown, "role/developer")
    terminal.answer("1 of", "")
    assert finish(process).returncode == 0
    assert lines(home) == {"dev": line(SAME_NAME, *options[2:])}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--role-arn", DEVELOPER), "or credential_process_tenant_id in [sso-session corp]"),
        (("--tenant-id", "x", "--role-arn", DEVELOPER), "--tenant-id: 'x' is not valid"),
        (("--tenant-id", ACCESS_TENANT, "--role-arn", "x"), "--role-arn: 'x' is not valid"),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", DEVELOPER, "--account-id", ACCOUNT_ID),
            "--account-id and --role-arn are both given",
        ),
        (
            ("--tenant-id", ACCESS_TENANT, "--role-arn", DEVELOPER, "--native"),
            "no SDK reads a role of account access manager itself",
        ),
    ],
)
def test_a_profile_that_cannot_work_is_exit_2(
    configure: Callable[..., Executable], home: Home, options: tuple[str, ...], message: str
) -> None:
    """With nothing written."""
    profile = configure("profile")
    before = home.config.read_text()
    done = profile(*profile.arguments, "dev", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr
    assert home.config.read_text() == before
