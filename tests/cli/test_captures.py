"""What users see on a terminal of 80 columns: ``pytest --pictures docs/captures`` writes the files again.

Only what differs each time is replaced by text of the same width: addresses, codes, times of the day.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import PATH, Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from testing.terminal import Terminal
from tests import terraform
from tests.cli.conftest import SignIn
from tests.page_blocks import PAGES, blocks

if TYPE_CHECKING:
    from credential_process.sandbox.faults import Rule

Process = Popen[str]

PROMPTS = PAGES / "docs" / "prompts.md"
CAPTURES = Path(__file__).parents[2] / "docs" / "captures"
INSTALLED = "/home/me/.local/bin/sso-credential-process"
DIFFERENT = (
    (r"127\.0\.0\.1:\d{5}/[0-9a-f]{32}", "127.0.0.1:40123/" + "0123456789abcdef" * 2),
    (r"127\.0\.0\.1:\d{5}", "127.0.0.1:40123"),
    (r"\b[A-Z]{4}-[A-Z]{4}\b", "ABCD-EFGH"),
    (r"\bASIA[A-Z0-9]{16}\b", "ASIAIOSFODNN7EXAMPLE"),
    (r"until \d\d:\d\d", "until 14:05"),
    (r"\d+:\d\d left", "9:59 left"),
    (r"\b5\d min\b", "1 h"),  # of a machine under load
    (r"\b\d min ago\b", "less than a minute ago"),
    (r"open for \d min", "open for 10 min"),
    (r"process \d+", "process 12345"),
    (r"\d:\d\d:\d\d|-:--:--", "0:00:09"),
    (r"certificates in \S+", "certificates in /etc/ssl/certs"),
)
FIFTY = r"""seq 50 | xargs -P 50 -I {} sso-credential-process get \
  --sso-session corp --account-id 111122220001 \
  --role-name Developer | cut -c 1-49 | sort | uniq -c
"""
ONCE = ("register", "authorize", "role_credentials")
BROKEN = """
[profile shadowed]
credential_process = /opt/gone/sso-credential-process get {arguments}
sso_session = corp
sso_account_id = 111122220001
sso_role_name = Developer

[staging]
credential_process = {path} get {arguments}

[profile typo]
credential_process = {path} get --sso-session corp --account-id 11112222001 --role-name $ROLE
"""


@pytest.fixture
def is_as_written(
    request: pytest.FixtureRequest, terminal: Terminal, home: Home
) -> Callable[[str], None]:
    """Return a function that compares the screen with a file, or writes the file."""
    folder = request.config.getoption("--pictures")

    def is_as_written(name: str) -> None:
        seen = terminal.seen(instead={str(PATH): INSTALLED, str(home.path): "/home/me"})
        for pattern, instead in DIFFERENT:
            seen = re.sub(pattern, instead, seen)
        if folder:
            Path(folder, name).write_text(seen)
        assert (CAPTURES / name).read_text() == seen

    return is_as_written


@pytest.fixture
def run(command: Callable[[str], Executable], terminal: Terminal) -> Callable[..., Process]:
    """Return a function that starts a command at the terminal."""

    def run(name: str, *options: str, **variables: str) -> Process:
        executable = command(name)
        return executable.start(
            *options,
            environment={**executable.environment, "TERM": "xterm", **variables},
            prefix=terminal.everything,
            stdin=terminal.keyboard,
        )

    return run


def test_a_login_shows_where_to_go_and_the_time_that_is_left(
    run: Callable[..., Process],
    terminal: Terminal,
    people: Callable[..., Person],
    pause: Pause,
    is_as_written: Callable[[str], None],
) -> None:
    """Users must be able to trust these lines; afterwards only the outcome stays on the screen."""
    process = run("login", BROWSER=people("--wait-for", str(pause.path)).browser)
    until(lambda: "Ctrl-C to cancel" in terminal.text(), "the time is counted down")
    is_as_written("login.txt")
    until(pause.end, "the person answers")
    assert finish(process).returncode == 0
    is_as_written("login-done.txt")


def test_a_login_by_code_shows_the_code(
    run: Callable[..., Process],
    terminal: Terminal,
    sandbox: Sandbox,
    is_as_written: Callable[[str], None],
) -> None:
    """Users compare it with another screen, so it must be easy to see."""
    process = run("login", "--device-code")
    until(lambda: "Ctrl-C to cancel" in terminal.text(), "the time is counted down")
    is_as_written("login-device-code.txt")
    sandbox.approve()
    assert finish(process).returncode == 0


def test_a_status_shows_the_state_of_every_session(
    run: Callable[..., Process],
    get: Executable,
    home: Home,
    people: Callable[..., Person],
    add_session: Callable[[str], None],
    is_as_written: Callable[[str], None],
) -> None:
    """One is signed in, one was denied, one has a sign-in that terraform waits for: all on one screen."""
    add_session("lab")
    add_session("ops")
    get()
    get(*get.arguments[:-1], "Administrator")
    denying = {**get.environment, "BROWSER": people("--deny").browser}
    get("--sso-session", "lab", *get.arguments[2:], environment=denying)
    user = people("--leave")
    leaving = {**get.environment, "BROWSER": user.browser}
    ops = ("--sso-session", "ops", *get.arguments[2:])
    with get.start(*ops, environment=leaving, prefix=terraform.installed(home.path)) as caller:
        until(user.arrivals, "the page is open")
        assert finish(run("status")).returncode == 3
        caller.kill()
    is_as_written("status.txt")


def test_a_logout_shows_what_stays_valid(
    run: Callable[..., Process],
    get: Executable,
    is_as_written: Callable[[str], None],
) -> None:
    """Users must know which credentials outlive the logout."""
    get()
    get(*get.arguments[:-1], "Administrator")
    assert finish(run("logout")).returncode == 0
    is_as_written("logout.txt")


def test_a_check_shows_problems_and_fixes(
    run: Callable[..., Process], get: Executable, home: Home, is_as_written: Callable[[str], None]
) -> None:
    """Users with a problem read only this."""
    with home.config.open("a") as config:
        config.write(BROKEN.format(path=PATH, arguments=" ".join(get.arguments)))
    # As in a shell without the sandbox's variables and the path of the installation.
    endpoints = (name for name in get.environment if name.startswith("AWS_ENDPOINT_URL"))
    plain = {**dict.fromkeys(endpoints, ""), "PATH": "/usr/bin:/bin"}
    process = run("check", "--offline", AWS_ACCESS_KEY_ID="AKIA", **plain)
    assert finish(process).returncode == 2
    is_as_written("check.txt")


@pytest.fixture
def terraform_asks(get: Executable, home: Home, terminal: Terminal) -> Callable[..., Process]:
    """Return a function that lets terraform call `get` at the terminal, and keep its stdout and stderr."""

    def asks(**variables: str) -> Process:
        prefix = (*terminal.prefix, *terraform.installed(home.path))
        environment = {**get.environment, **variables}
        return get.start(environment=environment, prefix=prefix, stdin=terminal.keyboard)

    return asks


def test_a_caller_shows_on_the_terminal_that_a_browser_opens(
    terraform_asks: Callable[..., Process],
    terminal: Terminal,
    people: Callable[..., Person],
    pause: Pause,
    is_as_written: Callable[[str], None],
) -> None:
    """The SDK swallows stderr, and the browser may open on a desktop that is not visible."""
    caller = terraform_asks(BROWSER=people("--wait-for", str(pause.path)).browser)
    until(lambda: "run it again" in terminal.text(), "the prompt is there")
    is_as_written("prompt-browser.txt")
    until(pause.end, "the person answers")
    done = finish(caller)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


def test_a_caller_shows_a_code_on_the_terminal(
    terraform_asks: Callable[..., Process],
    terminal: Terminal,
    sandbox: Sandbox,
    is_as_written: Callable[[str], None],
) -> None:
    """Over SSH users see nothing else."""
    sandbox.configure(verification_style="start_hash")
    caller = terraform_asks(BROWSER="")
    until(lambda: "run it again" in terminal.text(), "the prompt is there")
    is_as_written("prompt-code.txt")
    sandbox.approve()
    done = finish(caller)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)


@pytest.mark.parametrize("name", ["prompt-browser.txt", "prompt-code.txt"])
def test_the_page_about_signing_in_shows_the_captures(name: str) -> None:
    """Readers of the page must recognize it on their terminal."""
    page = (CAPTURES.parent / "sign-in.md").read_text()
    assert f"```text\n{(CAPTURES / name).read_text()}```" in page


def test_the_first_run_takes_a_minute(
    environment: dict[str, str],
    terminal: Terminal,
    home: Home,
    sandbox: Sandbox,
    is_as_written: Callable[[str], None],
) -> None:
    """From an empty home to the first call of the AWS CLI: one sign-in, one question, and fewer than ten keys."""
    home.config.unlink()
    home.aws.rmdir()
    variables = {**environment, "TERM": "xterm", "PS1": "$ "}
    shell = Executable("-i", home.path, variables, (), Path("/bin/sh"))
    process = shell.start(prefix=terminal.everything, stdin=terminal.keyboard)
    pressed = ""

    def type_at(prompt: str, keys: str) -> None:
        until(lambda: terminal.seen().rstrip("\n").endswith(prompt), prompt)
        terminal.press(keys)

    type_at("$", "sso-credential-process configure profile dev\n")
    type_at("awsapps.com):", f"{sandbox.start_url.removeprefix('https://')}\n")
    for prompt, keys in (
        ("Region of IAM Identity Center [us-east-1]:", "\n"),
        ("Name for the session [corp]:", "\n"),
        ("words to search for:", "2\n"),
        ("Region of the profile [us-east-1]:", "\n"),
        ("[Y/n]:", "\n"),
    ):
        type_at(prompt, keys)
        pressed += keys
    type_at("--profile dev\n$", "aws sts get-caller-identity --profile dev\n")
    until(lambda: terminal.seen().endswith("}\n$\n"), "the identity")
    is_as_written("first-run.txt")
    terminal.press("exit\n")
    assert finish(process).returncode == 0
    assert (len(pressed) < 10, sandbox.counters()["authorize"]) == (True, 1)


def test_a_prompt_shows_who_is_signed_in(
    home: Home,
    environment: dict[str, str],
    terminal: Terminal,
    is_as_written: Callable[[str], None],
) -> None:
    """The line of docs/prompts.md, before and after a sign-in."""
    (recipe,) = [text for kind, text in blocks(PROMPTS.read_text()) if kind == "bash"]
    (home.path / ".bashrc").write_text(f"PS1='$ '\n{recipe}")
    variables = {**environment, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    shell = Executable("-i", home.path, variables, (), Path("/bin/bash"))
    process = shell.start(prefix=terminal.everything, stdin=terminal.keyboard)
    until(lambda: terminal.seen().endswith("corp ✗ $\n"), "the prompt")
    terminal.press("sso-credential-process login\n")
    until(lambda: terminal.seen().endswith("corp ✓ $\n"), "the next prompt")
    is_as_written("prompt-bash.txt")
    terminal.press("exit\n")
    assert finish(process).returncode == 0


def test_the_page_about_prompts_shows_one() -> None:
    """Readers see what they get before they change the files of their shell."""
    assert f"```text\n{(CAPTURES / 'prompt-bash.txt').read_text()}```" in PROMPTS.read_text()


def test_the_page_about_the_configuration_shows_the_first_run() -> None:
    """Readers see before they begin what they will be asked for."""
    page = (CAPTURES.parent / "configuration.md").read_text()
    assert f"```text\n{(CAPTURES / 'first-run.txt').read_text()}```" in page


class TestConfigure:
    """Three thousand roles on 24 lines."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve a large organisation."""
        with Sandbox(accounts=1000, roles=3) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    def test_a_profile_is_picked_from_three_thousand(
        self,
        run: Callable[..., Process],
        terminal: Terminal,
        home: Home,
        sign_in: SignIn,
        is_as_written: Callable[[str], None],
    ) -> None:
        """Words narrow the list down, a number chooses, and the changes are shown."""
        sign_in()
        process = run("configure", "profile", "dev")
        # Input that is typed too early would be shown before the prompt.
        until(lambda: terminal.text().count("to search for:") == 1, "the prompt below the list")
        terminal.press("data lake\n")
        until(lambda: terminal.text().count("to search for:") == 2, "that below what is left of it")
        is_as_written("configure-profile-picker.txt")
        terminal.press("2\n")
        until(lambda: "Region of the profile" in terminal.text(), "the region")
        terminal.press("eu-west-1\n")
        until(lambda: "[Y/n]" in terminal.text(), "the question")
        is_as_written("configure-profile-diff.txt")
        terminal.press("\n")
        assert finish(process).returncode == 0
        assert "[profile dev]" in home.config.read_text()

    def test_populate_shows_its_progress(
        self,
        run: Callable[..., Process],
        terminal: Terminal,
        home: Home,
        sandbox: Sandbox,
        sign_in: SignIn,
        is_as_written: Callable[[str], None],
    ) -> None:
        """It can take a minute, and after Ctrl-C it reports that nothing was written."""
        sign_in()
        before = home.config.read_text()
        hang: Rule = {"operation": "list_account_roles", "nth": 401, "delivery": "hang"}
        sandbox.set_faults({**hang, "count": None})
        process = run("configure", "populate", "--region", "eu-west-1")
        until(lambda: "400/1000" in terminal.text(), "the bar")
        is_as_written("configure-populate-progress.txt")
        terminal.press("\x03")
        assert finish(process).returncode == 130
        assert home.config.read_text() == before
        assert f"Stopped; {home.config} is unchanged." in terminal.seen().replace("\n", "")


class TestHerd:
    """Fifty callers, in a window that is narrow enough for a picture."""

    @pytest.fixture
    def terminal(self) -> Iterator[Terminal]:
        """Open a terminal of 64 columns."""
        terminal = Terminal(columns=64)
        yield terminal
        terminal.hang_up()

    def test_fifty_callers_share_one_page(
        self,
        environment: dict[str, str],
        terminal: Terminal,
        home: Home,
        sandbox: Sandbox,
        is_as_written: Callable[[str], None],
        people: Callable[..., Person],
        pause: Pause,
    ) -> None:
        """The first picture of the README: no one is signed in, one prompt is shown, and all get the same."""
        browser = people("--wait-for", str(pause.path)).browser
        variables = {**environment, "BROWSER": browser, "TERM": "xterm", "PS1": "$ ", "PS2": "> "}
        shell = Executable("-i", home.path, variables, (), Path("/bin/sh"))
        process = shell.start(prefix=terminal.everything, stdin=terminal.keyboard)

        def wait_for(end: str) -> None:
            until(lambda: terminal.seen().endswith(f"{end}\n"), "the prompt of the shell")

        wait_for("$")
        *first_lines, last_line = FIFTY.splitlines()
        for line in first_lines:
            terminal.press(f"{line}\n")
            wait_for(f"{line}\n>")  # the prompt of the line before would do for a `>` alone
        terminal.press(f"{last_line}\n")
        until(lambda: "run it again" in terminal.seen(), "the user reads where to sign in")
        until(pause.end, "the user signs in")
        wait_for("\n$")
        is_as_written("herd.txt")
        terminal.press("exit\n")
        assert finish(process).returncode == 0
        requests = sandbox.counters()
        assert {name: requests[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
        assert requests["token"]["authorization_code"] == 1
