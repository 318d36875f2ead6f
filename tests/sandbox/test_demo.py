"""``sandbox --demo``: what strangers run first. It shows everything, and leaves nothing behind."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from testing import processes
from testing.events import until
from testing.executable import PATH
from testing.people import Pause, Person
from testing.terminal import Terminal

CHROMIUM = (sys.executable, "-I", str(Path(__file__).parents[2] / "testing/chromium.py"))
CTRL_C = "\x03"
FAR = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_REGION": "mars-north-1",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
    "SSO_CREDENTIAL_PROCESS_HOME": "/nowhere",
    "SSO_CREDENTIAL_PROCESS_LOGIN": "never",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "CI": "true",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """Starts the demo of a user; `folder` is where it may make its own home."""

    folder: Path
    user_home: Path

    def start(
        self,
        browser: str,
        *arguments: str,
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start it; without a `terminal` there is none."""
        own = {"HOME": str(self.user_home), "TMPDIR": str(self.folder), "BROWSER": browser}
        inherited = {
            name: value for name, value in os.environ.items() if name not in {"DISPLAY", "CI"}
        }
        return subprocess.Popen(
            [*(terminal.prefix if terminal else ()), str(PATH), "sandbox", "--demo", *arguments],
            env={**inherited, **own, **(environment or {})},
            stdin=terminal.keyboard if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def is_signed_out(self) -> bool:
        """Return whether it has signed out, before any sign-in has ended: that leaves a record."""
        return bool(list(self.folder.rglob("sign-in")))

    def leaves_nothing(self) -> None:
        """Wait until all that it has started has ended: a process ends a moment after its lock shows that."""
        until(self._has_left_nothing, "all that the demo started has ended")

    def _has_left_nothing(self) -> bool:
        """Return whether its home and its processes are gone; those of a browser are the user's own."""
        return not list(self.folder.iterdir()) and not processes.of(self.folder)


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Return the demo of a user with profiles; end what it has left if a test fails."""
    folder, user_home = tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("user")
    config = user_home / ".aws" / "config"
    config.parent.mkdir()
    config.write_text("[profile production]\nregion = eu-west-1\n")
    yield Demo(folder, user_home)
    for place in (folder, user_home):
        processes.end(place)


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return how it has ended, and what it has printed."""
    stdout, stderr = process.communicate(timeout=180)
    print(stdout, stderr)  # shown by pytest if the test fails
    return process.returncode, stdout, stderr


def printed_until(process: subprocess.Popen[str], text: str) -> str:
    """Read the lines of its output up to one with a text."""
    assert process.stdout
    lines = []
    for line in iter(process.stdout.readline, ""):
        lines.append(line)
        if text in line:
            break
    return "".join(lines)


def test_the_demo_ends_with_credentials_an_identity_and_a_time(
    demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is the first thing that strangers run, and shows everything that this project promises."""
    # What Chromium leaves in its folder is not the demo's: a process of it that ends late may write there once more.
    # A short name, because the path of its socket has room for 107 bytes.
    folder = tmp_path_factory.mktemp("chromium")
    browser = ("env", f"TMPDIR={folder}", *CHROMIUM)
    exit_code, stdout, stderr = finish(demo.start(f"{shlex.join(browser)} %s"))
    assert (exit_code, stderr) == (0, "")
    identity, credentials, times, counts = (
        stdout.index(part)
        for part in (
            "arn:aws:sts::111122220001:",
            '"SessionToken": ',
            " ms, ",
            "Sign-ins: 1. Requests for credentials: 1.\n",
        )
    )
    assert identity < credentials < times < counts
    as_long, longer = (
        r"as long as Python takes to start \(\d+ ms\)",
        r"of which Python takes \d+ ms",
    )
    assert re.search(rf"\n +\d+ ms, ({as_long}|{longer} to start)\n", stdout)
    runs = re.search(r"Runs of the line: (\d+) \((\d+) of them to measure the time\)\.", stdout)
    assert runs
    assert int(runs[1]) == 2 + int(runs[2])
    assert stdout.endswith("\nNow with your own: sso-credential-process configure profile dev\n")
    demo.leaves_nothing()


def test_nothing_of_the_user_changes_it_or_is_changed(
    demo: Demo, people: Callable[..., Person], tmp_path: Path
) -> None:
    """Users who try something new have a config, variables, and a browser with settings in their home."""
    before = {path: path.stat().st_mtime_ns for path in demo.user_home.rglob("*")}
    seen = tmp_path / "home"
    script = f'echo "$HOME" > {seen}; exec {people().browser.removesuffix("%s")} "$1"'
    browser = shlex.join(["sh", "-c", script, "sh"])
    exit_code, stdout, stderr = finish(demo.start(f"{browser} %s", environment=FAR))
    assert (exit_code, stderr) == (0, "")
    assert "arn:aws:sts::111122220001:" in stdout
    assert {path: path.stat().st_mtime_ns for path in demo.user_home.rglob("*")} == before
    assert seen.read_text() == f"{demo.user_home}\n"


def test_it_does_not_claim_that_a_slow_line_is_as_fast_as_python(
    demo: Demo, people: Callable[..., Person], tmp_path: Path
) -> None:
    """With a pip that is old, or a start of Python that loads much, it is not."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\nif 'get' in sys.orig_argv: time.sleep(2)\n"
    )
    environment = {"PYTHONPATH": str(tmp_path)}
    exit_code, stdout, _ = finish(demo.start(people().browser, environment=environment))
    assert exit_code == 0
    assert re.search(r"\n +\d{4,} ms, of which Python takes \d+ ms to start\n", stdout)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_can_be_stopped_while_the_page_is_open(
    demo: Demo, people: Callable[..., Person], number: signal.Signals
) -> None:
    """Users look at the page, and close the terminal. The signal reaches this process alone."""
    reader = people("--leave")
    process = demo.start(reader.browser)
    until(reader.arrivals, "the page is open")
    process.send_signal(number)
    exit_code, _, stderr = finish(process)
    assert exit_code == 130
    assert stderr.splitlines()[-1].startswith("Stopped. Its home is removed")
    demo.leaves_nothing()


def test_a_get_that_is_starting_when_it_is_stopped_leaves_nothing(
    demo: Demo, people: Callable[..., Person], pause: Pause, tmp_path: Path
) -> None:
    """It would keep its state elsewhere once the home is removed, and open a page for no user."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nif 'get' in sys.orig_argv: open({str(pause.path)!r}).read()\n"
    )
    process = demo.start(people("--leave").browser, environment={"PYTHONPATH": str(tmp_path)})
    waiting = until(pause.waiting, "boto3 has started get")
    process.terminate()
    until(lambda: process.poll() is not None or demo.is_signed_out(), "it signs out")
    os.close(waiting)
    assert finish(process)[0] == 130
    demo.leaves_nothing()


def test_a_broker_that_is_at_work_is_waited_for(demo: Demo, people: Callable[..., Person]) -> None:
    """On Windows, what it has open could not be removed. Here it is stopped, so that it does not end too early."""
    reader = people("--leave")
    process = demo.start(reader.browser)
    until(reader.arrivals, "the page is open")
    running = processes.of(demo.folder)
    (broker,) = (number for number, command in running.items() if " broker " in command)
    os.kill(broker, signal.SIGSTOP)
    # The program with boto3 first: it would end with its `get`.
    for number in sorted(running.keys() - {broker}, key=lambda each: " get " in running[each]):
        processes.kill(number)
    until(lambda: process.poll() is not None or demo.is_signed_out(), "it signs out")
    assert process.poll() is None
    os.kill(broker, signal.SIGCONT)
    assert finish(process)[0] == 5
    demo.leaves_nothing()


@pytest.mark.parametrize("step", ["A pretend IAM", "boto3 uses this profile", "printed for boto3"])
def test_ctrl_c_at_any_step_leaves_nothing(
    demo: Demo, people: Callable[..., Person], terminal: Terminal, step: str
) -> None:
    """Each step has started something else. A terminal sends the signal to all that run in it."""
    process = demo.start(people().browser, terminal=terminal)
    printed_until(process, step)
    terminal.press(CTRL_C)
    exit_code, _, stderr = finish(process)
    assert exit_code == 130
    assert "Traceback" not in stderr
    demo.leaves_nothing()


def test_a_second_ctrl_c_does_not_keep_it_from_tidying_up(
    demo: Demo, people: Callable[..., Person], terminal: Terminal
) -> None:
    """Users press it again when nothing happens at once."""
    reader = people("--leave")
    process = demo.start(reader.browser, terminal=terminal)
    until(reader.arrivals, "the page is open")

    def has_ended() -> bool:
        terminal.press(CTRL_C)
        return process.poll() is not None

    until(has_ended, "it ends")
    assert finish(process)[0] == 130
    demo.leaves_nothing()


def test_a_sign_in_that_is_denied_ends_it_with_the_reason(
    demo: Demo, people: Callable[..., Person]
) -> None:
    """Users press the other button to see what happens."""
    exit_code, _, stderr = finish(demo.start(people("--deny").browser))
    assert exit_code == 5
    assert re.fullmatch(r"sso-credential-process: the demo has failed: .*denied.*\n", stderr)
    demo.leaves_nothing()


def test_without_a_browser_it_ends_at_once(demo: Demo) -> None:
    """Otherwise it would wait for a page that is never opened."""
    exit_code, stdout, stderr = finish(demo.start(""))
    assert (exit_code, stdout) == (3, "")
    assert stderr == (
        "sso-credential-process: the demo needs a browser, and there is none here; "
        "run it on a desktop, or set BROWSER to a command that opens a page\n"
    )
    demo.leaves_nothing()


def test_over_ssh_it_shows_an_address_and_a_code(demo: Demo, terminal: Terminal) -> None:
    """The user's browser is on another computer, and reaches the sandbox through a port that is forwarded."""
    process = demo.start(
        "", "--port", "0", terminal=terminal, environment={"SSH_CONNECTION": "here there"}
    )
    shown = printed_until(process, "ssh -L")
    port = re.search(r"ssh -L (\d+):127\.0\.0\.1:\1 HOST", shown)
    assert port
    until(lambda: f"http://127.0.0.1:{port[1]}/" in terminal.text(), "the address is shown")
    process.terminate()
    assert finish(process)[0] == 130
    demo.leaves_nothing()


def test_a_port_that_is_taken_is_an_error_in_one_line(demo: Demo) -> None:
    """The last sandbox may still be running in another window."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        exit_code, stdout, stderr = finish(demo.start("true %s", "--port", port))
    assert (exit_code, stdout) == (5, "")
    assert stderr.endswith("Address already in use; give another --port, or none\n")


def test_it_keeps_no_home(demo: Demo, tmp_path: Path) -> None:
    """It promises to leave nothing, and a home that was named is kept."""
    exit_code, stdout, stderr = finish(demo.start("true %s", "--home", str(tmp_path / "home")))
    assert (exit_code, stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert stderr.endswith("the demo leaves nothing behind; leave out --home or --demo\n")
