"""Which browser opens the page: a command of the session, or those in `$BROWSER`, each with arguments."""

import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.client import browser_command
from credential_process.system import posix_command_lines, windows_command_lines
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.terminal import Terminal

PAGE = re.compile(r"http://127\.0\.0\.1:\d+/[0-9a-f]{32}")
MISSING = "/nonexistent/firefox --profile work %s"
Configure = Callable[[str], None]


@pytest.fixture
def configure(home: Home) -> Configure:
    """Return a function that gives the session a browser of its own."""

    def configure(browser: str) -> None:
        with home.config.open("a") as config:
            config.write(f"credential_process_browser = {browser}\n")

    return configure


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """Return a program that only records its arguments, in a folder whose name has a space."""
    program = tmp_path / "my browsers" / "firefox"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/draft"\n'
                       f'mv "{tmp_path}/draft" "{tmp_path}/arguments"\n')  # fmt: skip
    program.chmod(0o755)
    return program


def arguments_of(recorder: Path) -> list[str]:
    """Return the arguments of the recorder, one a line."""
    return (recorder.parents[1] / "arguments").read_text().splitlines()


def at(browser: str, get: Executable) -> dict[str, str]:
    """Return the environment with this `$BROWSER`."""
    return {**get.environment, "BROWSER": browser}


@pytest.mark.parametrize("place", [" %s", ""], ids=["placed", "appended"])
def test_the_browser_of_the_session_comes_before_that_of_the_environment(
    get: Executable, configure: Configure, person: Person, nobody: Person, place: str
) -> None:
    """Two users of one portal sign in with two profiles of a browser, whichever shell asks."""
    configure(person.browser.removesuffix(" %s") + place)
    done = get(environment=at(nobody.browser, get))
    assert (done.returncode, done.stderr, len(person.arrivals())) == (0, "", 1)
    assert PAGE.fullmatch(person.arrivals()[0])


@pytest.mark.parametrize("by", ["session", "variable"])
@pytest.mark.parametrize("form", ["{url}", "--new-tab={url}"])
def test_the_arguments_reach_the_browser_as_written(
    get: Executable, configure: Configure, recorder: Path, by: str, form: str
) -> None:
    """The name of a profile may have a space, and no argument may show the state of the sign-in."""
    command = f"'{recorder}' --profile 'at work' {form.format(url='%s')}"
    if by == "session":
        configure(command)
    caller = get.start(environment=at(command if by == "variable" else "", get) | {"DISPLAY": ":9"})
    until((recorder.parents[1] / "arguments").exists, "the browser is started")
    caller.kill()
    finish(caller)
    *options, last = arguments_of(recorder)
    assert options == ["--profile", "at work"]
    assert PAGE.sub("{url}", last) == form


def test_commands_in_the_variable_may_have_arguments_and_are_tried_in_turn(
    get: Executable, person: Person
) -> None:
    """Python's `webbrowser` would take the second for the path of a program."""
    commands = f"/nonexistent/firefox --profile work:{person.browser.removesuffix(' %s')}"
    done = get(environment=at(commands, get))
    assert (done.returncode, done.stderr, len(person.arrivals())) == (0, "", 1)


def test_the_path_of_a_browser_in_the_variable_may_have_a_space(
    get: Executable, recorder: Path
) -> None:
    """It worked before commands could have arguments."""
    caller = get.start(environment=at(str(recorder), get))
    until((recorder.parents[1] / "arguments").exists, "the browser is started")
    caller.kill()
    finish(caller)
    (url,) = arguments_of(recorder)
    assert PAGE.fullmatch(url)


def test_a_browser_that_does_not_exist_fails_at_once(
    get: Executable, configure: Configure, nobody: Person
) -> None:
    """An SDK shows why; another browser could be signed in as another user."""
    configure(MISSING)
    done = get(environment=at(nobody.browser, get))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "sso-credential-process: sign-in needed for corp, but there is no program '/nonexistent/firefox', which "
        "credential_process_browser names; run in a terminal: sso-credential-process login --sso-session corp\n"
    )


def test_a_terminal_shows_the_page_of_a_browser_that_does_not_exist(
    get: Executable, configure: Configure, person: Person, nobody: Person, terminal: Terminal
) -> None:
    """The user opens the address in any browser, and knows what to correct."""
    configure(MISSING)
    environment = at(nobody.browser, get)
    caller = get.start(environment=environment, prefix=terminal.prefix, stdin=terminal.keyboard)
    until(lambda: PAGE.search(terminal.text()), "the address is shown")
    shown = terminal.text()
    found = PAGE.search(shown)
    assert found
    assert "No browser is opened: there is no program '/nonexistent/firefox', which" in shown
    assert "Opening your browser" not in shown
    subprocess.run(shlex.split(person.browser.replace("%s", found[0])), check=True)
    assert finish(caller).returncode == 0


def test_a_login_shows_the_page_of_a_browser_that_does_not_exist(
    get: Executable, configure: Configure, person: Person
) -> None:
    """Its messages go to stderr, with a terminal or without one."""
    configure(MISSING)
    login = replace(get, command="login").start("--sso-session", "corp")
    assert login.stderr is not None
    lines = [login.stderr.readline().strip() for _ in range(3)]
    assert lines[0].startswith("No browser is opened: there is no program '/nonexistent/firefox'")
    assert lines[1] == "To sign in to corp, visit:"
    subprocess.run(shlex.split(person.browser.replace("%s", lines[2])), check=True)
    assert finish(login).returncode == 0


def test_a_login_reports_that_no_program_in_the_variable_exists(
    get: Executable, person: Person
) -> None:
    """A mistyped BROWSER looks like a browser that is slow, and its user waits for it."""
    login = replace(get, command="login").start(
        "--sso-session", "corp", environment=at("firefoxx %s", get)
    )
    assert login.stderr is not None
    lines = [login.stderr.readline().strip() for _ in range(3)]
    assert lines[:2] == [
        "BROWSER names 'firefoxx', and there is no such program.",
        "If no other browser opens, sign in to corp at:",
    ]
    subprocess.run(shlex.split(person.browser.replace("%s", lines[2])), check=True)
    assert finish(login).returncode == 0


def test_a_login_that_opens_no_page_does_not_report_it(get: Executable, person: Person) -> None:
    """The variable does not matter then, nor is there a browser that might not open."""
    login = replace(get, command="login").start(
        "--sso-session", "corp", "--no-browser", environment=at("firefoxx %s", get)
    )
    assert login.stderr is not None
    lines = [login.stderr.readline().strip() for _ in range(2)]
    assert lines[0] == "To sign in to corp, visit:"
    subprocess.run(shlex.split(person.browser.replace("%s", lines[1])), check=True)
    assert finish(login).returncode == 0


NO_PAGES = ["never", "w3m"]


@pytest.mark.parametrize("setting", NO_PAGES)
def test_a_login_of_a_session_that_opens_no_page_does_not_announce_one(
    get: Executable, configure: Configure, person: Person, setting: str
) -> None:
    """The user would wait for a browser that the configuration forbids."""
    configure(setting)
    login = replace(get, command="login").start("--sso-session", "corp")
    assert login.stderr is not None
    lines = [login.stderr.readline().strip() for _ in range(2)]
    assert lines[0] == "To sign in to corp, visit:"
    subprocess.run(shlex.split(person.browser.replace("%s", lines[1])), check=True)
    assert finish(login).returncode == 0


@pytest.mark.parametrize("setting", NO_PAGES)
def test_a_terminal_shows_the_address_of_a_session_that_opens_no_page(
    get: Executable, configure: Configure, person: Person, terminal: Terminal, setting: str
) -> None:
    """The same for a caller of an SDK, which also shows what to do on a computer without a browser."""
    configure(setting)
    caller = get.start(prefix=terminal.prefix, stdin=terminal.keyboard)
    until(lambda: PAGE.search(terminal.text()), "the address is shown")
    found = PAGE.search(terminal.text())
    assert found
    _, *lines = terminal.text().split("\r\n")
    assert lines[0] == "To sign in, open this address in a browser on this computer:"
    assert person.arrivals() == []
    subprocess.run(shlex.split(person.browser.replace("%s", found[0])), check=True)
    assert finish(caller).returncode == 0


def test_one_program_that_exists_is_enough(get: Executable, people: Callable[..., Person]) -> None:
    """Users list browsers of several computers in one variable."""
    environment = at(f"firefoxx %s:{people('--leave').browser}", get)
    login = replace(get, command="login").start("--sso-session", "corp", environment=environment)
    assert login.stderr is not None
    line = login.stderr.readline()
    login.kill()
    finish(login)
    assert line == "Sign in to corp in your browser. If it does not open, visit:\n"


def test_a_program_in_the_working_folder_is_not_reported_missing(get: Executable) -> None:
    """Python starts it, and a caller without a terminal would fail for no reason."""
    program = get.home / "firefoxx"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" > {get.home}/opened\n')
    program.chmod(0o755)
    caller = get.start(
        environment=at("./firefoxx %s", get),
        prefix=("/bin/sh", "-c", f'cd {get.home} && exec "$@"', "sh"),
    )
    until((get.home / "opened").exists, "the browser is started")
    caller.kill()
    finish(caller)


def test_a_terminal_shows_that_no_program_in_the_variable_exists(
    get: Executable, person: Person, terminal: Terminal
) -> None:
    """The same for a caller of an SDK."""
    environment = at("firefoxx:chromiumm --new-window", get)
    caller = get.start(environment=environment, prefix=terminal.prefix, stdin=terminal.keyboard)
    until(lambda: PAGE.search(terminal.text()), "the address is shown")
    found = PAGE.search(terminal.text())
    assert found
    _, *lines = terminal.text().split("\r\n")
    assert lines[:2] == [
        "BROWSER names 'firefoxx' or 'chromiumm', and there is no such program.",
        "If no other browser opens, sign in at:",
    ]
    subprocess.run(shlex.split(person.browser.replace("%s", found[0])), check=True)
    assert finish(caller).returncode == 0


def test_without_a_terminal_and_a_desktop_it_fails_at_once(get: Executable) -> None:
    """No browser can open; an SDK shows why, rather than that a sign-in is open in one."""
    done = get(environment=at("firefoxx %s", get))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "sso-credential-process: sign-in needed for corp, but BROWSER names 'firefoxx', and there is no such program; "
        "run in a terminal: sso-credential-process login --sso-session corp\n"
    )


@pytest.mark.parametrize("path", [".", "", "bin"])
def test_a_program_in_the_working_folder_is_not_the_browser(
    get: Executable, configure: Configure, home: Home, path: str
) -> None:
    """A repository that `terraform` runs in may contain anything."""
    for folder in (home.path, home.path / "bin"):
        folder.mkdir(exist_ok=True)
        trap = folder / "firefox-at-work"
        trap.write_text(f"#!/bin/sh\ntouch {home.path}/trapped\n")
        trap.chmod(0o755)
    configure("firefox-at-work %s")
    done = get(environment={**get.environment, "PATH": f"{path}:{get.environment['PATH']}"})
    assert (done.returncode, (home.path / "trapped").exists()) == (3, False)


def test_a_browser_is_found_on_the_path(
    get: Executable, configure: Configure, tmp_path: Path, person: Person
) -> None:
    """The positive control of the test before."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "firefox-at-work"
    program.write_text(f'#!/bin/sh\nexec {person.browser.removesuffix(" %s")} "$1"\n')
    program.chmod(0o755)
    configure("firefox-at-work")
    path = f"{tmp_path}/bin:{get.environment['PATH']}"
    assert get(environment={**at("", get), "DISPLAY": ":9", "PATH": path}).returncode == 0


def test_it_holds_nothing_of_the_caller(
    get: Executable, configure: Configure, people: Callable[..., Person], pause: Pause
) -> None:
    """A browser stays open for days, and an SDK that waits for a pipe to close would wait as long."""
    person = people("--wait-for", str(pause.path))
    configure(person.browser)
    caller = get.start(prefix=("/bin/sh", "-c", 'exec 9>&2 "$@"', "sh"))
    until(person.arrivals, "the browser is open")
    caller.kill()
    finish(caller)
    pause.end()


def test_a_browser_for_the_terminal_is_none(get: Executable, configure: Configure) -> None:
    """It would wait for keys that no user can press."""
    (get.home / "w3m").symlink_to("/bin/true")
    configure(f"{get.home}/w3m %s")
    done = get()
    assert (done.returncode, "there is no browser or terminal here" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    "odd", ["Never", "AUTO", "", "firefox 'at work", "firefox\n  --profile work", "x" * 1001]
)
def test_what_is_no_command_is_refused(get: Executable, configure: Configure, odd: str) -> None:
    """`Never` would be looked for as a program, and a page would be shown where none may be."""
    configure(odd)
    done = get()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "credential_process_browser in [sso-session corp] is " in done.stderr
    assert "give auto or never or COMMAND in " in done.stderr


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("firefox", "firefox"),
        ("safari", "safari"),
        (r"C:\tools\firefox.exe", r"C:\tools\firefox.exe"),
        (
            r'"C:\Program Files\Mozilla Firefox\firefox.exe" -P work',
            r"'C:\Program Files\Mozilla Firefox\firefox.exe' -P work %s",
        ),
        (r"C:\tools\firefox.exe -P work %s", r"'C:\tools\firefox.exe' -P work %s"),
        (r'C:\a.exe --url=%s "at work"', r"'C:\a.exe' --url=%s 'at work'"),
        ('"C:\\open', '"C:\\open'),
        (r"C:\a.exe -P work;firefox -P work", r"'C:\a.exe' -P work %s;firefox -P work %s"),
    ],
)
def test_backslashes_of_windows_are_no_escapes(written: str, given: str) -> None:
    """Python's `webbrowser` reads the variable by the rules of POSIX on every system."""
    assert browser_command.for_python(written, windows_command_lines, ";") == given


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("firefox -P work &", "firefox -P work %s '&'"),
        ("firefox -P 'at work'", "firefox -P 'at work' %s"),
        ("w3m:firefox -P work", "w3m:firefox -P work %s"),
        ("firefox 'at work", "firefox 'at work"),
    ],
)
def test_the_address_comes_last_unless_it_has_a_place(written: str, given: str) -> None:
    """Users who know git and man expect that a command with arguments works."""
    assert browser_command.for_python(written, posix_command_lines) == given
