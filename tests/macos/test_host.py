"""Which machine this is: its name changes with the network that a Mac is on."""

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.kills.test_machines import on_host


@pytest.mark.usefixtures("signed_in")
def test_another_network_is_not_another_machine(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """A second broker would open a second page, and each would wait for the other's."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    names = ("Annas-Book.local", "annas-book-2.local", "dhcp-17.example.com")
    for account, name in zip(sandbox.accounts, names, strict=True):
        line = (*get.arguments[:3], account.account_id, *get.arguments[4:])
        done = get(*line, prefix=on_host(name), environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    (info,) = home.host_files("broker.info")
    assert f"pid={processes.last(home.path)} " in info.read_text()


def test_a_home_below_a_link_is_the_same_home(get: Executable, home: Home, nobody: Person) -> None:
    """`/tmp`, `/var` and the homes of some companies lead to `/private` or to another volume."""
    assert get().returncode == 0
    link = home.path.with_name("link")
    link.symlink_to(home.path.parent)
    environment = {**get.environment, "HOME": str(link / "home"), "BROWSER": nobody.browser}
    for role in ("Developer", "Administrator"):
        done = get(*get.arguments[:-1], role, environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    assert len(home.host_files("broker.info")) == 1
