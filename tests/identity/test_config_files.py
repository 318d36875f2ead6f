"""Two config files of one size and one date, for two organisations: a Nix store, an archive, `cp -p`.

Files of a Nix store are all dated 1, and home-manager links ``~/.aws/config`` there.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.proof import issued
from tests.identity.conftest import OTHER
from tests.identity.held import hold

DATE_NS = 1_000_000_000
Switch = Callable[[], None]


def dated(path: Path, content: str) -> Path:
    """Write a file that is dated as all files of a store are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, ns=(DATE_NS, DATE_NS))
    return path


def in_place(home: Home, content: str) -> Switch:
    """Write over the file, as `cp -p` does."""
    return lambda: void(dated(home.config, content))


def by_rename(home: Home, content: str) -> Switch:
    """Put another file in its place, as `rsync -t` and editors do."""
    new = dated(home.path / "new", content)
    return lambda: void(new.replace(home.config))


def by_link(home: Home, content: str) -> Switch:
    """Let the link lead to another file, as home-manager does."""
    store = home.path / "store"
    dated(store / "1" / "config", home.config.read_text())
    dated(store / "2" / "config", content)
    home.config.unlink()
    home.config.symlink_to(store / "1" / "config")

    def switch() -> None:
        link = home.path / "link"
        link.symlink_to(store / "2" / "config")
        link.replace(home.config)

    return switch


def void(_value: object) -> None:
    """Return nothing."""


@pytest.fixture(params=[in_place, by_rename, by_link])
def switch(request: pytest.FixtureRequest, home: Home, sandbox: Sandbox) -> Switch:
    """Return how to switch the config to the other organisation, with nothing else changed."""
    before = home.config.read_text()
    after = before.replace(sandbox.start_url, OTHER.start_url)
    assert len(after) == len(before)
    dated(home.config, before)
    make: Callable[[Home, str], Switch] = request.param
    made = make(home, after)
    assert home.config.stat().st_mtime_ns == DATE_NS
    return made


def test_a_cached_role_is_of_the_organisation_that_the_config_names(
    get: Executable, home: Home, sandbox: Sandbox, switch: Switch
) -> None:
    """The warm path decides by the config's stamp alone; it must not take one file for another."""
    assert issued(sandbox, get()).start_url == sandbox.start_url
    switch()
    assert home.config.stat().st_mtime_ns == DATE_NS
    assert issued(sandbox, get()).start_url == OTHER.start_url
    assert issued(sandbox, get()).start_url == OTHER.start_url


def test_a_living_broker_asks_the_organisation_that_the_config_names(
    get: Executable, sandbox: Sandbox, switch: Switch
) -> None:
    """A broker that remembers what a session was would sign in at, and ask, the former one."""
    assert issued(sandbox, get()).start_url == sandbox.start_url
    switch()
    line = (*get.arguments[:-1], "Administrator")
    assert issued(sandbox, get(*line)).start_url == OTHER.start_url
    assert issued(sandbox, get(*line)).start_url == OTHER.start_url


def test_a_broker_begins_a_sign_in_where_the_config_says(
    get: Executable, home: Home, sandbox: Sandbox, switch: Switch
) -> None:
    """Without a token the user is asked; a page of the former organisation must not open."""
    assert issued(sandbox, get()).start_url == sandbox.start_url
    home.sign_out(sandbox)
    switch()
    assert issued(sandbox, get()).start_url == OTHER.start_url


def test_the_next_broker_knows_the_organisation_too(
    get: Executable, home: Home, sandbox: Sandbox, switch: Switch
) -> None:
    """What lies on the disk must not lead it astray either."""
    assert issued(sandbox, get()).start_url == sandbox.start_url
    switch()
    processes.end(home.path)
    assert issued(sandbox, get()).start_url == OTHER.start_url
    line = (*get.arguments[:-1], "Administrator")
    assert issued(sandbox, get(*line)).start_url == OTHER.start_url


def test_the_status_is_that_of_the_organisation_that_the_config_names(
    get: Executable, sandbox: Sandbox, switch: Switch, command: Callable[..., Executable]
) -> None:
    """Neither the token nor the cached roles of the former organisation are this one's."""
    get()
    switch()
    (session,) = json.loads(command("status", "--json")().stdout)["sessions"]
    assert (session["start_url"], session["state"], session["roles"]) == (
        OTHER.start_url,
        "sign_in_needed",
        [],
    )
    get()
    (session,) = json.loads(command("status", "--json")().stdout)["sessions"]
    assert (session["state"], len(session["roles"])) == ("signed_in", 1)
    assert sandbox.counters()["role_credentials"] == 2


def test_going_back_and_forth_never_mixes_two_organisations(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A user with two customers switches a link all day."""
    stores = [
        dated(home.path / "store" / name, home.config.read_text().replace(sandbox.start_url, url))
        for name, url in (("1", sandbox.start_url), ("2", OTHER.start_url))
    ]
    seen = []
    for number in (0, 1) * 3:
        link = home.path / "link"
        link.symlink_to(stores[number])
        link.replace(home.config)
        seen.append(issued(sandbox, get()).start_url)
    assert seen == [sandbox.start_url, OTHER.start_url] * 3


def test_a_session_of_another_config_is_signed_in_to_after_a_code_that_is_approved_at_once(
    home: Home, sandbox: Sandbox, command: Callable[..., Executable]
) -> None:
    """It waits while a sign-in begins, and that one had ended before the broker took it for begun."""
    other = home.path / "other-config"
    other.write_text(home.config.read_text().replace(sandbox.start_url, OTHER.start_url))
    login = command("login", "--sso-session", "corp", "--device-code")
    wait = hold(sandbox, {"operation": "device_authorization"})
    first = login.start()
    wait()
    assert sandbox.approve() == 1
    second = login.start(environment={**login.environment, "AWS_CONFIG_FILE": str(other)})
    until(lambda: len(home.wants()) == 2, "both wait")
    sandbox.set_faults()
    assert finish(first).returncode == 0
    until(sandbox.approve, "the other code is approved")
    assert finish(second).returncode == 0
