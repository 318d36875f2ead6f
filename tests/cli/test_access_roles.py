"""`roles --tenant-id`: the roles that account access manager grants."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox
from testing.executable import PATH, Executable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testing.home import Home
    from testing.people import Person

ARNS = [
    f"arn:aws:iam::{account}:role/{path}"
    for account in ("111122220001", "111122220002")
    for path in ("teams/Developer", "Audit")
]
ODD = "arn:aws:iam::111122220001:role/$(touch~x)/Developer"
SCOPES = ("sso:account:access", "account_access:read_only", "account_access:assume")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a tenant with two roles in each of two accounts, and one that no line can have."""
    granted = {ACCESS_TENANT: [Entitlement(arn) for arn in (*ARNS, ODD)]}
    with Sandbox(accounts=2, entitlements=granted) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def roles(home: Home, environment: dict[str, str]) -> Executable:
    """Return ``roles`` with the tenant."""
    return Executable("roles", home.path, environment, ("--tenant-id", ACCESS_TENANT))


def test_all_roles_are_listed_after_one_sign_in(
    roles: Executable, sandbox: Sandbox, person: Person
) -> None:
    """With their ARNs, which a line needs, and a word about the one that it cannot have."""
    for _ in range(2):
        done = roles()
        assert done.returncode == 0
        rows = [line.split() for line in done.stdout.splitlines()]
        assert rows[0] == ["account", "id", "role"]
        assert sorted(row[-1] for row in rows[1:]) == sorted(ARNS)
        assert f"left out: a line cannot contain this ARN: {ODD}" in done.stderr
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_roles"] == 2


def test_json_has_one_role_in_each_line(roles: Executable, home: Home, sandbox: Sandbox) -> None:
    """For programs."""
    home.sign_in(sandbox, scopes=SCOPES)
    listed = [json.loads(line) for line in roles(*roles.arguments, "--json").stdout.splitlines()]
    assert [each["role_arn"] for each in listed] == ARNS
    assert listed[0] == {
        "account_id": "111122220001",
        "account_name": "Production",
        "role_arn": ARNS[0],
    }


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (("--account", "Staging"), ARNS[2:]),
        (("--account", "111122220001", "--role", "Dev.*"), ARNS[:1]),
        (("--role", "Audit"), [ARNS[1], ARNS[3]]),
    ],
)
def test_accounts_and_roles_can_be_selected(
    roles: Executable, home: Home, sandbox: Sandbox, selection: tuple[str, ...], expected: list[str]
) -> None:
    """As among the roles of permission sets."""
    home.sign_in(sandbox, scopes=SCOPES)
    done = roles(*roles.arguments, "--json", *selection)
    assert [json.loads(line)["role_arn"] for line in done.stdout.splitlines()] == expected


def test_a_selection_without_a_role_is_exit_2(
    roles: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A typo must not look like a success."""
    home.sign_in(sandbox, scopes=SCOPES)
    done = roles(*roles.arguments, "--role", "Nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"none of your 4 roles in {ACCESS_TENANT}" in done.stderr


@pytest.mark.parametrize("error", ["UnauthorizedException", "AccessDeniedException"])
def test_a_token_without_the_scopes_leads_to_one_sign_in(
    roles: Executable, home: Home, sandbox: Sandbox, person: Person, error: Any
) -> None:
    """Such as one of the AWS CLI."""
    sandbox.configure(missing_scope=error)
    home.sign_in(sandbox)
    assert [roles().returncode, roles().returncode] == [0, 0]
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_roles"] == 3


def test_a_listing_that_is_refused_costs_no_sign_in_once_the_token_is_known_to_be_good(
    roles: Executable, home: Home, sandbox: Sandbox, person: Person
) -> None:
    """Each further one would ask the user again, for nothing."""
    sandbox.set_faults(
        {"operation": "access_roles", "error": "AccessDeniedException", "count": None}
    )
    home.sign_in(sandbox)
    for _ in range(3):
        done = roles()
        assert (done.returncode, done.stdout) == (4, "")
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_roles"] == 4


def test_a_token_that_the_service_has_ended_is_refreshed(
    roles: Executable, sandbox: Sandbox, person: Person
) -> None:
    """Nothing is wrong with its scopes, so the user is not asked again."""
    assert roles().returncode == 0
    sandbox.expire("access_tokens")
    assert roles().returncode == 0
    counters = sandbox.counters()
    assert (counters["access_roles"], counters["token"]["refresh_token"]) == (3, 1)
    assert len(person.arrivals()) == 1


def test_a_sign_in_for_permission_sets_is_known_to_lack_the_scopes(
    roles: Executable, sandbox: Sandbox, person: Person
) -> None:
    """So no request is wasted on its token."""
    assert roles("--json").returncode == 0
    assert roles().returncode == 0
    assert len(person.arrivals()) == 2
    assert sandbox.counters()["access_roles"] == 1


@pytest.mark.parametrize(
    ("tenant_id", "message"),
    [("corp", "--tenant-id: 'corp' is not valid"), ("aa-2", "The tenant does not exist")],
)
def test_a_wrong_tenant_is_exit_2(
    roles: Executable, home: Home, sandbox: Sandbox, tenant_id: str, message: str
) -> None:
    """With the reason of the service, if it is the service that does not know it."""
    home.sign_in(sandbox, scopes=SCOPES)
    done = roles("--tenant-id", tenant_id)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def names(roles: Executable, *options: str) -> list[str]:
    """Return the names and the ARNs that ``roles`` lists, without the tenant as an option."""
    done = roles("--sso-session", "corp", "--json", *options)
    assert done.returncode == 0
    listed = map(json.loads, done.stdout.splitlines())
    return [each.get("role_arn") or each["role_name"] for each in listed]


def test_a_session_with_a_tenant_has_both_kinds_of_roles_from_one_sign_in(
    roles: Executable, home: Home, sandbox: Sandbox, person: Person
) -> None:
    """Users need not know which of their roles is of which kind."""
    home.set_tenant(ACCESS_TENANT)
    assert sorted(names(roles)) == sorted(["Administrator", "Developer"] * 2 + ARNS)
    rows = [row.split() for row in roles("--sso-session", "corp").stdout.splitlines()]
    assert [row[-1] for row in rows[1:5]] == ["Administrator", "Developer", ARNS[1], ARNS[0]]
    assert names(roles, "--tenant-id", ACCESS_TENANT) == ARNS
    assert names(roles, "--role", "Audit") == [ARNS[1], ARNS[3]]
    assert len(person.arrivals()) == 1
    assert sandbox.counters()["access_roles"] == 4


def test_any_sign_in_to_a_session_with_a_tenant_is_for_both_kinds(
    roles: Executable, home: Home, sandbox: Sandbox, person: Person
) -> None:
    """The user need not sign in once more for the first role of account access manager."""
    home.set_tenant(ACCESS_TENANT)
    assert replace(roles, command="login")("--sso-session", "corp").returncode == 0
    assert roles().returncode == 0
    assert (len(person.arrivals()), sandbox.counters()["access_roles"]) == (1, 1)


def test_an_instance_without_permission_sets_has_the_roles_of_the_tenant(
    roles: Executable, home: Home, sandbox: Sandbox
) -> None:
    """AWS lets an administrator switch permission sets off."""
    home.set_tenant(ACCESS_TENANT)
    home.sign_in(sandbox, scopes=SCOPES)
    empty: dict[str, object] = {"nextToken": None, "accountList": []}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": empty, "count": None})
    done = roles("--sso-session", "corp", "--json")
    assert (done.returncode, done.stdout.count("role_arn")) == (0, len(ARNS))
    assert "no roles of permission sets: corp: no accounts are assigned to you" in done.stderr
    nothing = roles("--sso-session", "corp", "--role", "Nobody")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert f"none of your 4 roles in {ACCESS_TENANT} matches" in nothing.stderr


def test_a_selection_without_a_role_of_either_kind_names_both(
    roles: Executable, home: Home, sandbox: Sandbox
) -> None:
    """So that it is clear that both were looked at."""
    home.set_tenant(ACCESS_TENANT)
    home.sign_in(sandbox, scopes=SCOPES)
    done = roles("--sso-session", "corp", "--role", "Nobody")
    assert (done.returncode, done.stdout) == (2, "")
    expected = f"none of 4 roles in 2 accounts matches --account and --role, nor any of your 4 roles in {ACCESS_TENANT}"
    assert expected in done.stderr


@pytest.mark.parametrize("command", ["roles", "get"])
def test_a_wrong_tenant_in_the_session_is_exit_2(
    roles: Executable, home: Home, command: str
) -> None:
    """In one line that names the section and the file."""
    home.set_tenant("corp")
    line = ("--account-id", "111122220001", "--role-name", "Developer")
    done = replace(roles, command=command)(
        "--sso-session", "corp", *(line if command == "get" else ())
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "credential_process_tenant_id in [sso-session corp] is 'corp'" in done.stderr
    assert str(home.config) in done.stderr


def test_a_profile_with_such_a_line_works_in_run_and_export(
    roles: Executable, home: Home, sandbox: Sandbox
) -> None:
    """For tools that know no profiles."""
    home.sign_in(sandbox, scopes=SCOPES)
    line = f"get --sso-session corp --tenant-id {ACCESS_TENANT} --role-arn {ARNS[0]}"
    with home.config.open("a") as config:
        config.write(f"[profile access]\ncredential_process = {PATH} {line}\n")
    export, run = (replace(roles, command=command) for command in ("export", "run"))
    exported = export("--profile", "access")
    printed = run("--profile", "access", "printenv", "AWS_ACCESS_KEY_ID")
    key = json.loads(exported.stdout)["AccessKeyId"]
    assert (printed.stdout.strip(), printed.returncode) == (key, 0)
    issued = sandbox.issued(key)
    assert issued is not None
    assert issued.role_arn == ARNS[0]


@pytest.mark.parametrize("by_key", [False, True])
def test_run_and_export_take_a_role_by_its_arn(
    roles: Executable, home: Home, sandbox: Sandbox, *, by_key: bool
) -> None:
    """The tenant is that of an option, or of the session; a profile may name the session, for a role of its own."""
    home.sign_in(sandbox, scopes=SCOPES)
    if by_key:
        home.set_tenant(ACCESS_TENANT)
    line = "get --sso-session corp --account-id 111122220001 --role-name Developer"
    with home.config.open("a") as config:
        config.write(f"[profile dev]\ncredential_process = {PATH} {line}\n")
    role = ("--role-arn", ARNS[0], *(() if by_key else ("--tenant-id", ACCESS_TENANT)))
    export, run = (replace(roles, command=command) for command in ("export", "run"))
    exported = export("--sso-session", "corp", *role)
    key = json.loads(exported.stdout)["AccessKeyId"]
    tool = ("printenv", "AWS_ACCESS_KEY_ID")
    assert run("--sso-session", "corp", *role, *tool).stdout.strip() == key
    assert run("--profile", "dev", *role, *tool).stdout.strip() == key
    issued = sandbox.issued(key)
    assert issued is not None
    assert issued.role_arn == ARNS[0]
    short = export("--profile", "dev", *role, "--role-session-duration", "900")
    assert json.loads(short.stdout)["AccessKeyId"] != key


@pytest.mark.parametrize("command", ["export", "serve"])
def test_an_arn_without_a_tenant_anywhere_is_exit_2(roles: Executable, command: str) -> None:
    """In one line that names both places."""
    done = replace(roles, command=command)("--sso-session", "corp", "--role-arn", ARNS[0])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--role-arn is given without --tenant-id" in done.stderr
    assert "or credential_process_tenant_id in [sso-session corp]" in done.stderr


def test_the_console_has_no_link_for_such_a_role(
    roles: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A link that opens an error page is worse than a reason."""
    home.sign_in(sandbox, scopes=SCOPES)
    line = f"get --sso-session corp --tenant-id {ACCESS_TENANT} --role-arn {ARNS[0]}"
    with home.config.open("a") as config:
        config.write(f"[profile access]\ncredential_process = {PATH} {line}\n")
    done = replace(roles, command="console")("--profile", "access", "--print")
    assert (done.returncode, done.stdout) == (2, "")
    assert "account access manager" in done.stderr
