"""Signing in where only a terminal is available: DESIGN 4, RFC 8628, black box."""

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import token_journal
from testing import processes
from testing.clock import Clock, needs_faketime
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.person import Browser, answer
from testing.terminal import Terminal
from tests.identity.held import hold

Process = Popen[str]


@pytest.fixture
def window() -> Iterator[Terminal]:
    """Open a second terminal."""
    window = Terminal()
    yield window
    window.hang_up()


@pytest.fixture
def ssh(get: Executable) -> dict[str, str]:
    """Return the environment of an SSH login: a terminal, and no browser."""
    there = {name: value for name, value in get.environment.items() if name != "BROWSER"}
    return {**there, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "DISPLAY": ":10"}


@pytest.fixture
def caller(get: Executable, terminal: Terminal, ssh: dict[str, str]) -> Process:
    """Start a caller at the terminal, with its stdout and stderr captured."""
    return get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard)


def code_on(terminal: Terminal) -> str:
    """Wait for the code that the user is shown."""
    until(lambda: re.search(r"code +[A-Z]{4}-[A-Z]{4}", terminal.text()), "the code is shown")
    return str(re.findall(r"code +([A-Z]{4}-[A-Z]{4})", terminal.text())[-1])


def broker_of(get: Executable) -> int:
    """Return the process of the broker."""
    (broker,) = (process for process, line in processes.of(get.home).items() if " broker " in line)
    return broker


def test_a_code_is_enough(caller: Process, terminal: Terminal, sandbox: Sandbox) -> None:
    """Over SSH the user types the code in, on any device with a browser."""
    assert sandbox.approve(code_on(terminal)) == 1
    done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"AccessKeyId"' in done.stdout


def test_all_requests_before_the_code_have_one_deadline(get: Executable, sandbox: Sandbox) -> None:
    """With a deadline for each request, a caller gave up, without a reason, before the last one was over.

    The whole may take 30 seconds. After a registration that takes two, a wait of 29 would be too long.
    """
    sandbox.set_faults(
        {"operation": "register", "delay_seconds": 2},
        {
            "operation": "device_authorization", "status": 429, "body": {},
            "headers": {"Retry-After": "29"},
        },
    )  # fmt: skip
    login = Executable("login", get.home, get.environment, ("--sso-session", "corp"))
    done = login(*login.arguments, "--device-code")
    assert (done.returncode, sandbox.counters()["device_authorization"]) == (5, 1)
    assert "throttling" in done.stderr


def test_the_prompt_says_who_asks_for_what(
    caller: Process, terminal: Terminal, sandbox: Sandbox
) -> None:
    """A code without a reason is what phishers send."""
    code = code_on(terminal)
    lines = terminal.text().splitlines()
    assert re.fullmatch(r"\S+ asks for Developer in 111122220001 \(corp\)", lines[0])
    assert lines[1].startswith("Sign in at   http")
    assert lines[2] == f"with code    {code}"
    sandbox.approve(code)
    finish(caller)


def test_no_code_is_shown_where_a_browser_is(
    get: Executable, terminal: Terminal, sandbox: Sandbox
) -> None:
    """Then a user who receives a code knows that it comes from a stranger."""
    done = finish(get.start(prefix=terminal.prefix, stdin=terminal.keyboard))
    assert (done.returncode, sandbox.counters()["authorize"]) == (0, 1)
    assert (sandbox.counters()["device_authorization"], "code" in terminal.text()) == (0, False)


def test_the_token_can_be_renewed(
    caller: Process, terminal: Terminal, sandbox: Sandbox, home: Home
) -> None:
    """Without a scope the service would issue a token that ends after eight hours in any case."""
    sandbox.approve(code_on(terminal))
    finish(caller)
    assert json.loads(home.token_file().read_text())["refreshToken"]


def test_a_denial_answers_all_callers(
    caller: Process,
    get: Executable,
    terminal: Terminal,
    window: Terminal,
    ssh: dict[str, str],
    sandbox: Sandbox,
    home: Home,
) -> None:
    """After a denial, the next caller must not show the next code."""
    code = code_on(terminal)
    second = get.start(environment=ssh, prefix=window.prefix, stdin=window.keyboard)
    until(lambda: len(home.wants()) == 2, "both wait")
    sandbox.deny(code)
    answers = [finish(each) for each in (caller, second)]
    assert [answer.returncode for answer in answers] == [4, 4]
    retry = "to try again, run: sso-credential-process login --sso-session corp"
    denied = f"sso-credential-process: the sign-in was denied in the browser; {retry}\n"
    assert {answer.stderr for answer in answers} == {denied}  # as of a sign-in without a code
    assert sandbox.counters()["device_authorization"] == 1


def test_an_expired_code_is_reported(caller: Process, terminal: Terminal, sandbox: Sandbox) -> None:
    """A code lives for ten minutes, and polling must end with it."""
    code_on(terminal)
    sandbox.expire("device_authorizations")
    done = finish(caller)
    assert done.returncode == 3
    assert "the sign-in was not finished" in done.stderr


@needs_faketime
def test_a_code_that_was_approved_in_time_does_not_expire_while_its_tokens_are_stored(
    get: Executable,
    terminal: Terminal,
    ssh: dict[str, str],
    sandbox: Sandbox,
    home: Home,
    tmp_path: Path,
) -> None:
    """Otherwise the user was asked for another code, and the good tokens were revoked.

    The test decides how long storing takes: a killed exchange has left tokens, which are revoked first.
    """
    clock = Clock.in_folder(tmp_path / "clock")
    ssh |= {**clock.environment, "SSO_CREDENTIAL_PROCESS_TIMEOUT": "600"}
    get = replace(get, path=clock.executable)
    caller = get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard)
    code = code_on(terminal)
    journal = token_journal.path(str(home.token_file()), "the one before")
    Path(journal).write_text(json.dumps(sandbox.sign_in("ada")))
    is_held = hold(sandbox, {"operation": "logout"})
    sandbox.approve(code)
    is_held()
    clock.set(15 * 60)
    # The broker checks the clock between its answers, four times a second.
    for _ in range(5):
        assert get("--no-login", *get.arguments, environment=ssh).returncode == 3
    sandbox.set_faults()
    assert finish(caller).returncode == 0
    assert sandbox.counters()["logout"] == 1


def test_each_terminal_shows_the_code_once(
    caller: Process,
    get: Executable,
    terminal: Terminal,
    window: Terminal,
    ssh: dict[str, str],
    sandbox: Sandbox,
) -> None:
    """The user looks at one window, where the same line twice would be noise."""
    second = get.start(environment=ssh, prefix=window.prefix, stdin=window.keyboard)
    code = code_on(window)
    assert code_on(terminal) == code
    sandbox.approve(code)
    assert [finish(each).returncode for each in (caller, second)] == [0, 0]
    assert [each.text().count("with code") for each in (terminal, window)] == [1, 1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_code_is_shown_again_where_its_caller_has_ended(
    get: Executable,
    terminal: Terminal,
    ssh: dict[str, str],
    sandbox: Sandbox,
    home: Home,
    number: signal.Signals,
) -> None:
    """A user who presses Ctrl-C and tries again would see nothing, and think that the program hangs."""
    shell = ("/bin/sh", "-c", '"$@"; "$@" & "$@" & "$@" & wait', "sh")
    prefix = (*terminal.prefix, *shell)
    started = get.start(environment=ssh, prefix=prefix, stdin=terminal.keyboard)
    code = code_on(terminal)
    running = processes.of(get.home).items()
    (first,) = (one for one, line in running if " get " in line and '"$@"' not in line)
    os.kill(first, number)
    until(lambda: terminal.text().count("with code") == 2, "the code is shown again")
    until(lambda: len(home.wants()) == 3, "all of the second time wait")
    sandbox.approve(code)
    assert len(finish(started).stdout.splitlines()) == 3
    assert re.findall(r"with code +(\S+)", terminal.text()) == [code, code]


def test_a_caller_that_looks_late_does_not_show_the_code_again(
    get: Executable,
    terminal: Terminal,
    ssh: dict[str, str],
    sandbox: Sandbox,
    home: Home,
    pause: Pause,
    tmp_path: Path,
) -> None:
    """On a busy machine, one of fifty finds a sign-in open that has ended before it gets to show it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import credential_process.client.terminal as terminal\n"
        "show = terminal.show\n"
        "def show_late(*arguments):\n"
        f"    open({str(pause.path)!r}).read()\n"
        "    show(*arguments)\n"
        "terminal.show = show_late\n"
    )
    shell = ("/bin/sh", "-c", '"$@" & PYTHONPATH="$0" "$@" & wait', str(tmp_path))
    prefix = (*terminal.prefix, *shell)
    started = get.start(environment=ssh, prefix=prefix, stdin=terminal.keyboard)
    code = code_on(terminal)
    late = until(pause.waiting, "the other is about to show it")
    sandbox.approve(code)
    until(lambda: len(home.wants()) == 0, "the sign-in has ended")
    os.close(late)
    assert len(finish(started).stdout.splitlines()) == 2
    assert terminal.text().count("with code") == 1


def test_a_killed_broker_costs_no_second_code(
    caller: Process, terminal: Terminal, sandbox: Sandbox, get: Executable
) -> None:
    """The code that the user has stays valid: the next broker continues to poll."""
    code = code_on(terminal)
    (broker,) = (process for process, line in processes.of(get.home).items() if " broker " in line)
    processes.kill(broker)
    sandbox.approve(code)
    assert finish(caller).returncode == 0
    assert sandbox.counters()["device_authorization"] == 1
    assert terminal.text().count("with code") == 1


def test_polls_slow_down_on_request(
    caller: Process, terminal: Terminal, sandbox: Sandbox, home: Home
) -> None:
    """A client that continues at the same pace is refused for good (RFC 8628 §3.5)."""
    code = code_on(terminal)
    sandbox.set_faults({"preset": "slow_down"})
    file = home.session_folder() / "device_authorization"
    until(lambda: "interval=6" in file.read_text(), "the pause is longer, for the next broker too")
    sandbox.approve(code)
    assert finish(caller).returncode == 0


def test_an_unreachable_service_in_between_loses_nothing(
    caller: Process, terminal: Terminal, sandbox: Sandbox
) -> None:
    """A laptop may change its network while the user types the code in."""
    code = code_on(terminal)
    polls = sandbox.counters()["token"]["device_code"]
    sandbox.set_faults({"preset": "reset", "operation": "token", "count": 2})
    until(lambda: sandbox.counters()["token"]["device_code"] >= polls + 3, "it polls on")
    sandbox.approve(code)
    assert finish(caller).returncode == 0
    assert sandbox.counters()["device_authorization"] == 1


def test_a_company_may_block_codes(
    get: Executable, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """The message must explain that codes are blocked, and what the user can do instead."""
    sandbox.set_faults(
        {
            "operation": "device_authorization",
            "error": "UnauthorizedClientException",
            "message": "no",
        }
    )
    done = finish(get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard))
    assert done.returncode == 4
    assert "sign-in by device code refused" in done.stderr


def test_a_forgotten_client_registers_again(
    get: Executable, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """The service may forget a registration long before its 90 days are over."""
    sandbox.set_faults({"preset": "invalid_client", "operation": "device_authorization"})
    caller = get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard)
    sandbox.approve(code_on(terminal))
    assert finish(caller).returncode == 0
    assert sandbox.counters()["register"] == 2


def test_a_code_shown_on_another_host_serves_callers_here(
    get: Executable, home: Home, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """A cluster has one home and many hosts: the user types one code, not one for each host."""
    caller = get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard)
    code = code_on(terminal)
    (host,) = (home.session_folder() / "hosts").iterdir()
    processes.kill(broker_of(get))
    processes.kill(caller.pid)
    finish(caller)
    host.rename(host.with_name("another"))
    window = Terminal()
    second = get.start(environment=ssh, prefix=window.prefix, stdin=window.keyboard)
    assert code_on(window) == code
    sandbox.approve(code)
    assert finish(second).returncode == 0
    window.hang_up()
    assert sandbox.counters()["device_authorization"] == 1


def test_the_session_can_forbid_codes(
    get: Executable, home: Home, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """An administrator who fears phishing sets it in the config that all users get."""
    with home.config.open("a") as config:
        config.write("credential_process_device_code = never\n")
    done = finish(get.start(environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard))
    assert done.returncode == 3
    assert "codes are forbidden (credential_process_device_code = never)" in done.stderr
    assert sandbox.requests() == []


def test_the_session_can_forbid_every_automatic_sign_in(
    get: Executable, home: Home, nobody: Person, sandbox: Sandbox
) -> None:
    """Users sign in to production on purpose, or not at all."""
    with home.config.open("a") as config:
        config.write("credential_process_login = never\n")
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert done.returncode == 3
    assert "credential_process_login" in done.stderr
    assert sandbox.requests() == []


def test_a_prompt_can_be_switched_off(
    get: Executable, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """A full-screen program owns its terminal, and other lines would destroy its picture."""
    silent = {**ssh, "SSO_CREDENTIAL_PROCESS_PROMPT": "never"}
    done = finish(get.start(environment=silent, prefix=terminal.prefix, stdin=terminal.keyboard))
    assert done.returncode == 3
    assert terminal.text() == ""
    assert sandbox.requests() == []


def test_a_job_in_the_background_is_not_stopped(
    get: Executable, terminal: Terminal, ssh: dict[str, str], sandbox: Sandbox
) -> None:
    """Under ``stty tostop`` a write to the terminal stops the whole job, without a message."""
    terminal.forbid_background_output()
    caller = get.start(environment=ssh, prefix=terminal.background, stdin=terminal.keyboard)
    sandbox.approve(code_on(terminal))
    assert finish(caller).returncode == 0


def test_a_code_can_be_asked_for(
    get: Executable, terminal: Terminal, nobody: Person, sandbox: Sandbox
) -> None:
    """A user whose browser is on another computer sets it in the config line."""
    caller = get.start(
        *get.arguments,
        "--device-code",
        environment={**get.environment, "BROWSER": nobody.browser},
        prefix=terminal.prefix,
        stdin=terminal.keyboard,
    )
    sandbox.approve(code_on(terminal))
    assert finish(caller).returncode == 0


@pytest.mark.parametrize(
    ("session", "quoted"), [("corp", "corp"), ("x;id", "'x;id'"), ("a$(id) b", "'a$(id) b'")]
)
def test_a_terminal_without_a_browser_shows_where_the_page_is(
    get: Executable,
    people: Callable[..., Person],
    home: Home,
    sandbox: Sandbox,
    terminal: Terminal,
    ssh: dict[str, str],
    pause: Pause,
    session: str,
    quoted: str,
) -> None:
    """On a computer with a desktop and an SSH login, one sign-in serves both; otherwise a code is needed.

    The command is copied into a shell, so the name of the session, which a project's line can choose, is quoted.
    """
    if session != "corp":
        home.add_session(sandbox, session)
    line = ("--sso-session", session, *get.arguments[2:])
    person = people("--wait-for", str(pause.path))
    desktop = get.start(*line, environment={**get.environment, "BROWSER": person.browser})
    until(person.arrivals, "the page is open")
    login = get.start(*line, environment=ssh, prefix=terminal.prefix, stdin=terminal.keyboard)
    until(lambda: "--device-code" in terminal.text(), "the terminal says what else there is")
    lines = terminal.text().splitlines()
    assert person.arrivals() == [lines[2]]
    login_command = f"sso-credential-process login --sso-session {quoted} --device-code"
    assert lines[3] == f"Without a browser, run: {login_command}"
    pause.end()
    assert [finish(each).returncode for each in (desktop, login)] == [0, 0]


@pytest.mark.parametrize(
    ("option", "variable", "key"),
    [
        (("--no-browser",), {}, ""),
        ((), {"AWS_SSO_DISABLE_BROWSER": "true"}, ""),
        ((), {}, "credential_process_browser = never\n"),
    ],
    ids=["option", "variable", "session"],
)
def test_the_user_can_open_the_page_in_another_browser(
    get: Executable,
    home: Home,
    nobody: Person,
    terminal: Terminal,
    option: tuple[str, ...],
    variable: dict[str, str],
    key: str,
) -> None:
    """Users with several browser profiles copy the address into the right one."""
    with home.config.open("a") as config:
        config.write(key)
    caller = get.start(
        *get.arguments,
        *option,
        environment={**get.environment, **variable, "BROWSER": nobody.browser},
        prefix=terminal.prefix,
        stdin=terminal.keyboard,
    )
    until(
        lambda: re.search(r"http://127\.0\.0\.1:\d+/\w+\s", terminal.text()), "the address is shown"
    )
    address = re.findall(r"http://127\.0\.0\.1:\d+/\w+", terminal.text())[0]
    browser = Browser()
    browser.open(address)
    answer(browser, allow=True)
    assert finish(caller).returncode == 0


def test_the_session_can_ask_for_codes(
    get: Executable, home: Home, terminal: Terminal, nobody: Person, sandbox: Sandbox
) -> None:
    """On some desktops the browser is not the one with the user's passwords."""
    with home.config.open("a") as config:
        config.write("credential_process_device_code = always\n")
    caller = get.start(
        environment={**get.environment, "BROWSER": nobody.browser},
        prefix=terminal.prefix,
        stdin=terminal.keyboard,
    )
    sandbox.approve(code_on(terminal))
    assert finish(caller).returncode == 0


def test_an_invalid_setting_is_named(get: Executable, home: Home) -> None:
    """A typo in a config for all users must not switch a protection off."""
    with home.config.open("a") as config:
        config.write("credential_process_login = nevr\n")
    done = get()
    assert done.returncode == 2
    assert (
        "credential_process_login in [sso-session corp] is 'nevr'; give auto or never"
        in done.stderr
    )
