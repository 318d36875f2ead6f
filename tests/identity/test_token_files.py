"""The token file belongs to every tool: what its changes mean for cached roles, and what they cost."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from testing.proof import issued, outcome
from tests.sandbox.visitor import Visitor

OTHER_ROLE = "Administrator"


@pytest.fixture
def get(get: Executable, home: Home, sandbox: Sandbox, nobody: Person) -> Executable:
    """Return a `get` that may ask no user; Mallory is signed in, and one role cached."""
    home.sign_in(sandbox, user_name="mallory")
    environment = {**get.environment, "BROWSER": nobody.browser}
    get = Executable(get.command, get.home, environment, get.arguments)
    assert outcome(sandbox, get()) == (0, "mallory")
    return get


def in_place(path: Path, content: str) -> None:
    """Write over a file, as the AWS CLI and the SDKs do."""
    path.write_text(content)


def by_rename(path: Path, content: str) -> None:
    """Put another file in its place, as `cp` of a backup and careful SDKs do."""
    new = path.with_name("new")
    new.write_text(content)
    new.replace(path)


def fetches(sandbox: Sandbox) -> int:
    """Count the requests for role credentials that were answered."""
    return sum(
        record.operation == "role_credentials" and record.status == 200
        for record in sandbox.requests()
    )


def is_warm(get: Executable, home: Home) -> bool:
    """Return whether a call is answered from the disk alone: it starts no broker."""
    processes.end(home.path)
    assert get().returncode == 0
    return processes.of(home.path) == {}


@pytest.mark.parametrize("write", [in_place, by_rename])
def test_a_token_of_one_size_and_date_is_another_users(
    get: Executable, home: Home, sandbox: Sandbox, write: Callable[[Path, str], None]
) -> None:
    """Tokens have one length, and a date can be kept: neither shows that the user changed."""
    path = home.token_file()
    before = path.stat()
    write(path, json.dumps(sandbox.sign_in("ada")))
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert outcome(sandbox, get()) == (0, "ada")


def test_a_token_that_came_and_went_is_not_the_former_users(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Ada was here for a moment only; Mallory signs in again: that is another sign-in."""
    first = issued(sandbox, get())
    home.sign_in(sandbox, user_name="ada")
    assert outcome(sandbox, get()) == (0, "ada")
    home.sign_in(sandbox, user_name="mallory")
    again = issued(sandbox, get())
    assert again.user_name == "mallory"
    assert again.session_id != first.session_id


def test_a_renewal_of_ours_costs_no_fetch(get: Executable, home: Home, sandbox: Sandbox) -> None:
    """The token is renewed every hour; fifty cached roles must not be fetched again for that."""
    sandbox.expire("access_tokens")
    assert get(*get.arguments[:-1], OTHER_ROLE).returncode == 0
    assert sandbox.counters()["token"]["refresh_token"] == 1
    before = fetches(sandbox)
    assert outcome(sandbox, get()) == (0, "mallory")
    assert fetches(sandbox) == before == 2
    assert is_warm(get, home)


def test_a_renewal_of_the_aws_cli_costs_one_fetch_a_role(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Whose token it is cannot be known without asking; more than once would be too often."""
    other = (*get.arguments[:-1], OTHER_ROLE)
    assert get(*other).returncode == 0
    token = json.loads(home.token_file().read_text())
    with Visitor(sandbox.url) as visitor:
        names = ("clientId", "clientSecret", "refreshToken")
        exchange = {"grantType": "refresh_token", **{name: token[name] for name in names}}
        reply = visitor.post("/token", exchange).document
    renewed = {name: reply[name] for name in ("accessToken", "refreshToken")}
    in_place(home.token_file(), json.dumps({**token, **renewed}))
    before = fetches(sandbox)
    for line in (get.arguments, other) * 2:
        assert outcome(sandbox, get(*line)) == (0, "mallory")
    assert fetches(sandbox) == before + 2
    assert is_warm(get, home)


@pytest.mark.parametrize("write", [in_place, by_rename])
def test_the_same_token_written_again_costs_no_fetch(
    get: Executable, home: Home, sandbox: Sandbox, write: Callable[[Path, str], None]
) -> None:
    """A backup that is put back, a formatter: nothing that credentials depend on has changed."""
    token = json.loads(home.token_file().read_text())
    write(home.token_file(), json.dumps(token, indent=2))
    assert outcome(sandbox, get()) == (0, "mallory")
    assert fetches(sandbox) == 1
    assert is_warm(get, home)


def test_a_config_that_changed_elsewhere_costs_no_fetch(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """`configure populate` writes a thousand profiles; the session is what it was."""
    with home.config.open("a") as config:
        config.write("\n[profile other]\nregion = eu-west-1\n")
    assert outcome(sandbox, get()) == (0, "mallory")
    assert fetches(sandbox) == 1
    assert is_warm(get, home)


def test_nothing_is_handed_out_without_a_token_file(get: Executable, home: Home) -> None:
    """`aws sso logout` removes the file and knows nothing of role documents."""
    home.token_file().unlink()
    done = get(*get.arguments, "--no-login")
    assert (done.returncode, done.stdout) == (3, "")
