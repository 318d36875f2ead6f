"""Start URLs on a company's own domain: resolved as AWS CLI >= 2.35.13 does, or refused by name."""

import json
from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.terminal import Terminal
from tests.network.conftest import hosts

HOST = "sso.example.com"
VANITY = f"https://{HOST}/start"
START_URL = "https://d-1234567890.awsapps.com/start"
INSTANCE = "https://ssoins-1234567890abcdef.us-east-1.portal.amazonaws.com"


@pytest.fixture
def leads_to() -> str:
    """Return where the vanity URL leads."""
    return START_URL


@pytest.fixture
def start_url() -> str:
    """Return the organisation's start URL at the service."""
    return START_URL


@pytest.fixture
def sandbox(leads_to: str, start_url: str) -> Iterator[Sandbox]:
    """Serve the company's host, too."""
    with Sandbox(connect_proxy=True, vanity_urls={HOST: leads_to}, start_url=start_url) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def home(home: Home, start_url: str) -> Home:
    """Put the vanity URL into the config, as users copy it from the company's wiki."""
    home.config.write_text(home.config.read_text().replace(start_url, VANITY))
    return home


def asked(sandbox: Sandbox) -> list[str]:
    """Return the requests to the company's host."""
    return [one.method for one in sandbox.requests() if one.host == HOST]


def issuer(sandbox: Sandbox) -> object:
    """Return the start URL that the service received."""
    (registration,) = (one for one in sandbox.requests() if one.operation == "register")
    assert isinstance(registration.body, dict)
    return registration.body["issuerUrl"]


def test_the_service_receives_the_resolved_url(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """The service does not know the company's names; the token file, as with all SDKs, contains only those."""
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert (issuer(sandbox), asked(sandbox)) == (START_URL, ["HEAD"])
    assert json.loads(home.token_file().read_text())["startUrl"] == VANITY


def test_it_is_only_resolved_for_a_sign_in(get: Executable, sandbox: Sandbox) -> None:
    """If its host is down, a cached token must still work."""
    get()
    sandbox.configure(vanity_urls={})
    sandbox.expire("access_tokens")
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert len(asked(sandbox)) == 1


def test_a_start_url_option_is_resolved_too(get: Executable, home: Home, sandbox: Sandbox) -> None:
    """The token is stored under the URL as written."""
    options = ("--start-url", VANITY, "--sso-region", "us-east-1")
    assert get(*options, *get.arguments[2:]).returncode == 0
    assert issuer(sandbox) == START_URL
    assert json.loads(home.token_file(VANITY).read_text())["startUrl"] == VANITY


@pytest.mark.parametrize("status", [405, 501])
def test_a_host_without_support_for_head_is_asked_with_get(
    get: Executable, sandbox: Sandbox, status: int
) -> None:
    """Small redirectors support nothing else."""
    sandbox.set_faults({"operation": "vanity", "method": "HEAD", "status": status})
    assert get().returncode == 0
    assert asked(sandbox) == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("leads_to", "start_url"),
    [
        (f"{START_URL}/", START_URL),
        (f"{START_URL}/?from=wiki#/", START_URL),
        ("https://d-1234567890.awsapps.com:443/start", START_URL),
        ("https://D-1234567890.AWSAPPS.com/start", START_URL),
        (INSTANCE, INSTANCE),
        (f"{INSTANCE}/", INSTANCE),
    ],
)
def test_the_resolved_url_is_normalized(get: Executable, sandbox: Sandbox, start_url: str) -> None:
    """Query, fragment, port and a final slash belong to the redirector, not to the organisation."""
    assert get().returncode == 0
    assert issuer(sandbox) == start_url


STRANGERS = (
    "https://evil.example/start",
    "https://awsapps.com.evil.example/start",
    "https://evil-awsapps.com/start",
    "https://evil.example/d-1234567890.awsapps.com",
    "https://d-1234567890.awsapps.com@evil.example/start",
    "http://d-1234567890.awsapps.com/start",
    "https://www.example.com/start",
)
# A host of AWS in another region, and a path that would set the title of a terminal's window.
STEERING = "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws/\x1b]0;owned\x07"


@pytest.mark.parametrize("leads_to", STRANGERS)
def test_a_host_outside_of_aws_is_refused_by_name(
    get: Executable, sandbox: Sandbox, leads_to: str
) -> None:
    """An attacker who controls the company's DNS for an hour must not get its sign-ins."""
    done = get()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert leads_to in done.stderr
    assert hosts(sandbox) == {HOST}


@pytest.mark.parametrize("leads_to", ["https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws"])
def test_another_region_is_refused_by_name(
    get: Executable, sandbox: Sandbox, leads_to: str
) -> None:
    """A sign-in in the wrong region fails in the browser, with a message that does not help."""
    done = get()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert leads_to in done.stderr
    assert "sso_region = eu-west-1" in done.stderr
    assert hosts(sandbox) == {HOST}


@pytest.mark.parametrize("leads_to", [STEERING])
def test_a_redirect_with_control_characters_is_refused(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """An attacker may control the company's host, and its text appears on a terminal and in a log."""
    done = get()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    (log,) = home.host_files("broker.log")
    assert "owned" not in done.stderr + log.read_text()
    assert hosts(sandbox) == {HOST}


def test_one_redirect_is_followed_and_no_more(get: Executable, sandbox: Sandbox) -> None:
    """A chain of them leads through hosts that were not checked."""
    second = "https://login.example.com/start"
    sandbox.configure(vanity_urls={HOST: second, "login.example.com": START_URL})
    done = get()
    assert (done.returncode, second in done.stderr) == (2, True)
    assert hosts(sandbox) == {HOST}


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_host_that_does_not_redirect_is_refused(
    get: Executable, sandbox: Sandbox, status: int
) -> None:
    """It may be any page of the company."""
    sandbox.set_faults({"operation": "vanity", "status": status, "count": None})
    done = get()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert HOST in done.stderr
    assert hosts(sandbox) == {HOST}


@pytest.mark.parametrize("preset", ["reset", "drop"])
def test_a_host_that_cannot_be_reached_is_one_line(
    get: Executable, sandbox: Sandbox, preset: str
) -> None:
    """It may be reachable later, so the message advises to run it again."""
    sandbox.set_faults({"operation": "vanity", "preset": preset, "count": None})
    done = get()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert HOST in done.stderr


@pytest.mark.parametrize("leads_to", ["https://www.example.com/start"])
def test_the_first_run_writes_no_start_url_of_another_place(
    environment: dict[str, str], home: Home, sandbox: Sandbox, terminal: Terminal
) -> None:
    """A user who has typed the address of something else finds out before it is in the config."""
    home.config.unlink()
    configure = Executable("configure", home.path, environment, ("profile", "dev"))
    process = configure.start(prefix=terminal.everything, stdin=terminal.keyboard)
    for question, answer in (
        ("Start URL", f"{HOST}/start"),
        ("Region of IAM Identity Center", ""),
        ("Name for the session [example]", ""),
    ):
        terminal.answer(question, answer)
    assert (finish(process).returncode, home.config.exists()) == (2, False)
    assert f"{VANITY} is not an IAM Identity Center address" in terminal.text()
    assert hosts(sandbox) == {HOST}
