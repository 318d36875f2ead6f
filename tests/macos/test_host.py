"""The identity of a Mac, whose name changes with its network."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from tests.kills.test_machines import on_host


@pytest.mark.usefixtures("signed_in")
def test_another_network_is_not_another_machine(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """A second broker would open a second page, and the two would wait for each other."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    names = ("Annas-Book.local", "annas-book-2.local", "dhcp-17.example.com")
    for account, name in zip(sandbox.accounts, names, strict=True):
        line = (*get.arguments[:3], account.account_id, *get.arguments[4:])
        done = get(*line, prefix=on_host(name), environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    (info,) = home.host_files("broker.info")
    assert f"pid={processes.last(home.path)} " in info.read_text()


def test_another_mac_is_shown_by_its_name(
    get: Executable, home: Home, people: Callable[..., Person], nobody: Person
) -> None:
    """Users whose home is on a server read that the page is on `mac`, and had to try all of them."""
    leaves = {**get.environment, "BROWSER": people("--leave").browser}
    there = get.start(prefix=on_host("Annas-Book.local"), environment=leaves)

    def is_in_a_sign_in(word: str) -> bool:
        return any(word in file.read_text() for file in home.host_files("sign_in"))

    until(lambda: is_in_a_sign_in("arrived"), "it is open")
    (home.path / "bootsessionuuid").write_text("another Mac\n")
    environment = {**get.environment, "BROWSER": nobody.browser}
    on_the_other = on_host("Bens-Book.local")
    with get.start(prefix=on_the_other, environment=environment) as waits:
        until(lambda: is_in_a_sign_in("elsewhere"), "the other Mac waits")
        here = get(*get.arguments, "--wait", "5", prefix=on_the_other, environment=environment)
        waits.kill()
    there.kill()
    finish(there)
    assert here.returncode == 1
    assert "is still open on Annas-Book.local" in here.stderr


@pytest.mark.usefixtures("signed_in")
def test_a_mac_without_an_identifier_has_a_folder_of_its_own(get: Executable, home: Home) -> None:
    """Where `sysctl` fails, all Macs shared one folder, and so a broker that the others could not reach."""
    (home.path / "bootsessionuuid").write_text("")
    for name in ("Annas-Book.local", "Bens-Book.local"):
        assert get(prefix=on_host(name)).returncode == 0
        home.document(get.arguments[3], get.arguments[5]).unlink()
    assert len(home.host_files("broker.info")) == 2


def test_a_home_below_a_link_is_the_same_home(get: Executable, home: Home, nobody: Person) -> None:
    """`/tmp`, `/var` and the homes of some companies are links to `/private` or to another volume."""
    assert get().returncode == 0
    link = home.path.with_name("link")
    link.symlink_to(home.path.parent)
    environment = {**get.environment, "HOME": str(link / "home"), "BROWSER": nobody.browser}
    for role in ("Developer", "Administrator"):
        done = get(*get.arguments[:-1], role, environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    assert len(home.host_files("broker.info")) == 1
