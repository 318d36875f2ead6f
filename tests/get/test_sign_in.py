"""When the user is asked to sign in, and which answer each caller gets: DESIGN 4, black box."""

import json
import socket
import urllib.parse
from collections.abc import Callable

import pytest

from credential_process.broker.sign_in import policy
from credential_process.errors import SignInNeeded
from credential_process.sandbox import Sandbox
from credential_process.session.context import SessionContext
from credential_process.stores import field_files
from credential_process.stores.want import Want
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person

UNREACHABLE_PEOPLE: dict[str, tuple[tuple[str, ...], dict[str, str | None]]] = {
    "no browser, no terminal": ((), {"BROWSER": None}),
    "CI": ((), {"CI": "true"}),
    "--no-login": (("--no-login",), {}),
    "login never": ((), {"SSO_CREDENTIAL_PROCESS_LOGIN": "never"}),
}
DENIED = (
    "sso-credential-process: the sign-in was denied in the browser; "
    "to try again, run: sso-credential-process login --sso-session corp\n"
)


def with_browser(get: Executable, person: Person) -> dict[str, str]:
    """Return the environment in which this user is at the browser."""
    return {**get.environment, "BROWSER": person.browser}


@pytest.fixture
def nobody_to_ask(
    request: pytest.FixtureRequest, get: Executable, nobody: Person
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return options and environment with which no user can be asked."""
    options, settings = UNREACHABLE_PEOPLE[request.param]
    environment: dict[str, str | None] = {**with_browser(get, nobody), **settings}
    return options, {name: value for name, value in environment.items() if value is not None}


@pytest.mark.parametrize("nobody_to_ask", UNREACHABLE_PEOPLE, indirect=True)
def test_with_nobody_to_ask_no_request_is_sent(
    get: Executable, sandbox: Sandbox, nobody_to_ask: tuple[tuple[str, ...], dict[str, str]]
) -> None:
    """A daemon at night gets a clear error, and the service no request."""
    options, environment = nobody_to_ask
    done = get(*get.arguments, *options, environment=environment)
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1
    assert sandbox.requests() == []


@pytest.mark.parametrize("nobody_to_ask", UNREACHABLE_PEOPLE, indirect=True)
def test_with_nobody_to_ask_the_message_shows_how_to_sign_in(
    get: Executable, nobody_to_ask: tuple[tuple[str, ...], dict[str, str]]
) -> None:
    """Often it is all that the log of a job shows, so it must contain the command that helps."""
    options, environment = nobody_to_ask
    stderr = get(*get.arguments, *options, environment=environment).stderr
    assert "sso-credential-process login --sso-session corp" in stderr
    assert len(stderr.encode()) < 500


@pytest.mark.parametrize(
    ("nobody_to_ask", "why"),
    [
        ("CI", "CI is set"),
        ("--no-login", "--no-login"),
        ("login never", "SSO_CREDENTIAL_PROCESS_LOGIN=never"),
    ],
    indirect=["nobody_to_ask"],
)
def test_only_what_switches_prompting_off_is_named(
    get: Executable, nobody_to_ask: tuple[tuple[str, ...], dict[str, str]], why: str
) -> None:
    """A user who reads of three possible causes has to look for all of them."""
    options, environment = nobody_to_ask
    assert get(*get.arguments, *options, environment=environment).stderr == (
        f"sso-credential-process: sign-in needed for corp, but prompting is off ({why}); "
        "run: sso-credential-process login --sso-session corp\n"
    )


def test_a_caller_that_does_not_name_what_switches_prompting_off_gets_all_causes(
    home: Home,
) -> None:
    """One of version 0.2.0, or one that was started before an upgrade, does not know of the field."""
    context = SessionContext.of(
        {"session": "corp", "AWS_CONFIG_FILE": str(home.config)}, str(home.session_folder())
    )
    with pytest.raises(SignInNeeded, match="--no-login, CI or SSO_CREDENTIAL_PROCESS_LOGIN"):
        policy.check_may_wait(Want("want", {"reach": "never"}), context)


@pytest.mark.parametrize("nobody_to_ask", UNREACHABLE_PEOPLE, indirect=True)
def test_with_nobody_to_ask_no_http_library_is_loaded(
    break_import: Callable[[str], Executable],
    nobody_to_ask: tuple[tuple[str, ...], dict[str, str]],
) -> None:
    """The Rust SDK gives up after five seconds, and the import would take most of them."""
    broken = break_import("http")
    options, environment = nobody_to_ask
    assert broken(*broken.arguments, *options, environment=environment).returncode == 3


def test_a_sign_in_does_load_an_http_library(break_import: Callable[[str], Executable]) -> None:
    """The positive control of the test above: what breaks the library there does break it."""
    assert break_import("http")().returncode == 5


def test_a_token_serves_where_nobody_can_be_asked(get: Executable, sandbox: Sandbox) -> None:
    """`--no-login` only forbids prompting: CI with a cached token works."""
    get()
    done = get(*get.arguments[:-1], "Administrator", "--no-login")
    assert (done.returncode, sandbox.counters()["role_credentials"]) == (0, 2)


def test_one_sign_in_opens_one_page(get: Executable, sandbox: Sandbox, person: Person) -> None:
    """The user is asked once, on a local page without a secret in its address."""
    get()
    (url,) = person.arrivals()
    assert url.startswith("http://127.0.0.1:")
    assert "state" not in url
    assert sandbox.counters()["authorize"] == 1


def test_the_state_is_never_in_the_arguments_of_a_browser(
    get: Executable, sandbox: Sandbox, person: Person
) -> None:
    """Every user of a computer can read the arguments of every process."""
    get()
    (authorize,) = (each for each in sandbox.requests() if each.operation == "authorize")
    assert authorize.query["state"] not in person.arrivals()[0]


def test_a_denial_answers_all_waiting_callers(
    get: Executable, home: Home, people: Callable[..., Person], pause: Pause, sandbox: Sandbox
) -> None:
    """A denial closes the page, and the next caller must not open the next one."""
    person = people("--deny", "--wait-for", str(pause.path))
    callers = [get.start(environment=with_browser(get, person)) for _ in range(5)]
    until(lambda: len(home.wants()) == len(callers), "every caller waits")
    until(pause.end, "the page is open")
    ends = [finish(caller) for caller in callers]
    assert [end.returncode for end in ends] == [4] * len(callers)
    assert [end.stdout for end in ends] == [""] * len(callers)
    assert {end.stderr for end in ends} == {DENIED}
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_after_a_denial_no_page_opens_at_once(
    get: Executable, people: Callable[..., Person], nobody: Person, sandbox: Sandbox
) -> None:
    """SDKs call again within a second, which would open a tab each time."""
    assert get(environment=with_browser(get, people("--deny"))).returncode == 4
    done = get(environment=with_browser(get, nobody))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert sandbox.counters()["authorize"] == 1


def test_a_cooldown_outlives_the_broker(
    get: Executable, people: Callable[..., Person], nobody: Person
) -> None:
    """The broker ends after half a minute without work; the next one must know of the cooldown."""
    get(environment=with_browser(get, people("--deny")))
    processes.end(get.home)
    assert get(environment=with_browser(get, nobody)).returncode == 3


def test_a_killed_caller_leaves_the_sign_in_open(
    get: Executable,
    home: Home,
    people: Callable[..., Person],
    nobody: Person,
    pause: Pause,
    sandbox: Sandbox,
) -> None:
    """A Go program kills `get` after 60 seconds; a user who is still typing must not lose the page."""
    person = people("--wait-for", str(pause.path))
    first = get.start(environment=with_browser(get, person))
    until(person.arrivals, "the page is open")
    first.kill()
    finish(first)
    second = get.start(environment=with_browser(get, nobody))
    until(home.wants, "the second caller waits")
    until(pause.end, "the person goes on")
    done = finish(second)
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_a_killed_broker_costs_no_second_page(
    get: Executable,
    people: Callable[..., Person],
    nobody: Person,
    pause: Pause,
    sandbox: Sandbox,
    home: Home,
) -> None:
    """The open sign-in is on the disk: the next broker takes it over, on the same port."""
    person = people("--wait-for", str(pause.path))
    first = get.start(environment=with_browser(get, person))
    until(person.arrivals, "the page is open")
    until(lambda: _is_arrival_stored(home), "the next broker will know that the page is open")
    first.kill()
    finish(first)
    _kill_the_broker(get)
    second = get.start(environment=with_browser(get, nobody))
    until(lambda: _listens(person), "a new broker listens where the old one did")
    until(pause.end, "the person goes on")
    done = finish(second)
    assert (done.returncode, done.stderr, sandbox.counters()["authorize"]) == (0, "", 1)


def test_a_broker_that_dies_under_its_callers_is_replaced(
    get: Executable, home: Home, people: Callable[..., Person], pause: Pause, sandbox: Sandbox
) -> None:
    """The kernel releases its lock, and a waiting caller starts the next one."""
    person = people("--wait-for", str(pause.path))
    caller = get.start(environment=with_browser(get, person))
    until(person.arrivals, "the page is open")
    until(lambda: _is_arrival_stored(home), "the next broker will know that the page is open")
    _kill_the_broker(get)
    until(lambda: _listens(person), "a new broker listens where the old one did")
    until(pause.end, "the person goes on")
    done = finish(caller)
    assert done.returncode == 0, done.stderr
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_a_caller_that_gives_up_reports_the_open_sign_in(
    get: Executable, leave_open: Callable[[], Person]
) -> None:
    """Terraform shows this message: finish in the browser and run it again."""
    gone = leave_open()
    done = get(*get.arguments, "--wait", "3", environment=with_browser(get, gone))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "still open" in done.stderr
    assert len(gone.arrivals()) == 1


def test_a_second_caller_opens_no_second_page(
    get: Executable, leave_open: Callable[[], Person], nobody: Person, sandbox: Sandbox
) -> None:
    """While a page is open, all callers use it."""
    leave_open()
    second = get(*get.arguments, "--wait", "3", environment=with_browser(get, nobody))
    assert (second.returncode, sandbox.counters()["authorize"]) == (1, 1)


def test_another_caller_opens_the_page_if_no_browser_arrives(
    get: Executable, people: Callable[..., Person], person: Person
) -> None:
    """A broken `$BROWSER` in one shell must not keep the user from being asked at all."""
    absent = people("--absent")
    first = get.start(environment=with_browser(get, absent))
    until(absent.arrivals, "the first browser was called")
    second = get.start(environment=with_browser(get, person))
    ends = [finish(first), finish(second)]
    assert [end.returncode for end in ends] == [0, 0]
    assert len(person.arrivals()) == 1


def test_no_access_to_the_role_is_a_refusal(get: Executable, sandbox: Sandbox) -> None:
    """Neither waiting nor signing in helps against a 403: exit 4, after one request."""
    get()
    done = get(*get.arguments[:-1], "Nosuch")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "Nosuch" in done.stderr
    assert sandbox.counters()["authorize"] == 1


def test_no_secret_is_on_stderr_or_in_the_log(get: Executable, home: Home) -> None:
    """SDKs log stderr, and users paste the log into issues."""
    printed = get(*get.arguments, "--debug")
    get(*get.arguments[:-1], "Nosuch", "--debug")
    token = json.loads(home.token_file().read_text())
    credentials = json.loads(printed.stdout)
    secrets = [
        token["accessToken"],
        token["refreshToken"],
        token["clientSecret"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
    ]
    said = printed.stderr + "".join(log.read_text() for log in home.host_files("broker.log*"))
    assert [secret for secret in secrets if secret in said] == []


def _kill_the_broker(get: Executable) -> None:
    (broker,) = (process for process, line in processes.of(get.home).items() if " broker " in line)
    processes.kill(broker)


def _is_arrival_stored(home: Home) -> bool:
    (file,) = home.host_files("sign_in")
    return bool((field_files.read(str(file)) or {}).get("arrived"))


def _listens(person: Person) -> bool:
    address = urllib.parse.urlsplit(person.arrivals()[0])
    with socket.socket() as caller:
        return caller.connect_ex((address.hostname, address.port)) == 0
