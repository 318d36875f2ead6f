"""`roles`: the roles of a session, listed once an hour, whatever the service does meanwhile."""

import json
import subprocess
from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Account, Sandbox
from credential_process.sandbox.faults import Rule
from credential_process.session import no_accounts
from testing import processes
from testing.events import until
from testing.executable import Executable, finish, stop_reading
from testing.home import Home
from testing.people import Person
from testing.terminal import Terminal
from tests.cli.conftest import SignIn

ODD_NAME = "\x1b[2J[red]Prod\n[/red] 🚀"


@pytest.fixture
def roles(command: Callable[[str], Executable], sign_in: SignIn) -> Executable:
    """Return the installed ``sso-credential-process roles``, for a user who is signed in."""
    sign_in()
    return command("roles")


def asked(sandbox: Sandbox) -> int:
    """Return how many requests for lists there have been."""
    counters = sandbox.counters()
    return int(counters["list_accounts"] + counters["list_account_roles"])


def listed(roles: Executable, *options: str) -> list[tuple[str, str]]:
    """Return the accounts and roles that are printed as JSON."""
    done = roles("--json", *options)
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return sorted((role["account_id"], role["role_name"]) for role in found)


def everything(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Return all accounts and roles of the sandbox."""
    return sorted((one.account_id, role) for one in sandbox.accounts for role in one.roles)


def test_all_roles_are_listed(roles: Executable, sandbox: Sandbox) -> None:
    """A role that is missing here has no profile."""
    sandbox.configure(page_size=1)
    assert listed(roles) == everything(sandbox)


def test_a_list_is_not_begun_again_for_a_caller_that_has_left(
    roles: Executable, command: Callable[[str], Executable], sandbox: Sandbox, home: Home
) -> None:
    """Restarting it for ever would use up the requests that all other callers may send."""
    role = sandbox.accounts[0]
    words = ("--sso-session", "corp", "--account-id", role.account_id, "--role-name", role.roles[0])
    sandbox.set_faults({"operation": "list_accounts", "held": True, "count": None})
    program = roles.start()
    until(lambda: sandbox.faults()[0]["holding"], "the list is under way")
    program.kill()
    finish(program)
    until(lambda: home.wants() == [], "the broker has noticed")
    sandbox.set_faults()
    for _ in range(3):
        assert command("get")(*words).returncode == 0
        for document in home.state.glob("*/roles/*/*"):
            document.unlink()
    assert sandbox.counters()["list_accounts"] == 1


def test_the_text_is_a_table(roles: Executable) -> None:
    """It is sorted by account, and has the ids that support asks for."""
    rows = [line.split() for line in roles("--role", "Dev.*").stdout.splitlines()]
    assert rows == [
        ["account", "id", "role"],
        ["Development", "111122220003", "Developer"],
        ["Production", "111122220001", "Developer"],
        ["Staging", "111122220002", "Developer"],
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--account", "Production"), ["1 Administrator", "1 Developer"]),
        (("--account", "111122220002", "--role", "Developer"), ["2 Developer"]),
        (("--account", "(Prod|Stag).*", "--role", ".*per"), ["1 Developer", "2 Developer"]),
    ],
)  # fmt: skip
def test_accounts_and_roles_are_chosen_by_id_name_or_pattern(
    roles: Executable, options: tuple[str, ...], expected: list[str]
) -> None:
    """They are those of support, of colleagues, and of naming schemes."""
    assert [f"{account[-1]} {role}" for account, role in listed(roles, *options)] == expected


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_match_is_one_line(roles: Executable, form: tuple[str, ...]) -> None:
    """A pattern must match the whole name: `Prod` does not mean `Preprod`. An empty table would look like success."""
    done = roles("--account", "Prod", *form)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sso-credential-process: none of 6 roles in 3 accounts matches --account and --role; "
        "to list all, run: sso-credential-process roles --sso-session corp\n"
    )


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), "6 roles in 3 accounts, listed just now"),
        (("--role", "Dev.*"), "3 of 6 roles in 3 accounts, listed just now"),
        (("--json",), None),
    ],
)
def test_a_terminal_shows_how_many_there_are(
    roles: Executable, terminal: Terminal, options: tuple[str, ...], count: str | None
) -> None:
    """Nothing else shows whether the table is complete; JSON is for programs."""
    done = subprocess.run(
        [*terminal.everything, roles.path, "roles", *options],
        stdin=terminal.keyboard,
        env=roles.environment,
        start_new_session=True,
        check=True,
    )
    assert done.returncode == 0
    text = terminal.text()
    assert (f"\r\n{count}\r\n" in text) == (count is not None)
    assert ("listed just now" in text) == (count is not None)


def test_a_pipe_gets_no_count(roles: Executable) -> None:
    """A script that shows stderr in its log has nothing to report."""
    assert roles().stderr == ""


@pytest.mark.parametrize(
    ("accounts", "expected", "requests"),
    [
        (["111122220002"], "22", 1),
        (["111122220001", "111122220002"], "1122", 2),
        (["111122220002", "Production"], "1122", 1 + 3),
        (["11112222000[12]"], "1122", 1 + 3),
    ],
)
def test_accounts_that_are_named_by_their_ids_cost_a_request_each(
    roles: Executable, sandbox: Sandbox, accounts: list[str], expected: str, requests: int
) -> None:
    """A name or a pattern needs the list of all accounts, an ID does not."""
    options = [word for account in accounts for word in ("--account", account)]
    found = "".join(account_id[-1] for account_id, _ in listed(roles, *options))
    assert (found, asked(sandbox)) == (expected, requests)


def test_an_account_without_access_is_one_line(roles: Executable) -> None:
    """An empty table and exit 0 would look like an account without roles."""
    done = roles("--account", "999999999999")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "AWS does not list the roles in 999999999999: " in done.stderr


def test_a_named_account_without_access_does_not_hide_the_others(roles: Executable) -> None:
    """The list of all accounts behaves in the same way."""
    done = roles("--account", "999999999999", "--account", "111122220002", "--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)
    assert done.stderr.startswith("skipped account 999999999999")


def test_an_invalid_pattern_is_a_usage_error(roles: Executable, sandbox: Sandbox) -> None:
    """It is one line, and no request is sent."""
    done = roles("--account", "(")
    assert (done.returncode, len(done.stderr.splitlines()), asked(sandbox)) == (2, 1, 0)


def test_a_second_list_within_the_hour_sends_no_request(
    roles: Executable, sandbox: Sandbox
) -> None:
    """The service throttles whole organisations, and lists seldom change."""
    first = listed(roles)
    before = asked(sandbox)
    assert (listed(roles), asked(sandbox)) == (first, before)


def test_refresh_asks_again(roles: Executable, sandbox: Sandbox) -> None:
    """An assignment may have been made a minute ago."""
    listed(roles)
    before = asked(sandbox)
    assert listed(roles, "--refresh") == everything(sandbox)
    assert asked(sandbox) == 2 * before


def test_a_list_is_private(roles: Executable, home: Home) -> None:
    """It would show an intruder where to look."""
    listed(roles)
    file = home.session_folder() / "roles" / "accounts"
    assert file.stat().st_mode & 0o777 == 0o600


def test_roles_are_printed_while_others_are_listed(roles: Executable, sandbox: Sandbox) -> None:
    """A thousand accounts take a minute, in which the next program of a pipe can already work."""
    sandbox.set_faults({"operation": "list_account_roles", "nth": 3, "delivery": "hang"})
    process = roles.start("--json")
    assert process.stdout
    first = [json.loads(process.stdout.readline())["account_id"] for _ in range(4)]
    assert (len(set(first)), process.poll()) == (2, None)
    process.kill()
    process.communicate()


def test_a_reader_that_closes_the_pipe_is_not_an_error(roles: Executable) -> None:
    """`roles --json | head -1` is used in scripts that stop on errors."""
    assert stop_reading(roles.start("--json")) == (0, "")


def test_an_interrupted_list_is_resumed(roles: Executable, sandbox: Sandbox, home: Home) -> None:
    """A lost connection must not cost the minutes before it."""
    sandbox.set_faults({"operation": "list_account_roles", "nth": 3, "delivery": "hang"})
    process = roles.start("--json")
    assert process.stdout
    for _ in range(4):
        process.stdout.readline()
    processes.end(home.path)
    process.communicate()
    assert listed(roles) == everything(sandbox)
    assert sandbox.counters()["list_account_roles"] == len(sandbox.accounts) + 1


def test_nobody_is_asked_to_sign_in_because_the_service_throttles(
    roles: Executable, sandbox: Sandbox
) -> None:
    """Other tools take 429 for signed out, and open one page after the other."""
    sandbox.configure(requests_per_second=20, burst=1)
    assert listed(roles) == everything(sandbox)
    counters = sandbox.counters()
    assert (counters["authorize"], counters["by_status"]["429"] > 0) == (0, True)


@pytest.mark.parametrize("preset", ["403_no_access", "404_resource"])
def test_an_account_that_is_refused_is_named_and_left_out(
    roles: Executable, sandbox: Sandbox, preset: str
) -> None:
    """One suspended account must not hide a thousand others."""
    sandbox.set_faults({"operation": "list_account_roles", "nth": 2, "preset": preset})
    done = roles("--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 4)
    assert [line for line in done.stderr.splitlines() if line.startswith("skipped account ")]


def test_a_token_that_ends_half_way_is_renewed(roles: Executable, sandbox: Sandbox) -> None:
    """It lives for an hour, whenever the list was begun."""
    sandbox.set_faults({"operation": "list_account_roles", "nth": 2, "preset": "401_session"})
    assert listed(roles) == everything(sandbox)
    counters = sandbox.counters()
    assert (counters["token"]["refresh_token"], counters["authorize"]) == (1, 0)


ENDS_HALF_WAY: tuple[Rule, ...] = (
    {"operation": "list_account_roles", "nth": 2, "preset": "401_session"},
    {"grant_type": "refresh_token", "count": None, "preset": "invalid_grant"},
)


def test_a_sign_in_that_ends_half_way_is_followed_by_another(
    roles: Executable, sandbox: Sandbox
) -> None:
    """What was listed before is kept, and every role is listed once."""
    sandbox.set_faults(*ENDS_HALF_WAY)
    assert listed(roles) == everything(sandbox)
    assert sandbox.counters()["authorize"] == 1


def test_a_sign_in_that_ends_half_way_is_one_line_if_no_user_may_be_asked(
    roles: Executable, sandbox: Sandbox, nobody: Person
) -> None:
    """An incomplete list must not look complete: the exit code shows it, and one line how to continue."""
    sandbox.set_faults(*ENDS_HALF_WAY)
    never = {"SSO_CREDENTIAL_PROCESS_LOGIN": "never", "BROWSER": nobody.browser}
    done = roles("--json", environment={**roles.environment, **never})
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "sso-credential-process login" in done.stderr


def test_a_list_fails_in_one_line_if_the_service_is_down(
    roles: Executable, sandbox: Sandbox
) -> None:
    """It does not wait for ever, does not report signed out, and keeps what was listed."""
    sandbox.set_faults({"operation": "list_account_roles", "count": None, "preset": "http_500"})
    done = roles("--json")
    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert sandbox.counters()["authorize"] == 0
    sandbox.set_faults()
    assert listed(roles) == everything(sandbox)
    assert sandbox.counters()["list_accounts"] == 2


def test_a_user_without_accounts_gets_a_message(roles: Executable, sandbox: Sandbox) -> None:
    """An empty table would look like a defect."""
    empty: dict[str, object] = {"nextToken": None, "accountList": []}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": empty})
    done = roles()
    assert (done.returncode, "no accounts are assigned to you" in done.stderr) == (4, True)


def test_an_instance_without_permission_sets_leads_to_the_tenant(
    roles: Executable, sandbox: Sandbox
) -> None:
    """In one line, which `check` also has: no administrator can assign anything there."""
    sandbox.configure(permission_sets_enabled=False)
    done = roles()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert f"corp: {no_accounts.SENTENCE}; {no_accounts.HINT}" in done.stderr
    assert "--tenant-id" in no_accounts.HINT


def test_a_list_of_accounts_that_is_refused_leads_there_too(
    roles: Executable, sandbox: Sandbox
) -> None:
    """AWS does not document how its portal answers where there are no permission sets."""
    refusal = {"__type": "ForbiddenException", "message": "No access"}
    sandbox.set_faults({"operation": "list_accounts", "status": 403, "body": refusal})
    done = roles()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert f"no access: No access; {no_accounts.HINT}" in done.stderr


def test_a_sign_in_comes_first_where_it_is_needed(
    command: Callable[[str], Executable], sandbox: Sandbox
) -> None:
    """A user who types this is present."""
    assert listed(command("roles")) == everything(sandbox)
    assert sandbox.counters()["authorize"] == 1


class TestOddNames:
    """An administrator may give an account any name."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve one account with control characters in its name."""
        account = Account("111122220001", ODD_NAME, None, ("Developer",))
        with Sandbox(accounts=[account]) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    def test_a_table_shows_what_can_be_printed(self, roles: Executable) -> None:
        """The name of an account must not clear a screen, or look like another line."""
        row = roles().stdout.splitlines()[1]
        assert row.split() == ["[2J[red]Prod", "[/red]", "🚀", "111122220001", "Developer"]

    def test_json_has_the_name_as_it_is(self, roles: Executable) -> None:
        """Programs compare it with other responses of the service."""
        assert json.loads(roles("--json").stdout)["account_name"] == ODD_NAME
