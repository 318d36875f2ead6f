"""The first run: every command leads to `configure profile NAME`, which asks for everything."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable, finish
from testing.home import Home
from testing.terminal import Terminal

ROLE = ("--account-id", "111122220002", "--role-name", "Developer")


@pytest.fixture
def configure(command: Callable[[str], Executable]) -> Executable:
    """Return ``configure profile dev``."""
    found = command("configure")
    return Executable("configure", found.home, found.environment, ("profile", "dev"))


@pytest.mark.parametrize(
    "words",
    [
        ("login",),
        ("logout",),
        ("status",),
        ("roles",),
        ("console", *ROLE),
        ("run", *ROLE, "--", "true"),
        ("run", "--profile", "dev", "--", "true"),
        ("export", *ROLE),
        ("get", "--sso-session", "corp", *ROLE),
        ("check",),
        ("check", "dev"),
        ("admin", "assignments", "--profile", "dev"),
        ("configure", "populate", "--region", "eu-west-1"),
        ("configure", "import", "--all"),
        ("configure", "export", "dev"),
    ],
    ids=" ".join,
)
def test_without_a_config_a_command_leads_to_the_first_profile(
    command: Callable[[str], Executable], home: Home, words: tuple[str, ...]
) -> None:
    """On a new computer, users begin with the command that they have read about."""
    home.config.unlink()
    done = command(words[0])(*words[1:])
    assert done.returncode == 2
    assert "sso-credential-process configure profile " in done.stdout + done.stderr


def test_everything_is_asked_for_and_a_new_session_is_made(
    configure: Executable, home: Home, sandbox: Sandbox, terminal: Terminal, get: Executable
) -> None:
    """The first minute with this tool: no config, and a start URL from a wiki page; one sign-in, and one question."""
    home.config.unlink()
    process = configure.start(prefix=terminal.everything, stdin=terminal.keyboard)
    for question, answer in (
        ("Start URL", "d-1234567890.awsapps.com"),
        ("Region of IAM Identity Center [us-east-1]", ""),
        ("Name for the session [corp]", ""),
        ("words to search", "staging dev"),
        ("words to search", ""),
        ("Region of the profile [us-east-1]", "eu-west-1"),
        ("(2 sections added)?", "y"),
    ):
        terminal.answer(question, answer)
    assert finish(process).returncode == 0
    line = f"{PATH} get --sso-session corp --account-id 111122220002 --role-name Developer"
    assert f"credential_process = {line}\nregion = eu-west-1\n" in home.config.read_text()
    assert terminal.text().count("[Y/n]") == 1
    assert "Try it: aws sts get-caller-identity --profile dev" in terminal.text()
    role = ("--account-id", "111122220002", "--role-name", "Developer")
    assert get("--sso-session", "corp", *role).returncode == 0
    assert sandbox.counters()["authorize"] == 1


def test_an_answer_that_is_not_valid_is_asked_for_again(
    configure: Executable, home: Home, sandbox: Sandbox, terminal: Terminal
) -> None:
    """A user who has come this far must not begin again because of a typing error."""
    home.config.unlink()
    process = configure.start(prefix=terminal.everything, stdin=terminal.keyboard)
    for question, answer in (
        ("Start URL", "corp"),
        ("'corp' is not a start URL", "https://console.aws.amazon.com/"),
        ("is the AWS console, not the access portal", sandbox.start_url),
        ("Region of IAM Identity Center", "us east"),
        ("'us east' is not a valid region", sandbox.region),
        ("Name for the session", "d-1234567890.awsapps.com/start"),
        ("is not a valid name for a session", "corp"),
        ("words to search", "1"),
        ("Region of the profile", "eu-wst-1"),
        ("(2 sections added)?", "n"),
    ):
        terminal.answer(question, answer)
    assert finish(process).returncode == 4
    assert "Warning: unknown region eu-wst-1; did you mean eu-west-1?" in terminal.text()
    assert not home.config.exists()


def test_a_start_url_of_a_session_that_is_there_makes_no_second_one(
    configure: Executable, home: Home, sandbox: Sandbox, terminal: Terminal, lab: str
) -> None:
    """Two sessions of one portal would cost two sign-ins."""
    process = configure.start(prefix=terminal.everything, stdin=terminal.keyboard)
    for question, answer in (
        ("words to search", "a new one"),
        ("words to search", ""),
        ("Start URL", f"{sandbox.start_url}/#/"),
        ("words to search", "1"),
        ("Region of the profile", ""),
        ("(1 profile added)?", ""),
    ):
        terminal.answer(question, answer)
    assert finish(process).returncode == 0
    assert "[sso-session corp] has this start URL" in terminal.text()
    assert "get --sso-session corp " in home.config.read_text()
    assert home.config.read_text().count(f"[sso-session {lab}]") == 1
