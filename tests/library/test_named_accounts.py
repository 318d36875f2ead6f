"""`library.list_roles(account_id=…)`: each account that is named costs one request, and no other account does."""

from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from tests.programs import Programs

LIST = """
import ast, sys
from credential_process import library
try:
    for role in library.list_roles(sso_session="corp", **ast.literal_eval(sys.argv[1])):
        print(role.account_id, role.account_name, role.role_name)
except library.CredentialProcessError as error:
    print(type(error).__name__, error)
"""
FIRST = "111122220001"


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Serve as many accounts as the test asks for."""
    with Sandbox(accounts=getattr(request, "param", 3), roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def programs(environment: dict[str, str], signed_in: Home) -> Programs:
    """Run programs in the home of the test, with the user signed in."""
    assert signed_in.config.exists()
    return Programs(environment)


def listed(programs: Programs, **arguments: object) -> list[str]:
    """Return what the library lists: account, name and role."""
    return programs.lines(LIST, repr(arguments))


def asked(sandbox: Sandbox) -> tuple[int, int]:
    """Count the requests for accounts and for roles so far."""
    counters = sandbox.counters()
    return counters["list_accounts"], counters["list_account_roles"]


@pytest.mark.parametrize("sandbox", [1, 10, 1000], indirect=True)
def test_one_account_costs_one_request(programs: Programs, sandbox: Sandbox) -> None:
    """In a large organisation the other accounts take a minute, and use up the limit of the service."""
    assert listed(programs, account_id=FIRST) == [
        f"{FIRST} {FIRST} Administrator",
        f"{FIRST} {FIRST} Developer",
    ]
    assert (asked(sandbox), len(sandbox.requests())) == ((0, 1), 1)


@pytest.mark.parametrize("sandbox", [250], indirect=True)
def test_several_accounts_cost_a_request_each(programs: Programs, sandbox: Sandbox) -> None:
    """They are listed once each, in the order of the argument."""
    account_ids = [account.account_id for account in sandbox.accounts[:120]][::-1]
    found = listed(programs, account_id=[*account_ids, account_ids[0]])
    assert [line.split()[0] for line in found[::2]] == account_ids
    assert asked(sandbox) == (0, 120)


def test_a_list_of_all_accounts_answers_for_each(programs: Programs, sandbox: Sandbox) -> None:
    """A list of the last hour is used, which also has the names."""
    everything = listed(programs)
    before = asked(sandbox)
    of_first = [line for line in everything if line.startswith(FIRST)]
    assert listed(programs, account_id=FIRST) == of_first
    assert (asked(sandbox), of_first[0]) == (before, f"{FIRST} Production Administrator")


def test_an_account_is_listed_once_an_hour(programs: Programs, sandbox: Sandbox) -> None:
    """Of several accounts, only those are requested that were not listed before."""
    listed(programs, account_id=FIRST)
    listed(programs, account_id=[FIRST, "111122220002"])
    assert asked(sandbox) == (0, 2)


def test_refresh_lists_again_and_keeps_the_names(programs: Programs, sandbox: Sandbox) -> None:
    """Users refresh after a new assignment; the name of the account is known from the earlier list."""
    listed(programs)
    before = asked(sandbox)
    fresh = listed(programs, account_id=FIRST, refresh=True)
    assert fresh[0] == f"{FIRST} Production Administrator"
    assert asked(sandbox) == (before[0], before[1] + 1)


def test_a_newer_list_of_one_account_wins(programs: Programs, sandbox: Sandbox) -> None:
    """After a refresh, the older list of all accounts must not bring a lost role back."""
    listed(programs)
    body = {"nextToken": None, "roleList": [{"roleName": "Auditor", "accountId": FIRST}]}
    sandbox.set_faults({"operation": "list_account_roles", "status": 200, "body": body})
    listed(programs, account_id=FIRST, refresh=True)
    assert listed(programs, account_id=FIRST) == [f"{FIRST} Production Auditor"]


def test_an_account_without_access_is_refused_each_time(
    programs: Programs, sandbox: Sandbox
) -> None:
    """An empty list would look like an account without roles, and the user may be assigned one at any time."""
    for _ in range(2):
        (line,) = listed(programs, account_id="999999999999")
        assert line.startswith("Refused AWS does not list the roles in 999999999999: ")
        assert line.endswith(
            "; to list yours, run: sso-credential-process roles --sso-session corp"
        )
    assert asked(sandbox) == (0, 2)


def test_accounts_before_a_refused_one_are_listed(programs: Programs) -> None:
    """A program can use them before it handles the error."""
    lines = listed(programs, account_id=[FIRST, "999999999999"])
    assert [line.split()[0] for line in lines] == [FIRST, FIRST, "Refused"]


@pytest.mark.parametrize("wrong", ["1111", 111122220001, [FIRST, "../../../x"], [None]])
def test_an_invalid_account_id_is_a_usage_error(
    programs: Programs, sandbox: Sandbox, wrong: object
) -> None:
    """It is reported before any request is sent."""
    (line,) = listed(programs, account_id=wrong)
    assert line.startswith("UsageError ")
    assert "give 12 digits" in line
    assert sandbox.requests() == []


def test_no_account_costs_nothing(programs: Programs, sandbox: Sandbox) -> None:
    """A program may have no account left after filtering, which does not mean all of them."""
    assert listed(programs, account_id=[]) == []
    assert sandbox.requests() == []


@pytest.mark.parametrize("account_id", [FIRST, "999999999999"])
def test_callers_share_one_request(
    programs: Programs, sandbox: Sandbox, home: Home, get: Executable, account_id: str
) -> None:
    """A build may start many programs at once; they share a refusal as well."""
    sandbox.set_faults({"operation": "list_account_roles", "held": True, "count": None})
    callers = [programs.start(LIST, repr({"account_id": account_id})) for _ in range(5)]
    until(lambda: sandbox.faults()[0]["holding"] == 1, "one of them has asked")
    until(
        lambda: len(home.wants()) == 5 or any(caller.poll() is not None for caller in callers),
        "all of them have asked the broker",
    )
    assert [finish(caller) for caller in callers if caller.poll() is not None] == []
    assert get().returncode == 0  # it takes the wants in turn, so it has taken theirs before
    sandbox.set_faults()
    answers = {finish(caller).stdout for caller in callers}
    assert (len(answers), asked(sandbox)) == (1, (0, 1))


@pytest.mark.parametrize("sandbox", [60], indirect=True)
def test_listing_stops_when_its_caller_has_left(
    programs: Programs, sandbox: Sandbox, home: Home, get: Executable
) -> None:
    """Requests that no caller waits for use up the limit of the service."""
    sandbox.set_faults({"operation": "list_account_roles", "held": True, "count": None})
    account_ids = [account.account_id for account in sandbox.accounts]
    caller = programs.start(LIST, repr({"account_id": account_ids}))
    until(lambda: sandbox.faults()[0]["holding"] == 20, "as many are asked as may be at once")
    caller.kill()
    finish(caller)
    until(lambda: home.wants() == [], "the broker has noticed")
    sandbox.set_faults()
    assert get().returncode == 0
    assert asked(sandbox) == (0, 20)


def test_a_token_that_ends_is_renewed(programs: Programs, sandbox: Sandbox) -> None:
    """A token may expire at any time."""
    sandbox.set_faults({"operation": "list_account_roles", "preset": "401_session"})
    assert len(listed(programs, account_id=FIRST)) == 2
    assert (asked(sandbox), sandbox.counters()["token"]["refresh_token"]) == ((0, 2), 1)


def test_a_service_that_is_down_is_a_failure(programs: Programs, sandbox: Sandbox) -> None:
    """It must not look like an account without roles."""
    sandbox.set_faults({"operation": "list_account_roles", "count": None, "preset": "http_500"})
    (line,) = listed(programs, account_id=FIRST)
    assert line.startswith("Unavailable ")


def test_a_list_belongs_to_its_sign_in(programs: Programs, sandbox: Sandbox, home: Home) -> None:
    """Another user, who signs in next, may have other roles."""
    listed(programs, account_id=FIRST)
    home.sign_in(sandbox)
    listed(programs, account_id=FIRST)
    assert asked(sandbox) == (0, 2)


def test_no_user_is_prompted_unless_the_program_asks_for_it(programs: Programs, home: Home) -> None:
    """Programs may run at night."""
    home.token_file().unlink()
    (line,) = listed(programs, account_id=FIRST)
    assert line.startswith("SignInNeeded ")
    assert "(login=False)" in line
