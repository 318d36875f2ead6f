"""`login`: a sign-in at the user's request."""

import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.terminal import Terminal
from tests.cli.conftest import SignIn

URL = re.compile(r"http://127\.0\.0\.1:\d+/[0-9a-f]{32}")


@pytest.fixture
def login(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``sso-credential-process login``."""
    return command("login")


def at(person: Person, executable: Executable) -> dict[str, str]:
    """Return the environment in which this user is at the browser."""
    return {**executable.environment, "BROWSER": person.browser}


def open_by_hand(url: str, person: Person) -> None:
    """Open an address in a user's own browser."""
    subprocess.run(shlex.split(person.browser.replace("%s", url)), check=True)


def date(seconds: int) -> str:
    """Return the date at this distance from now."""
    moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_login_serves_the_callers(login: Executable, get: Executable, sandbox: Sandbox) -> None:
    """Users sign in once in the morning, and are not asked for the rest of the day."""
    assert login().returncode == 0
    assert get(*get.arguments, "--no-login").returncode == 0
    assert sandbox.counters()["authorize"] == 1


def test_a_login_that_is_not_needed_asks_nothing(login: Executable, sandbox: Sandbox) -> None:
    """Scripts run it every time: it sends no request, and reports why."""
    login()
    before = sandbox.requests()
    again = login()
    assert (again.returncode, sandbox.requests()) == (0, before)
    assert re.fullmatch(
        r"Already signed in to corp\. The token is valid until \d\d:\d\d and renews automatically\.\n",
        again.stderr,
    )


def test_a_login_ends_the_cooldown(
    login: Executable, get: Executable, people: Callable[..., Person]
) -> None:
    """A user who types it is present, and wants to be asked."""
    assert get(environment=at(people("--deny"), get)).returncode == 4
    assert get().returncode == 3
    assert login().returncode == 0
    assert get().returncode == 0


def test_a_login_prompts_even_if_prompting_is_switched_off(login: Executable) -> None:
    """The switch is for pages that open automatically."""
    never = {**login.environment, "SSO_CREDENTIAL_PROCESS_LOGIN": "never"}
    assert login(environment=never).returncode == 0


def test_a_login_prints_messages_on_stderr_only(login: Executable) -> None:
    """Its messages are for users; stdout is for programs."""
    done = login()
    assert (done.stdout, "Signed in to corp. The token is valid until" in done.stderr) == ("", True)


def test_a_denied_login_has_its_exit_code(login: Executable, people: Callable[..., Person]) -> None:
    """The exit codes are the same for every command."""
    assert login(environment=at(people("--deny"), login)).returncode == 4


@pytest.mark.parametrize("session", ["nosuch", "../.."])
def test_a_login_to_an_unknown_session_is_refused_in_one_line(
    login: Executable, session: str
) -> None:
    """Users often mistype the name."""
    done = login("--sso-session", session)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_force_ends_the_session_and_begins_another(login: Executable, sandbox: Sandbox) -> None:
    """Before a long job: a new session lasts its full time."""
    login()
    assert login("--force").returncode == 0
    counters = sandbox.counters()
    assert (counters["logout"], counters["authorize"]) == (1, 2)


def test_force_serves_the_callers_that_wait_already(
    login: Executable, get: Executable, people: Callable[..., Person], home: Home
) -> None:
    """The page of `get` was lost; its caller gets the result of the new one."""
    waiting = get.start(environment=at(people("--leave"), get))
    until(lambda: home.host_files("sign_in"), "the sign-in is open")
    assert login("--force").returncode == 0
    assert finish(waiting).returncode == 0


def test_a_token_that_lasts_long_enough_is_left_alone(
    login: Executable, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """`--min-remaining 30m` does nothing if an hour is left."""
    sign_in()
    assert login("--min-remaining", "30m").returncode == 0
    assert sandbox.requests() == []


def test_a_token_that_ends_too_soon_is_renewed(
    login: Executable, sandbox: Sandbox, sign_in: SignIn, nobody: Person
) -> None:
    """A new one needs no user, so none is asked."""
    sign_in(expiresAt=date(1800))
    done = login("--min-remaining", "45m", environment=at(nobody, login))
    assert (done.returncode, sandbox.counters()["token"]["refresh_token"]) == (0, 1)


def test_a_token_that_ends_too_soon_and_cannot_be_refreshed_needs_the_user(
    login: Executable, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """Without a refresh token it is only valid until its date."""
    sign_in(expiresAt=date(1800), refreshToken="")
    assert login("--min-remaining", "45m").returncode == 0
    assert sandbox.counters()["authorize"] == 1


def test_a_session_that_is_shorter_than_asked_is_a_failure(
    login: Executable, sandbox: Sandbox
) -> None:
    """A long job must not start if the session may be too short, and the user must not be asked twice."""
    sandbox.set_faults({"operation": "token", "preset": "missing_field", "field": "refreshToken"})
    done = login("--min-remaining", "4h")
    assert (done.returncode, sandbox.counters()["authorize"]) == (4, 1)
    assert "the token of corp is valid for only 1 h" in done.stderr


@pytest.mark.parametrize("time", ["4", "h", "4x", "-4h", "4.5h"])
def test_an_invalid_time_is_refused(login: Executable, nobody: Person, time: str) -> None:
    """Otherwise seconds mistaken for hours would be noticed in the middle of the job."""
    done = login("--min-remaining", time, environment=at(nobody, login))
    assert (done.returncode, "give one like 90s, 30m or 4h" in done.stderr) == (2, True)


@pytest.mark.parametrize("option", ["--device-code", "--use-device-code"])
def test_a_device_code_is_shown_without_a_terminal(
    login: Executable, home: Home, sandbox: Sandbox, nobody: Person, option: str
) -> None:
    """The log of a remote machine shows the address and the code, once; the second option is the AWS CLI's."""
    waiting = login.start(option, environment=at(nobody, login))
    until(sandbox.device_authorizations, "the code is there")
    until(lambda: home.state.glob("*/device_authorization"), "it is written down")
    (asked,) = sandbox.device_authorizations()
    assert waiting.stderr is not None
    shown = "".join(waiting.stderr.readline() for _ in range(3))
    sandbox.approve()
    assert finish(waiting).returncode == 0
    assert (shown.count(asked["user_code"]) >= 1, "Sign in to corp" in shown) == (True, True)


def test_no_browser_shows_the_address_for_any_browser(
    login: Executable, people: Callable[..., Person], nobody: Person
) -> None:
    """The default browser may not have the right profile or window."""
    waiting = login.start("--no-browser", environment=at(nobody, login))
    assert waiting.stderr is not None
    said = waiting.stderr.readline() + waiting.stderr.readline()
    open_by_hand(URL.findall(said)[0], people())
    assert finish(waiting).returncode == 0


def test_the_port_can_be_chosen(login: Executable, person: Person) -> None:
    """`ssh -L 8765:127.0.0.1:8765` needs to know it in advance."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert login("--port", str(port)).returncode == 0
    assert f"http://127.0.0.1:{port}/" in person.arrivals()[0]


@pytest.mark.parametrize("options", [("--port", "8765", "--device-code"), ("--port", "70000")])
def test_an_invalid_port_is_refused(
    login: Executable, nobody: Person, options: tuple[str, ...]
) -> None:
    """A device code uses no port, and port numbers are limited."""
    assert login(*options, environment=at(nobody, login)).returncode == 2


def test_several_sessions_are_listed(login: Executable, lab: str, nobody: Person) -> None:
    """With several sessions, none is chosen by a guess."""
    done = login(environment=at(nobody, login))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"corp, {lab}; give --sso-session NAME or --all" in done.stderr


def test_all_signs_in_to_each(login: Executable, home: Home, lab: str) -> None:
    """On Monday morning, one command for all sessions."""
    assert login("--all").returncode == 0
    assert [home.token_file(name).exists() for name in ("corp", lab)] == [True, True]


def test_all_continues_after_a_failure(login: Executable, home: Home, lab: str) -> None:
    """A broken section must not prevent the other sign-ins, but must be reported."""
    config = home.config.read_text()
    home.config.write_text(config.replace("sso_region", "region", 1))
    done = login("--all")
    assert (done.returncode, home.token_file(lab).exists()) == (2, True)
    assert "sso_region in [sso-session corp] is missing" in done.stderr


def test_ctrl_c_ends_what_the_login_began(
    login: Executable, terminal: Terminal, home: Home, people: Callable[..., Person]
) -> None:
    """Otherwise a user could find the page days later, and sign another program in."""
    leaving = {**at(people("--leave"), login), "TERM": "xterm"}
    process = login.start(environment=leaving, prefix=terminal.everything, stdin=terminal.keyboard)
    until(lambda: "Ctrl-C to cancel" in terminal.text(), "the time is counted down")
    terminal.press("\x03")
    assert finish(process).returncode == 130
    assert home.host_files("sign_in") == []
    assert "Cancelled the sign-in to corp." in terminal.seen()


def test_ctrl_c_leaves_alone_what_another_program_waits_for(
    login: Executable,
    get: Executable,
    terminal: Terminal,
    home: Home,
    people: Callable[..., Person],
    pause: Pause,
) -> None:
    """A user who has only joined terraform's sign-in must not cancel it."""
    person = people("--wait-for", str(pause.path))
    other = get.start(environment=at(person, get))
    until(lambda: home.host_files("sign_in"), "the sign-in is open")
    process = login.start(
        environment={**at(person, login), "TERM": "xterm"},
        prefix=terminal.everything,
        stdin=terminal.keyboard,
    )
    until(lambda: "left). Ctrl-C to " in terminal.text(), "the time is counted down")
    assert "Ctrl-C to stop waiting." in terminal.text()
    terminal.press("\x03")
    assert finish(process).returncode == 130
    assert "asks for Developer in 111122220001 (corp)" in terminal.seen()
    assert "The sign-in stays open" in terminal.seen()
    until(pause.end, "the person answers")
    assert finish(other).returncode == 0


def test_ctrl_c_in_another_command_only_stops_waiting(
    command: Callable[[str], Executable],
    terminal: Terminal,
    home: Home,
    people: Callable[..., Person],
) -> None:
    """Its user did not ask for a sign-in, and can finish it for the next call; the line must not claim otherwise."""
    roles = command("roles")
    process = roles.start(
        environment={**at(people("--leave"), roles), "TERM": "xterm"},
        prefix=terminal.everything,
        stdin=terminal.keyboard,
    )
    until(lambda: "left). Ctrl-C to " in terminal.text(), "the time is counted down")
    assert "Ctrl-C to stop waiting." in terminal.text()
    terminal.press("\x03")
    finish(process)
    assert home.host_files("sign_in")


def test_an_interrupt_in_a_script_is_130(
    login: Executable, home: Home, people: Callable[..., Person]
) -> None:
    """Even without a terminal, and no sign-in stays open."""
    process = login.start(environment=at(people("--leave"), login))
    until(lambda: home.host_files("sign_in"), "the sign-in is open")
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    assert finish(process).returncode == 130
    assert home.host_files("sign_in") == []


@pytest.mark.parametrize("next_command", ["get", "login"])
def test_after_a_cancelled_login_the_next_command_asks(
    login: Executable,
    get: Executable,
    person: Person,
    people: Callable[..., Person],
    next_command: str,
) -> None:
    """The user has denied nothing: a pause would be a puzzle, and SDKs would fail in it."""
    process = login.start(environment=at(people("--leave"), login))
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    assert finish(process).returncode == 130
    done = {"get": get, "login": login}[next_command]()
    assert (done.returncode, len(person.arrivals())) == (0, 1)


def test_the_address_is_shown_once(login: Executable, terminal: Terminal) -> None:
    """The prompt that callers write to the terminal would be a second one."""
    environment = {**login.environment, "TERM": "xterm"}
    process = login.start(
        environment=environment, prefix=terminal.everything, stdin=terminal.keyboard
    )
    assert finish(process).returncode == 0
    assert len(URL.findall(terminal.text())) == 1


def test_nobody_to_ask_is_exit_3(login: Executable, sandbox: Sandbox) -> None:
    """A job at night must not wait for ten minutes."""
    nowhere = {name: value for name, value in login.environment.items() if name != "BROWSER"}
    done = login(environment=nowhere)
    assert (done.returncode, sandbox.requests()) == (3, [])
    assert "--device-code" in done.stderr
