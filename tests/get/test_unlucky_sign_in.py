"""Sign-ins at a service that is odd, forgetful or the wrong one: a clear message, and nothing lost."""

import json
from collections.abc import Callable
from subprocess import Popen
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.person import Browser, answer, shown
from testing.terminal import Terminal

# A window title, a cleared screen in one byte (C1), text that runs backwards, a second line, a tag.
STEERING = "\x1b]0;owned\x07\x9b2J\u202e\r\n<b>no</b>"
DEVICE = {
    "deviceCode": "d" * 64,
    "userCode": "ABCD-EFGH",
    "verificationUri": "https://device.sso.us-east-1.amazonaws.com/",
    "expiresIn": 600,
    "interval": 1,
}
ELSEWHERE = "eu-west-1"
NO_START = "https://d-1234567890.awsapps.com"
INSTANCE = "https://ssoins-72239c385425574d.portal.us-east-1.app.aws"
# A start URL, a region, and what corrects them.
MISTAKES = [
    (NO_START, "us-east-1", f"set sso_start_url = {NO_START}/start in [sso-session corp]"),
    (INSTANCE, ELSEWHERE, "set sso_region = us-east-1 in [sso-session corp]"),
    (
        f"{INSTANCE}/start",
        ELSEWHERE,
        f"set sso_start_url = {INSTANCE} and sso_region = us-east-1 in [sso-session corp]",
    ),
]


@pytest.fixture
def ssh(get: Executable, terminal: Terminal) -> Callable[..., Popen[str]]:
    """Return a function that starts a caller with a terminal only."""

    def start(**variables: str) -> Popen[str]:
        environment = {**get.environment, "BROWSER": "", **variables}
        return get.start(environment=environment, prefix=terminal.prefix, stdin=terminal.keyboard)

    return start


@pytest.fixture
def wrong_region(home: Home, sandbox: Sandbox) -> dict[str, str]:
    """Configure another region, and return how to reach the service there."""
    home.config.write_text(home.config.read_text().replace(sandbox.region, ELSEWHERE))
    return sandbox.environment_for(ELSEWHERE)


def steering_characters(text: str) -> set[str]:
    """Return the control characters in a text that a terminal or a page would obey."""
    return {letter for letter in text if not letter.isprintable() and letter != "\n"}


def test_text_from_the_service_controls_neither_terminal_nor_page(
    get: Executable, people: Callable[..., Person], sandbox: Sandbox, home: Home
) -> None:
    """Its text appears in a log, on a terminal and in a browser, and may come from anyone in between."""
    refusal = "UnauthorizedClientException"
    sandbox.set_faults({"operation": "token", "error": refusal, "message": STEERING})
    person = people("--absent")
    caller = get.start(environment={**get.environment, "BROWSER": person.browser})
    browser = Browser()
    browser.open(until(person.arrivals, "the page is to be opened")[0])
    answer(browser, allow=True)
    done = finish(caller)
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert "&lt;b&gt;no&lt;/b&gt;" in browser.html
    (log,) = home.host_files("broker.log")
    for text in (browser.html, done.stderr, log.read_text()):
        assert "owned" in text
        assert steering_characters(text) == set()


def test_a_secret_that_the_service_repeats_is_not_printed(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A proxy with verbose diagnostics would put a token on a terminal and into a log."""
    get()
    token = json.loads(home.token_file().read_text())["accessToken"]
    message = f"Access of '{token}' is over quota"
    sandbox.set_faults({"preset": "403_no_access", "message": message})
    done = get(*get.arguments[:-1], "Administrator", "--debug")
    assert done.returncode == 4
    assert "Access of … is over quota" in done.stderr
    (log,) = home.host_files("broker.log")
    assert token not in done.stderr + log.read_text()


@pytest.mark.parametrize("member", ["userCode", "verificationUri"])
def test_a_code_with_control_characters_is_not_shown(
    ssh: Callable[..., Popen[str]], terminal: Terminal, sandbox: Sandbox, member: str
) -> None:
    """A user cannot type control characters in, so they can only be meant for the terminal."""
    body: dict[str, Any] = {**DEVICE, member: f"{DEVICE[member]}{STEERING}"}
    sandbox.set_faults({"operation": "device_authorization", "status": 200, "body": body})
    done = finish(ssh())
    assert (done.returncode, terminal.text()) == (5, "")
    assert steering_characters(done.stderr) == set()


def test_a_wrong_region_that_reports_an_error_is_named(
    ssh: Callable[..., Popen[str]], wrong_region: dict[str, str], sandbox: Sandbox
) -> None:
    """It is the most frequent mistake in an [sso-session]."""
    done = finish(ssh(**wrong_region))
    assert done.returncode == 4
    assert f"check the region {ELSEWHERE} and {sandbox.start_url}" in done.stderr


@pytest.mark.parametrize(("start_url", "region", "correction"), MISTAKES)
@pytest.mark.parametrize("flow", ["browser", "code"])
def test_a_mistake_in_the_start_url_is_reported_with_the_setting_that_corrects_it(
    get: Executable,
    ssh: Callable[..., Popen[str]],
    home: Home,
    sandbox: Sandbox,
    flow: str,
    start_url: str,
    region: str,
    correction: str,
) -> None:
    """`Invalid issuer url provided` explains nothing, and the URL itself shows what is wrong."""
    config = home.config.read_text().replace(sandbox.region, region)
    home.config.write_text(config.replace(sandbox.start_url, start_url))
    variables = sandbox.environment_for(region)
    done = (
        finish(ssh(**variables))
        if flow == "code"
        else get(environment={**get.environment, **variables})
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1)
    assert f"Invalid issuer url provided; {correction}" in done.stderr


def test_a_mistake_in_a_start_url_option_is_reported_with_the_option(
    get: Executable, sandbox: Sandbox
) -> None:
    """There is no section to correct."""
    done = get(*("--start-url", NO_START, "--sso-region", sandbox.region), *get.arguments[2:])
    assert done.returncode == 4
    assert done.stderr.endswith(f"; give --start-url {NO_START}/start\n")


def test_a_mistake_in_the_start_url_that_only_the_page_shows_is_reported_later(
    ssh: Callable[..., Popen[str]], home: Home, sandbox: Sandbox
) -> None:
    """The service may accept the request, and show its error in the browser."""
    home.config.write_text(home.config.read_text().replace(sandbox.start_url, NO_START))
    sandbox.configure(wrong_region_silent=True, device_code_seconds=2)
    sandbox.set_faults({"preset": "pending", "count": None})
    done = finish(ssh())
    assert done.returncode == 3
    correction = f"set sso_start_url = {NO_START}/start in [sso-session corp]"
    assert f"; if its page showed an error, {correction}; to try again, run: " in done.stderr


def test_a_wrong_region_that_reports_nothing_is_polled_no_longer_than_a_code_lives(
    ssh: Callable[..., Popen[str]], wrong_region: dict[str, str], sandbox: Sandbox
) -> None:
    """Such a service used to be polled for ever, because it never reports that the code has expired."""
    sandbox.configure(wrong_region_silent=True, device_code_seconds=2)
    sandbox.set_faults({"preset": "pending", "count": None})
    done = finish(ssh(**wrong_region))
    assert done.returncode == 3
    assert f"check the region {ELSEWHERE} and {sandbox.start_url}" in done.stderr
    assert sandbox.counters()["device_authorization"] == 1


def test_a_token_that_is_refused_at_once_is_no_reason_to_ask_again(
    get: Executable, sandbox: Sandbox
) -> None:
    """If the portal is in another region, each sign-in would work, and none would help."""
    sandbox.set_faults({"preset": "401_session", "count": None})
    done = get()
    assert done.returncode == 5
    assert f"check the region {sandbox.region} and {sandbox.start_url}" in done.stderr
    assert get().returncode == 3
    assert sandbox.counters()["authorize"] == 1


def test_a_refused_token_is_reported_where_no_cooldown_can_be_stored(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """The reason matters more than the cooldown, and the broker continues."""
    sandbox.set_faults({"preset": "401_session", "count": None})
    in_the_way = home.session_folder() / "outcome" / "folder"
    in_the_way.mkdir(parents=True, mode=0o700)
    home.state.chmod(0o700)
    done = get()
    assert done.returncode == 5
    assert f"check the region {sandbox.region} and {sandbox.start_url}" in done.stderr
    assert " broker " in processes.of(home.path)[processes.last(home.path)]


def test_a_registration_that_is_revoked_meanwhile_costs_another_code(
    ssh: Callable[..., Popen[str]], terminal: Terminal, sandbox: Sandbox
) -> None:
    """The user sees a second code in the same terminal, and the caller does not notice."""
    caller = ssh()
    until(lambda: "with code" in terminal.text(), "the code is shown")
    sandbox.expire("registrations")
    until(lambda: terminal.text().count("with code") == 2, "another code is shown")
    assert sandbox.approve() > 0
    assert finish(caller).returncode == 0
    assert sandbox.counters()["register"] == 2


def test_a_forced_login_helps_if_the_service_has_forgotten_the_client(
    get: Executable, people: Callable[..., Person], sandbox: Sandbox
) -> None:
    """The service shows its error page to the user only, so only the user can react."""
    absent = people("--absent")
    caller = get.start(environment={**get.environment, "BROWSER": absent.browser})
    page = until(absent.arrivals, "the page is to be opened")[0]
    browser = Browser()
    browser.open(page)
    sandbox.expire("registrations")
    browser.open(page)
    remedy = "login --sso-session corp --force"
    assert remedy in shown(browser.html)
    command, *options = remedy.split()
    login = Executable(command, get.home, get.environment, tuple(options))
    assert login().returncode == 0
    assert finish(caller).returncode == 0


def test_a_code_that_came_too_late_is_a_failure(
    get: Executable, sandbox: Sandbox, home: Home
) -> None:
    """The user left the last page open over lunch: one line, no token, and `login` works at once."""
    sandbox.configure(authorization_code_seconds=0)
    done = get()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "refused the grant" in done.stderr
    assert "; to try again, run: sso-credential-process login --sso-session corp" in done.stderr
    assert not home.token_file().exists()
    sandbox.configure(authorization_code_seconds=60)
    login = Executable("login", get.home, get.environment, ("--sso-session", "corp"))
    assert login().returncode == 0
