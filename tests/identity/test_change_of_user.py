"""One user signs out and another signs in while an answer for the first is on its way."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.proof import outcome
from tests.identity.held import hold
from tests.programs import Programs

ACCOUNTS = ("111122220001", "111122220002")
# The list of accounts shows whose it is: Ada has a role in the second one, too.
USERS = {
    "mallory": [(ACCOUNTS[0], "Developer")],
    "ada": [(account, "Developer") for account in ACCOUNTS],
}
# The caller is decided again after the change: it gets what is Ada's, or has to sign in.
ALLOWED = {(0, "ada"), (3, "")}
PAST = "2020-01-01T00:00:00Z"
LIST = """
import sys
from credential_process import library
try:
    print(*sorted(each.account_id for each in library.list_accounts(sso_session="corp")))
except library.SignInNeeded:
    print("sign-in needed")
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve two users who have different accounts."""
    with Sandbox(accounts=2, roles=2, users=USERS) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def get(get: Executable, nobody: Person) -> Executable:
    """Return a `get` that may ask no user, so that nothing but the change signs Ada in."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    return Executable(get.command, get.home, environment, (*get.arguments, "--no-login"))


@dataclass(frozen=True, slots=True)
class Desk:
    """The machine that Mallory leaves, and Ada takes over."""

    home: Home
    sandbox: Sandbox
    command: Callable[..., Executable]
    as_user: Callable[[str], dict[str, str]]

    def logout_and_login(self) -> None:
        """Use the commands of this project."""
        assert self.command("logout")().returncode == 0
        assert self.command("login")(environment=self.as_user("ada")).returncode == 0

    def login_by_force(self) -> None:
        """Use the one command that docs/security.md names as the remedy."""
        done = self.command("login", "--force")(environment=self.as_user("ada"))
        assert done.returncode == 0

    def aws_cli(self) -> None:
        """Use the AWS CLI: it removes the token, and writes another one without `token.lock`."""
        self.home.sign_out(self.sandbox)
        self.home.sign_in(self.sandbox, user_name="ada")

    def aws_cli_in_place(self) -> None:
        """Use `aws sso login` alone: it writes over the token that is there."""
        self.home.sign_in(self.sandbox, user_name="ada")


@pytest.fixture(
    params=[Desk.logout_and_login, Desk.login_by_force, Desk.aws_cli, Desk.aws_cli_in_place]
)
def change(
    request: pytest.FixtureRequest,
    home: Home,
    sandbox: Sandbox,
    command: Callable[..., Executable],
    as_user: Callable[[str], dict[str, str]],
) -> Callable[[], None]:
    """Sign Mallory in; return how she leaves and Ada comes."""
    home.sign_in(sandbox, user_name="mallory")
    coordinator = Desk(home, sandbox, command, as_user)
    make: Callable[[Desk], None] = request.param
    return lambda: make(coordinator)


def test_a_fetch_under_way_gives_nobody_the_former_users_credentials(
    get: Executable, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """The answer is Mallory's, and comes when Ada is signed in."""
    is_held = hold(sandbox, {"operation": "role_credentials"})
    caller = get.start()
    is_held()
    change()
    sandbox.set_faults()
    assert outcome(sandbox, finish(caller)) in ALLOWED
    assert [outcome(sandbox, get()) for _ in range(3)] == [(0, "ada")] * 3


def test_what_a_fetch_under_way_brings_is_not_stored(
    get: Executable, home: Home, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """Its caller was killed, and its broker ends: the next one must not find it either."""
    is_held = hold(sandbox, {"operation": "role_credentials"})
    caller = get.start()
    is_held()
    caller.kill()
    finish(caller)
    change()
    sandbox.set_faults()
    assert outcome(sandbox, get()) == (0, "ada")
    processes.end(home.path)
    assert outcome(sandbox, get()) == (0, "ada")


def test_a_cached_role_is_not_the_next_users(
    get: Executable, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """Nothing is under way; the document alone must know whose it is."""
    assert outcome(sandbox, get()) == (0, "mallory")
    change()
    assert outcome(sandbox, get()) == (0, "ada")


def test_a_cached_role_is_not_the_next_users_while_the_service_is_down(
    get: Executable, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """An old answer bridges an outage for its own user, and for no other."""
    assert outcome(sandbox, get()) == (0, "mallory")
    change()
    sandbox.set_faults({"preset": "http_503_html", "service": "portal", "count": None})
    assert outcome(sandbox, get()) == (5, "")
    sandbox.set_faults()
    assert outcome(sandbox, get()) == (0, "ada")


def test_a_renewal_under_way_does_not_bring_the_former_user_back(
    get: Executable, home: Home, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """Mallory's token is exchanged for the next one while she leaves."""
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
    is_held = hold(sandbox, {"operation": "token", "grant_type": "refresh_token"})
    caller = get.start()
    is_held()
    with ThreadPoolExecutor() as pool:
        changed = pool.submit(change)
        until(lambda: token["accessToken"] not in content(home), "Mallory's token is gone")
        sandbox.set_faults()
        changed.result()
    assert outcome(sandbox, finish(caller)) in ALLOWED
    assert outcome(sandbox, get()) == (0, "ada")
    session = sandbox.portal_session(json.loads(content(home))["accessToken"])
    assert session is not None
    assert session.user_name == "ada"


def content(home: Home) -> str:
    """Return what is in the token file, or nothing."""
    try:
        return home.token_file().read_text()
    except FileNotFoundError:
        return ""


@pytest.mark.parametrize("ends", ["the broker stays", "the broker ends"])
def test_a_list_under_way_is_not_the_former_users(
    environment: dict[str, str],
    home: Home,
    sandbox: Sandbox,
    change: Callable[[], None],
    ends: str,
) -> None:
    """The accounts of a user are nothing for the next one to see, or to configure profiles for."""
    programs = Programs(environment)
    is_held = hold(sandbox, {"operation": "list_accounts"})
    program = programs.start(LIST)
    is_held()
    change()
    sandbox.set_faults()
    assert finish(program).stdout.strip() in {" ".join(ACCOUNTS), "sign-in needed"}
    if ends == "the broker ends":
        processes.end(home.path)
    assert programs.lines(LIST) == [" ".join(ACCOUNTS)]


def test_a_list_that_was_kept_is_not_the_next_users(
    environment: dict[str, str], sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """A list is kept for an hour, for its own user."""
    programs = Programs(environment)
    assert programs.lines(LIST) == [ACCOUNTS[0]]
    change()
    assert programs.lines(LIST) == [" ".join(ACCOUNTS)]
    assert sandbox.counters()["list_accounts"] == 2


def test_many_callers_under_way_are_all_decided_again(
    get: Executable, sandbox: Sandbox, change: Callable[[], None]
) -> None:
    """Two roles, six callers: nothing may slip through between a want and its answer."""
    is_held = hold(sandbox, {"operation": "role_credentials"})
    line = [get.arguments[:3], get.arguments[4:]]
    number = count()
    callers = [get.start(*line[0], ACCOUNTS[next(number) % 2], *line[1]) for _ in range(6)]
    is_held()
    change()
    sandbox.set_faults()
    outcomes = {outcome(sandbox, finish(caller)) for caller in callers}
    # Mallory has no role in the second account.
    assert outcomes - {*ALLOWED, (4, "")} == set()
