"""Fixtures for all tests: a pretend Identity Center, a home, a user, and the executable."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox

# Last, so that what is tested is the installed package, and not the checkout's.
sys.path.append(str(Path(__file__).parents[1]))

from testing import fixed_cases, installation, open_browser, processes
from testing.events import time_zone_of_the_morning, until
from testing.executable import PATH, Executable, finish
from testing.guard import guarded
from testing.home import Home
from testing.people import Pause, Person, meeting
from testing.terminal import Terminal
from tests.skips import pytest_runtest_makereport  # noqa: F401  a hook

fixed_cases.choose()

ROLE_NAME = "Developer"

# Folders of tests whose processes do not measure coverage: they repeat the same in many clients or against many
# faults, and starting a measurement takes longer than most processes do. Some homes cannot be written to either.
UNMEASURED = {"faults", "home_faults", "interop", "sdks"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that saves the pictures of the browser tests."""
    parser.addoption("--pictures", metavar="FOLDER", help="keep pictures of our pages there")


@pytest.fixture(scope="session", autouse=True)
def _real_home_is_unreachable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with guarded(tmp_path_factory.mktemp("nobodys-home")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _signals_are_as_in_a_terminal() -> None:
    # Under nohup and in background jobs of a script these signals are ignored, and every child would inherit that.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def _nothing_outlives_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    assert processes.of(tmp_path_factory.getbasetemp()) == {}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a pretend Identity Center with three accounts and two roles in each."""
    with Sandbox(accounts=3, roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox) -> Iterator[Home]:
    """Make a home whose config has the sandbox as the SSO session corp; end all processes in it afterwards."""
    home = Home(tmp_path / "home")
    home.add_session(sandbox)
    yield home
    processes.end(tmp_path)
    for log in home.host_files("broker.log"):
        print(log.read_text())


@pytest.fixture
def signed_in(home: Home, sandbox: Sandbox) -> Home:
    """Sign in without prompting a user."""
    home.sign_in(sandbox)
    return home


@pytest.fixture(scope="session")
def browser_program() -> Iterator[Path]:
    """Open a browser, and return the program that hands it a page."""
    with open_browser.open_browser() as program:
        yield program


@pytest.fixture
def people(tmp_path: Path, browser_program: Path) -> Callable[..., Person]:
    """Return a function that makes users: ``people("--deny")``; each keeps a separate record."""
    return meeting(tmp_path, partial(open_browser.user, browser_program))


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    """Return the user who signs in and consents."""
    return people()


@pytest.fixture
def nobody(people: Callable[..., Person]) -> Iterator[Person]:
    """Return a user whose `$BROWSER` must never be called."""
    nobody = people("--absent")
    yield nobody
    assert nobody.arrivals() == []


@pytest.fixture
def pause(tmp_path: Path) -> Pause:
    """Return an event that a user can wait for."""
    return Pause.at(tmp_path / "pause")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Open a terminal."""
    terminal = Terminal()
    yield terminal
    terminal.hang_up()


@pytest.fixture
def environment(
    home: Home, sandbox: Sandbox, person: Person, request: pytest.FixtureRequest
) -> dict[str, str]:
    """Return the whole environment of child processes: short, so that nothing leaks in from outside."""
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    own = dict.fromkeys((PATH.parent, Path(sys.executable).parent))
    bin_folders = (*own, "/usr/local/bin", "/usr/bin", "/bin")
    return {
        "HOME": str(home.path),
        "PATH": os.pathsep.join(map(str, bin_folders)),
        "BROWSER": person.browser,
        "TZ": time_zone_of_the_morning(),
        **sandbox.environment,
        **({} if request.path.parent.name in UNMEASURED else coverage),
    }


@pytest.fixture
def get(home: Home, sandbox: Sandbox, environment: dict[str, str]) -> Executable:
    """Return the installed ``sso-credential-process get``, ready to be called."""
    line = ("--sso-session", "corp", "--account-id", sandbox.accounts[0].account_id)
    return Executable("get", home.path, environment, (*line, "--role-name", ROLE_NAME))


@pytest.fixture
def identity(sandbox: Sandbox) -> Callable[[str], str]:
    """Return a function that asks STS whose credentials a line of `get` has, or what `export` prints as JSON."""
    from testing.caller_identity import caller_identity  # boto3, which few tests need

    return lambda text: str(caller_identity(sandbox, text)["Arn"])


@pytest.fixture
def leave_open(get: Executable, people: Callable[..., Person]) -> Callable[[], Person]:
    """Return a function that begins a sign-in which stays open, and for which no caller waits."""

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
    """Return a function that breaks a module of an installation, as a failed upgrade does."""
    folder = tmp_path / "broken"
    executable = installation.make(folder)

    def break_(module: str) -> Executable:
        modules = installation.modules(folder)
        (modules / f"{module}.py").write_text(f"raise ImportError('{module} is broken')\n")
        # It must also come before the modules of Python itself.
        (modules / "first.pth").write_text(f"import sys; sys.path.insert(0, {str(modules)!r})\n")
        return replace(get, path=executable)

    return break_
