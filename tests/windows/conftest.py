"""A home on Windows, and the executable that runs there, in place of those of Linux."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import field_files
from testing import wine
from testing.events import until
from testing.home import Home
from testing.patient_person import Patient
from testing.people import meeting
from testing.wine import EXECUTABLE, SYSTEM_FOLDERS, Executable, Person, Windows, windows_path


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Start the agent that starts processes of Windows; they have no console."""
    with Windows() as windows:
        yield windows
    assert wine.processes_of(tmp_path_factory.getbasetemp()) == {}


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, windows: Windows) -> Iterator[Home]:
    """Make a home whose config has the sandbox as the SSO session corp; end all processes in it afterwards."""
    home = Home(tmp_path / "home")
    home.add_session(sandbox)
    yield home
    windows.end(tmp_path)
    for log in home.host_files("broker.log"):
        print(log.read_text())


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., Person]:
    """Return a function that makes users at browsers in Windows: ``people("--deny")``."""
    return meeting(tmp_path, Person)


@pytest.fixture
def visitor(people: Callable[..., Person]) -> Person:
    """Return a browser that only records the address, for a test that opens the page itself."""
    return people("--absent")


@pytest.fixture
def visit(home: Home, visitor: Person) -> Callable[[], Patient]:
    """Return a function that opens the page that `visitor` recorded, without filling in its form."""

    def is_arrival_stored() -> bool:
        return any(
            (field_files.read(str(file)) or {}).get("arrived")
            for file in home.host_files("sign_in")
        )

    def visit() -> Patient:
        (url,) = until(visitor.arrivals, "the page is opened")
        page = Patient()
        page.open(url)
        # If a broker is killed earlier, another caller opens the page again.
        until(is_arrival_stored, "the next broker will know that the page is open")
        return page

    return visit


@pytest.fixture
def environment(home: Home, sandbox: Sandbox, person: Person) -> dict[str, str]:
    """Return the environment of a process, without the variables of Windows itself."""
    return {
        "USERPROFILE": windows_path(home.path),
        "COMPUTERNAME": "WINDOWS",
        "USERNAME": "ada",
        "PATH": f"{windows_path(EXECUTABLE.parent)};{SYSTEM_FOLDERS}",
        "BROWSER": person.browser,
        **sandbox.environment,
    }


@pytest.fixture
def role(sandbox: Sandbox) -> tuple[str, ...]:
    """Return the options that name a role."""
    account = ("--account-id", sandbox.accounts[0].account_id)
    return ("--sso-session", "corp", *account, "--role-name", "Developer")


@pytest.fixture
def get(windows: Windows, environment: dict[str, str], role: tuple[str, ...]) -> Executable:
    """Return the installed ``sso-credential-process.exe get``, ready to be called.

    It waits long: on a busy machine a broker needs half a minute to start under Wine.
    """
    return Executable(windows, "get", environment, (*role, "--wait", "250"))


@pytest.fixture
def command(windows: Windows, environment: dict[str, str]) -> Callable[[str], Executable]:
    """Return a function that finds an installed command by name: ``command("status")``, without arguments."""
    return lambda name: Executable(windows, name, environment)
