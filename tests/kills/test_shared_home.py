"""Containers with one home and different host names: one page for all of them, DESIGN 4."""

import fcntl
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import field_files
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.terminal import Terminal
from tests.identity.held import hold
from tests.kills.test_machines import NETWORKS, names, needs_hosts, needs_networks, on_host

HOSTS = ("north", "south", "east", "west", "middle")
MINUTE = 60


def sign_ins(home: Home) -> dict[str, dict[str, str]]:
    """Return the open sign-ins, by host name."""
    found = {path: field_files.read(str(path)) for path in home.host_files("sign_in")}
    return {
        path.parent.name.rpartition("-")[0]: fields
        for path, fields in found.items()
        if fields is not None
    }


def flows(home: Home) -> dict[str, str]:
    """Return the flow of each host's sign-in."""
    return {host: fields["flow"] for host, fields in sign_ins(home).items()}


def broker_on(home: Home, host: str) -> int:
    """Return the process id of a host's broker."""
    (info,) = (path for path in home.host_files("broker.info") if path.parent.name.startswith(host))
    return int((field_files.read(str(info)) or {})["pid"])


def code_on(terminal: Terminal) -> str:
    """Wait for the code that the user is shown, and return it."""
    shown = re.compile(r"code +([A-Z]{4}-[A-Z]{4})")
    until(lambda: shown.search(terminal.text()), "a code is shown", seconds=MINUTE)
    return str(shown.findall(terminal.text())[-1])


@needs_hosts
def test_five_hosts_that_ask_at_once_open_one_page(
    get: Executable, sandbox: Sandbox, home: Home, person: Person
) -> None:
    """Each has a broker, and none of them began first."""
    callers = [get.start(prefix=on_host(host)) for host in HOSTS]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    assert len(person.arrivals()) == 1
    counters = sandbox.counters()
    assert (counters["register"], counters["authorize"]) == (1, 1)
    assert counters["token"]["authorization_code"] == 1
    assert names(home) == set(HOSTS)
    until(lambda: sign_ins(home) == {}, "all sign-ins are closed", seconds=MINUTE)


@pytest.fixture
def north(get: Executable, people: Callable[..., Person], home: Home) -> Iterator[Popen[str]]:
    """Return a caller on north whose user has opened the page and not signed in."""
    environment = {**get.environment, "BROWSER": people("--leave").browser}
    caller = get.start(prefix=on_host("north"), environment=environment)
    until(lambda: sign_ins(home).get("north", {}).get("arrived"), "it is open", seconds=MINUTE)
    yield caller
    caller.kill()
    if caller.stdout is not None and not caller.stdout.closed:
        finish(caller)


@needs_hosts
@pytest.mark.usefixtures("north")
def test_a_caller_shows_on_which_host_the_page_is(
    get: Executable, terminal: Terminal, nobody: Person
) -> None:
    """The user is at one screen, and the container that asks may be on another host."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    prefix = (*on_host("south"), *terminal.prefix)
    with get.start(prefix=prefix, environment=environment, stdin=terminal.keyboard) as caller:
        until(lambda: "login --sso-session corp" in terminal.text(), "the prompt is there")
        done = get(*get.arguments, "--wait", "5", prefix=on_host("south"), environment=environment)
        caller.kill()
    assert done.returncode == 1
    assert "the sign-in for corp is still open on north" in done.stderr
    assert "The sign-in is open on north" in terminal.text()
    assert "sso-credential-process login --sso-session corp" in terminal.text()
    assert "http" not in terminal.text()


@needs_hosts
@pytest.mark.usefixtures("north")
def test_status_shows_on_which_host_the_page_is(
    get: Executable, home: Home, nobody: Person
) -> None:
    """An address of another host does not work here."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    with get.start(prefix=on_host("south"), environment=environment) as caller:
        until(lambda: flows(home).get("south") == "elsewhere", "south waits", seconds=MINUTE)
        done = replace(get, command="status")("--sso-session", "corp", prefix=on_host("south"))
        caller.kill()
    assert "open on north" in done.stdout
    assert "http://127" not in done.stdout


@needs_hosts
def test_a_denial_on_one_host_opens_no_page_on_another(
    get: Executable, people: Callable[..., Person], pause: Pause, home: Home, sandbox: Sandbox
) -> None:
    """A user who denies has answered all waiting callers."""
    denies = people("--deny", "--wait-for", str(pause.path))
    environment = {**get.environment, "BROWSER": denies.browser}
    callers = [get.start(prefix=on_host("north"), environment=environment)]
    until(denies.arrivals, "the page is open", seconds=MINUTE)
    callers.append(get.start(prefix=on_host("south"), environment=environment))
    until(lambda: flows(home).get("south") == "elsewhere", "south waits", seconds=MINUTE)
    until(pause.end, "the person answers", seconds=MINUTE)
    north, south = map(finish, callers)
    assert (north.returncode, south.returncode) == (4, 3)
    assert "denied in the browser" in south.stderr
    assert len(denies.arrivals()) == 1
    assert sandbox.counters()["authorize"] == 1


@needs_hosts
def test_a_host_that_could_not_wait_for_another_opens_no_second_page(
    get: Executable, home: Home, sandbox: Sandbox, people: Callable[..., Person], nobody: Person
) -> None:
    """If the service is slow, the first host takes longer to begin than the next one waits for it."""
    is_held = hold(sandbox, {"operation": "register", "count": 1})
    for folder in (home.state, home.session_folder()):
        folder.mkdir(mode=0o700)
    with (home.session_folder() / "sign_in.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        environment = {**get.environment, "BROWSER": nobody.browser}
        south = get.start(prefix=on_host("south"), environment=environment)
        is_held()
    pause = {**get.environment, "BROWSER": people("--leave").browser}
    north = get.start(prefix=on_host("north"), environment=pause)
    until(lambda: sign_ins(home).get("north", {}).get("arrived"), "it is open", seconds=MINUTE)
    sandbox.set_faults()
    until(lambda: "south" in flows(home), "south has begun", seconds=MINUTE)
    assert flows(home) == {"north": "authorization_code", "south": "elsewhere"}
    for caller in (north, south):
        caller.kill()
        finish(caller)


@needs_hosts
def test_a_host_that_is_gone_leaves_its_sign_in_to_the_next(
    get: Executable, home: Home, north: Popen[str], person: Person
) -> None:
    """`docker rm` takes the page away, and callers on other hosts need another."""
    caller = get.start(prefix=on_host("south"))
    until(lambda: flows(home).get("south") == "elsewhere", "south waits", seconds=MINUTE)
    assert person.arrivals() == []
    north.kill()
    processes.kill(broker_on(home, "north"))
    done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(person.arrivals()) == 1


@needs_hosts
def test_login_opens_a_page_where_it_is_typed(
    get: Executable, home: Home, north: Popen[str], person: Person
) -> None:
    """A user who types it wants to sign in here, and callers on other hosts get the result."""
    waits = get.start(prefix=on_host("south"))
    until(lambda: flows(home).get("south") == "elsewhere", "south waits", seconds=MINUTE)
    login = replace(get, command="login")
    done = login("--sso-session", "corp", prefix=on_host("south"))
    assert done.returncode == 0
    assert "north" not in done.stderr
    assert len(person.arrivals()) == 1
    served = [finish(waits), finish(north)]
    assert {(end.returncode, end.stderr) for end in served} == {(0, "")}


@needs_hosts
def test_the_last_login_of_two_hosts_has_the_page(
    get: Executable, home: Home, sandbox: Sandbox, people: Callable[..., Person], person: Person
) -> None:
    """The first must not take it back, or two hosts would open pages in turn for ever."""
    login = replace(get, command="login")
    session = ("--sso-session", "corp")
    left = {**get.environment, "BROWSER": people("--leave").browser}
    first = login.start(*session, prefix=on_host("north"), environment=left)
    until(lambda: sign_ins(home).get("north", {}).get("arrived"), "it is open", seconds=MINUTE)
    second = login.start(*session, prefix=on_host("south"), environment=left)
    expected = {"north": "elsewhere", "south": "authorization_code"}
    until(lambda: flows(home) == expected, "north waits for south", seconds=MINUTE)
    # A browser that came later would open the page of the third.
    until(lambda: sign_ins(home).get("south", {}).get("arrived"), "it is open", seconds=MINUTE)
    third = login(*session, prefix=on_host("south"))
    assert (third.returncode, len(person.arrivals())) == (0, 1)
    assert {finish(login).returncode for login in (first, second)} == {0}
    assert sandbox.counters()["authorize"] == 3


@needs_hosts
@pytest.mark.usefixtures("north")
def test_login_closes_the_page_of_the_other_host(
    get: Executable, home: Home, people: Callable[..., Person]
) -> None:
    """Otherwise the page that is still open there would ask the user twice."""
    login = replace(get, command="login")
    environment = {**get.environment, "BROWSER": people("--leave").browser}
    process = login.start(
        *("--sso-session", "corp"), prefix=on_host("south"), environment=environment
    )
    until(
        lambda: flows(home) == {"south": "authorization_code"},
        "there is one page, on south",
        seconds=MINUTE,
    )
    process.kill()
    finish(process)


@pytest.fixture
def window() -> Iterator[Terminal]:
    """Open a second terminal."""
    window = Terminal()
    yield window
    window.hang_up()


@needs_hosts
def test_hosts_without_a_browser_that_ask_at_once_show_one_code(
    get: Executable, sandbox: Sandbox, terminal: Terminal, window: Terminal
) -> None:
    """A code can be typed in on any device, so one is enough."""
    there = {name: value for name, value in get.environment.items() if name != "BROWSER"}
    places = {"north": terminal, "south": window}
    callers = [
        get.start(prefix=(*on_host(host), *place.prefix), environment=there, stdin=place.keyboard)
        for host, place in places.items()
    ]
    codes = {code_on(place) for place in places.values()}
    assert [sandbox.approve(code) for code in codes] == [1]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}


@needs_networks
def test_another_network_of_one_host_opens_no_second_page(
    get: Executable, leave_open: Callable[[], Person], nobody: Person, terminal: Terminal
) -> None:
    """A container with the name of its host counts as another host, too."""
    leave_open()
    environment = {**get.environment, "BROWSER": nobody.browser}
    prefix = (*NETWORKS, *terminal.prefix)
    with get.start(prefix=prefix, environment=environment, stdin=terminal.keyboard) as caller:
        until(lambda: "login --sso-session corp" in terminal.text(), "the prompt is there")
        caller.kill()
    assert "in another network namespace" in terminal.text()
