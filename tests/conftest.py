"""What the tests share: a pretend Identity Center, a home, a person, and the executable."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox

# Last, so that what is tested is the installed package, and not the checkout's.
sys.path.append(str(Path(__file__).parents[1]))

from testing import fixed_cases, installation, processes
from testing.events import until
from testing.executable import Executable, finish, inherited
from testing.guard import guarded
from testing.home import Home
from testing.people import Pause, Person, meeting
from testing.terminal import Terminal
from tests.skips import pytest_runtest_makereport  # noqa: F401  a hook

fixed_cases.choose()

ROLE_NAME = "Developer"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps the pictures of the browser tests."""
    parser.addoption("--pictures", metavar="FOLDER", help="keep pictures of our pages there")


@pytest.fixture(scope="session", autouse=True)
def _real_home_is_unreachable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with guarded(tmp_path_factory.mktemp("nobodys-home")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _signals_are_as_in_a_terminal() -> None:
    # Under nohup, and in the background of a script, they are ignored, and every child would inherit that.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    assert processes.of(tmp_path_factory.getbasetemp()) == {}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a pretend Identity Center with three accounts of two roles."""
    with Sandbox(accounts=3, roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox) -> Iterator[Home]:
    """Make a home that knows the sandbox as the SSO session corp; end all that runs in it."""
    home = Home(tmp_path / "home")
    home.add_session(sandbox)
    yield home
    processes.end(tmp_path)
    for log in home.host_files("broker.log"):
        print(log.read_text())


@pytest.fixture
def signed_in(home: Home, sandbox: Sandbox) -> Home:
    """Sign in without anybody being asked."""
    home.sign_in(sandbox)
    return home


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., Person]:
    """Return how to meet people: ``people("--deny")``; each keeps a record of their own."""
    return meeting(tmp_path, Person)


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    """Meet the person who signs in and consents."""
    return people()


@pytest.fixture
def nobody(people: Callable[..., Person]) -> Iterator[Person]:
    """Hand out a `$BROWSER` that nobody may ever call."""
    nobody = people("--absent")
    yield nobody
    assert nobody.arrivals() == []


@pytest.fixture
def pause(tmp_path: Path) -> Pause:
    """Make a moment for a person to wait for."""
    return Pause.at(tmp_path / "pause")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Sit down at a terminal."""
    terminal = Terminal()
    yield terminal
    terminal.hang_up()


@pytest.fixture
def environment(home: Home, sandbox: Sandbox, person: Person) -> dict[str, str]:
    """Return all that a child process is told: little, so that nothing leaks in from outside."""
    bin_folders = (Path(sys.executable).parent, "/usr/local/bin", "/usr/bin", "/bin")
    return inherited(
        {
            "HOME": str(home.path),
            "PATH": os.pathsep.join(map(str, bin_folders)),
            "BROWSER": person.browser,
            **sandbox.environment,
        }
    )


@pytest.fixture
def get(home: Home, sandbox: Sandbox, environment: dict[str, str]) -> Executable:
    """Return the installed ``sso-credential-process get``, ready to be called."""
    line = ("--sso-session", "corp", "--account-id", sandbox.accounts[0].account_id)
    return Executable("get", home.path, environment, (*line, "--role-name", ROLE_NAME))


@pytest.fixture
def leave_open(get: Executable, people: Callable[..., Person]) -> Callable[[], Person]:
    """Return how to begin a sign-in that nobody ends, and that nobody waits for any more."""

    def leave_open() -> Person:
        gone = people("--leave")
        caller = get.start(environment={**get.environment, "BROWSER": gone.browser})
        until(gone.arrivals, "the page is open")
        caller.kill()
        finish(caller)
        return gone

    return leave_open


@pytest.fixture
def break_import(get: Executable, tmp_path: Path) -> Callable[[str], Executable]:
    """Return how to break a module of an installation, as an upgrade that went wrong does."""
    folder = tmp_path / "broken"
    executable = installation.make(folder)

    def break_(module: str) -> Executable:
        modules = installation.modules(folder)
        (modules / f"{module}.py").write_text(f"raise ImportError('{module} is broken')\n")
        # Before those of Python itself, too.
        (modules / "first.pth").write_text(f"import sys; sys.path.insert(0, {str(modules)!r})\n")
        return replace(get, path=executable)

    return break_
