"""Secrets appear nowhere: every command is run, and everything that others can see of it is searched."""

import shutil
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import pytest

from credential_process.identity_center.replies import DeviceAuthorization, Grant, RoleKeys
from credential_process.library.credentials import Credentials
from credential_process.sandbox import Sandbox
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.device_code_sign_in import DeviceCodeSignIn
from credential_process.stores.token_cache import Registration, Token
from testing.events import until
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from testing.person import Browser, answer
from testing.terminal import Terminal
from tests.kills.strace import needs_strace

CORP = ("--sso-session", "corp")


class Reader(Browser):
    """A browser that records the pages of the listener."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.pages = ""
        self._port = urlsplit(url).port
        self.open(url)

    def open(self, url: str, body: bytes | None = None) -> None:
        """Load a page, and record it if it is the listener's."""
        super().open(url, body)
        if urlsplit(self.url).port == self._port:
            self.pages += self.html


class Story:
    """Commands that are run in a row, and everything that others can see of them: text by place."""

    def __init__(self, get: Executable, home: Home, folder: Path) -> None:
        self._get = get
        self._home = home
        self._said = folder / "said"
        self._programs = folder / "programs"
        self.seen: dict[str, str] = {}

    def run(self, command: str, *arguments: str, browser: str = "") -> int:
        """Run a command to its end, and return how it ended."""
        return end(self.start(command, *arguments, browser=browser))

    def start(
        self, command: str, *arguments: str, browser: str = "", terminal: Terminal | None = None
    ) -> Popen[str]:
        """Start a command, with a browser or at a terminal."""
        environment = {**self._get.environment, "BROWSER": browser}
        executable = Executable(command, self._get.home, environment, ())
        prefix = (*self._recording, *self._writing(command))
        if terminal is None:
            return executable.start(*arguments, prefix=prefix)
        return executable.start(
            *arguments, prefix=(*terminal.prefix, *prefix), stdin=terminal.keyboard
        )

    def look_around(self) -> None:
        """Collect all output, the log, what others may read, and the programs started with their arguments."""
        self.seen["messages"] = self._said.read_text()
        self.seen["log"] = "".join(log.read_text() for log in self._home.host_files("broker.log*"))
        files = [path for path in self._home.path.rglob("*") if path.is_file()]
        open_to_all = [path for path in files if path.stat().st_mode & 0o077]
        self.seen["files of others"] = "".join(path.read_text() for path in open_to_all)
        self.seen["programs"] = self._programs.read_text()

    @property
    def _recording(self) -> tuple[str, ...]:
        """Return the command that records each program that is started, with arguments and environment."""
        all_of_it = ("-D", "-I1", "-f", "-A", "-q", "--seccomp-bpf", "-v", "-s", "1000000")
        calls = ("-e", "trace=execve", "-e", "signal=none", "-o", str(self._programs))
        return (shutil.which("strace") or "", *all_of_it, *calls)

    def _writing(self, command: str) -> tuple[str, ...]:
        """Return the command that records the output of another one; what `get` prints is meant to be secret."""
        stdout = "/dev/null" if command == "get" else "&2"
        return ("sh", "-c", f'exec "$@" 2>>"$0" >{stdout}', str(self._said))


def end(process: Popen[str]) -> int:
    """Return how a process ended; strace has its pipes for as long as the broker is alive."""
    with process:
        return process.wait(60)


@pytest.fixture
def story(get: Executable, home: Home, tmp_path: Path) -> Story:
    """Begin a story."""
    return Story(get, home, tmp_path)


@needs_strace
def test_no_secret_is_seen_anywhere(
    story: Story, get: Executable, people: Callable[..., Person], sandbox: Sandbox
) -> None:
    """SDKs log stderr, users paste logs into issues, and every user can read every command line."""
    denying, leaving = people("--deny"), people("--absent")
    account, debug = get.arguments[:-1], "--debug"

    story.seen["terminal"] = sign_in_by_code(story, (*get.arguments, debug), sandbox)
    assert story.run("get", *account, "Nosuch", debug) == 4
    sandbox.expire("access_tokens")
    assert story.run("get", *account, "Administrator", debug) == 0
    assert story.run("status", *CORP, "--json") == 0
    assert story.run("logout", *CORP) == 0
    assert story.run("get", *get.arguments, debug, browser=denying.browser) == 4
    login = story.start("login", *CORP, browser=leaving.browser)
    story.seen["pages"] = sign_in_and_read(until(leaving.arrivals, "the page is open")[0])
    assert end(login) == 0
    story.look_around()

    secrets = [*sandbox.secrets(), *made_by_us(sandbox)]
    # 2 registrations, 1 code of each kind, 3 grants of 2 tokens, 2 roles, 2 states, 1 verifier.
    assert len(secrets) == 2 + 2 + 6 + 4 + 2 + 1
    leaks = {(place, one) for place, text in story.seen.items() for one in secrets if one in text}
    assert leaks == set()
    assert [place for place, text in story.seen.items() if not text] == []
    assert "AWS_ENDPOINT_URL_SSO=" in story.seen["programs"]  # the environment is searched, too
    assert "http://127.0.0.1" not in story.seen["log"]  # each page has a unique address


def test_every_sign_in_has_new_secrets() -> None:
    """An attacker who could foresee one would end the sign-ins of others, or take them over."""
    made = [
        AuthorizationCodeSignIn(
            caller="", account="", role="", label="", begun_by="", client_id="", port=1
        )
        for _ in "ab"
    ]
    secrets = [
        each for page in made for each in (page.nonce, page.state, page.visitor, page.verifier)
    ]
    assert len(set(secrets)) == len(secrets)
    assert [len(each) for each in secrets] == [32, 32, 32, 64] * 2


def test_no_value_shows_its_secrets() -> None:
    """A traceback, a failed assertion or a log line may print any of them."""
    registration = Registration("id", "SECRET", 1)
    asked = dict.fromkeys(
        ("caller", "account", "role", "label", "begun_by", "client_id", "address"), ""
    )
    values = [
        registration,
        Token("https://x/", "us-east-1", "SECRET", 1, registration, "SECRET"),
        Grant("SECRET", 1, "SECRET"),
        RoleKeys("id", "SECRET", "SECRET", 1),
        DeviceAuthorization("SECRET", "code", "https://x/", 1, 1),
        DeviceCodeSignIn(**asked, device_code="SECRET", user_code="code", interval=1),
        AuthorizationCodeSignIn(**asked, port=1, nonce="SECRET", state="SECRET", verifier="SECRET"),
        Credentials("id", "SECRET", "SECRET", datetime.now(timezone.utc)),
    ]
    assert [each for each in values if "SECRET" in repr(each)] == []


def sign_in_by_code(story: Story, arguments: tuple[str, ...], sandbox: Sandbox) -> str:
    """Type a code in on another device; return what was on the terminal."""
    terminal = Terminal()
    caller = story.start("get", *arguments, "--device-code", terminal=terminal)
    until(lambda: "with code" in terminal.text(), "the code is shown")
    sandbox.approve()
    assert end(caller) == 0
    text = terminal.text()
    terminal.hang_up()
    return text


def sign_in_and_read(url: str) -> str:
    """Open the landing page twice, sign in, and return the pages that were shown."""
    reader = Reader(url)
    reader.open(url)
    link = reader.pages.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    # Only the browser that came first gets the state from the page.
    reader.pages = reader.pages.replace(link.partition("&state=")[2].partition("&")[0], "")
    reader.open(link)
    answer(reader, allow=True)
    return reader.pages


def made_by_us(sandbox: Sandbox) -> set[str]:
    """Return the states and the verifiers that the broker has made."""
    requests = sandbox.requests()
    states = {each.query["state"] for each in requests if each.operation == "authorize"}
    bodies = [each.body for each in requests if isinstance(each.body, dict)]
    return states | {body["codeVerifier"] for body in bodies if "codeVerifier" in body}
