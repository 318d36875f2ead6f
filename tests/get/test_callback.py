"""The listener that the browser comes back to, seen by strangers: DESIGN 4."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import SplitResult, urlencode, urlsplit

import pytest

from credential_process.sandbox import Sandbox
from tests.events import until
from tests.executable import Executable, finish
from tests.home import Home
from tests.people import Person
from tests.person import Browser, answer

CALLBACK = "/oauth/callback"
Process = subprocess.Popen[str]


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    """Meet somebody who opened the page and left; the test does the rest."""
    return people("--leave")


@pytest.fixture
def caller(get: Executable) -> Iterator[Process]:
    """Start a caller that waits for the sign-in."""
    caller = get.start()
    yield caller
    if caller.poll() is None:
        caller.kill()
        finish(caller)


@pytest.fixture
def page(caller: Process, person: Person) -> SplitResult:
    """Return the address of our page, once it has been opened."""
    assert caller.pid
    until(person.arrivals, "the page was opened")
    return urlsplit(person.arrivals()[0])


def request(page: SplitResult, path: str, *, method: str = "GET", host: str = "") -> int:
    """Send a request to the listener, and return the status."""
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=10)
    try:
        connection.request(method, path, headers={"Host": host or page.netloc})
        return connection.getresponse().status
    finally:
        connection.close()


def sign_in(page: SplitResult) -> Browser:
    """Do what the person left undone, in a browser of our own; return it at the last page."""
    browser = Browser()
    browser.open(page.geturl())
    if "<form" not in browser.html:  # a later visitor gets a link
        browser.open(browser.html.partition('href="')[2].partition('"')[0].replace("&amp;", "&"))
    answer(browser, allow=True)
    return browser


STRANGERS: dict[str, tuple[str, str]] = {
    "root": ("GET", "/"),
    "favicon": ("GET", "/favicon.ico"),
    "another page": ("GET", f"/{'0' * 32}"),
    "callback with nothing": ("GET", CALLBACK),
    "callback with a code alone": ("GET", f"{CALLBACK}?code=stolen"),
    "callback with another state": ("GET", f"{CALLBACK}?code=stolen&state={'0' * 32}"),
    "callback with an empty state": ("GET", f"{CALLBACK}?code=stolen&state="),
    "callback with two states": ("GET", f"{CALLBACK}?code=stolen&state=a&state=b"),
    "callback on another path": ("GET", f"{CALLBACK}/?code=stolen&state=a"),
}


@pytest.mark.parametrize(("method", "path"), STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_gets_404_and_ends_nothing(
    page: SplitResult, caller: Process, method: str, path: str
) -> None:
    """Any page in the browser and any user of the machine can send these."""
    assert request(page, path, method=method) == 404
    sign_in(page)
    assert finish(caller).returncode == 0


@pytest.mark.parametrize("host", ["localhost:{port}", "evil.example:{port}", "127.0.0.1", "[::1]"])
def test_another_host_name_gets_404(page: SplitResult, host: str) -> None:
    """A name that points to 127.0.0.1 would make us part of a foreign site (DNS rebinding)."""
    assert request(page, page.path, host=host.format(port=page.port)) == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
def test_only_get_is_answered(page: SplitResult, caller: Process, method: str) -> None:
    """A form of a foreign site sends POST: nothing here listens to it."""
    assert request(page, page.path, method=method) >= 400
    sign_in(page)
    assert finish(caller).returncode == 0


def test_an_error_without_our_state_ends_nothing(page: SplitResult, caller: Process) -> None:
    """Otherwise any page could cancel every sign-in."""
    refusal = urlencode({"error": "access_denied", "state": "0" * 32})
    request(page, f"{CALLBACK}?error=access_denied")
    request(page, f"{CALLBACK}?{refusal}")
    sign_in(page)
    assert finish(caller).returncode == 0


def test_what_a_stranger_says_is_not_put_on_a_page(page: SplitResult) -> None:
    """An error text with a script in it would run as ours."""
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=10)
    script = "<script>alert(1)</script>"
    query = urlencode({"error": script, "error_description": script})
    connection.request("GET", f"{CALLBACK}?{query}", headers={"Host": page.netloc})
    text = connection.getresponse().read().decode()
    connection.close()
    assert script not in text


def test_idle_connections_block_nobody(page: SplitResult, caller: Process) -> None:
    """Chromium opens connections that it never uses; the AWS CLI's listener hangs on one."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port or 0)))
        sign_in(page)
        assert finish(caller).returncode == 0


def test_connections_by_the_hundred_block_nobody(
    get: Executable, people: Callable[..., Person]
) -> None:
    """Every user of the machine may open as many; a broker that had no descriptors left would die of it."""
    leaving = people("--leave")
    few = ("sh", "-c", 'ulimit -n 200; exec "$@"', "sh")
    caller = get.start(environment={**get.environment, "BROWSER": leaving.browser}, prefix=few)
    page = urlsplit(until(leaving.arrivals, "the page is open")[0])
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port or 0)))
        sign_in(page)
        assert finish(caller).returncode == 0


def test_only_one_address_listens(page: SplitResult) -> None:
    """The AWS CLI listens on all interfaces: everybody in the café can talk to it."""
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", page.port or 0)) != 0


def test_success_is_shown_once_the_token_is_stored(
    page: SplitResult, caller: Process, home: Home
) -> None:
    """People close the lid of the laptop as soon as they read that they are signed in."""
    last = sign_in(page)
    assert "signed in" in last.html.lower()
    assert home.token_file().is_file()
    assert finish(caller).returncode == 0


def test_the_same_answer_twice_is_harmless(
    page: SplitResult, caller: Process, sandbox: Sandbox
) -> None:
    """Browsers repeat a GET when they restore their tabs."""
    last = sign_in(page)
    again = urlsplit(last.url)
    assert finish(caller).returncode == 0
    try:
        assert request(page, f"{again.path}?{again.query}") != 500
    except OSError:
        pass  # nobody listens any more
    assert sandbox.counters()["token"]["authorization_code"] == 1


def test_the_page_is_visited_once_and_then_says_so(page: SplitResult, sandbox: Sandbox) -> None:
    """A second tab must not start a second authorization by itself."""
    browser = Browser()
    browser.open(page.geturl())
    assert "already open" in browser.html
    assert sandbox.counters()["authorize"] == 1


def test_no_page_may_be_cached_framed_or_scripted(page: SplitResult) -> None:
    """A page that names accounts and roles is nobody else's to embed."""
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=10)
    connection.request("GET", page.path, headers={"Host": page.netloc})
    response = connection.getresponse()
    connection.close()
    assert response.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
