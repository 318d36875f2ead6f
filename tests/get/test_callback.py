"""The listener that the browser returns to, as strangers see it: DESIGN 4."""

import email
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import SplitResult, urlencode, urlsplit

import pytest

from credential_process.sandbox import Sandbox
from credential_process.stores import field_files
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.person import Browser, answer, shown

CALLBACK = "/oauth/callback"
Process = subprocess.Popen[str]


@pytest.fixture
def person(people: Callable[..., Person]) -> Person:
    """Return a user whose browser only records the address; the test does the rest."""
    return people("--absent")


@pytest.fixture
def caller(get: Executable) -> Iterator[Process]:
    """Start a caller that waits for the sign-in."""
    caller = get.start()
    yield caller
    caller.kill()
    with caller:
        pass  # waits, and closes its pipes, also where it had ended


@pytest.fixture
def page(caller: Process, person: Person) -> SplitResult:
    """Return the address of the landing page, which no browser has opened yet."""
    assert caller.pid
    until(person.arrivals, "the page is to be opened")
    return urlsplit(person.arrivals()[0])


@pytest.fixture
def browser(page: SplitResult) -> Browser:
    """Open the page in the first browser."""
    browser = Browser()
    browser.open(page.geturl())
    return browser


def request(page: SplitResult, path: str, *, method: str = "GET", host: str = "") -> int:
    """Send a request to the listener, and return the status."""
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=60)
    try:
        connection.request(method, path, headers={"Host": host or page.netloc})
        return connection.getresponse().status
    finally:
        connection.close()


def sign_in(page: SplitResult) -> Browser:
    """Open the page and sign in with a new browser; return it at the last page."""
    browser = Browser()
    browser.open(page.geturl())
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
    """Any page in the browser and any user of the computer can send these requests."""
    assert request(page, path, method=method) == 404
    sign_in(page)
    assert finish(caller).returncode == 0


@pytest.mark.parametrize("host", ["localhost:{port}", "evil.example:{port}", "127.0.0.1", "[::1]"])
def test_another_host_name_gets_404(page: SplitResult, host: str) -> None:
    """With a name that points to 127.0.0.1, another site could read the pages as its own (DNS rebinding)."""
    assert request(page, page.path, host=host.format(port=page.port)) == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
def test_only_get_is_answered(page: SplitResult, caller: Process, method: str) -> None:
    """Forms of other sites send POST requests, and no page here needs one."""
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


def test_an_error_text_of_a_stranger_is_not_shown(page: SplitResult) -> None:
    """A script in an error text would run as a part of the page."""
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=60)
    script = "<script>alert(1)</script>"
    query = urlencode({"error": script, "error_description": script})
    connection.request("GET", f"{CALLBACK}?{query}", headers={"Host": page.netloc})
    text = connection.getresponse().read().decode()
    connection.close()
    assert script not in text


def test_idle_connections_block_no_other(page: SplitResult, caller: Process) -> None:
    """Chromium opens connections that it never uses, and the AWS CLI's listener hangs because of one."""
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port or 0)))
        sign_in(page)
        assert finish(caller).returncode == 0


def test_hundreds_of_connections_block_no_other(
    get: Executable, people: Callable[..., Person]
) -> None:
    """Every user of the computer may open as many; a broker without free descriptors would die."""
    leaving = people("--absent")
    few = ("sh", "-c", 'ulimit -n 200; exec "$@"', "sh")
    caller = get.start(environment={**get.environment, "BROWSER": leaving.browser}, prefix=few)
    page = urlsplit(until(leaving.arrivals, "the page is open")[0])
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port or 0)))
        sign_in(page)
        assert finish(caller).returncode == 0


def test_only_one_address_listens(page: SplitResult) -> None:
    """The AWS CLI listens on all interfaces, so everyone in the café can connect to it."""
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", page.port or 0)) != 0


def test_success_is_shown_once_the_token_is_stored(
    page: SplitResult, caller: Process, home: Home
) -> None:
    """Users close the laptop as soon as they read that they are signed in."""
    last = sign_in(page)
    assert "signed in" in last.html.lower()
    assert home.token_file().is_file()
    assert finish(caller).returncode == 0


def test_the_same_callback_twice_is_harmless(
    page: SplitResult, caller: Process, sandbox: Sandbox
) -> None:
    """Browsers repeat a GET when they restore their tabs."""
    sign_in(page)
    assert finish(caller).returncode == 0
    assert request(page, redeemed(sandbox)) == 303
    assert sandbox.counters()["token"]["authorization_code"] == 1


def redeemed(sandbox: Sandbox) -> str:
    """Return the path of the callback whose code was exchanged."""
    (authorize,) = (each for each in sandbox.requests() if each.operation == "authorize")
    (token,) = (each for each in sandbox.requests() if each.operation == "token")
    assert isinstance(token.body, dict)
    query = {"code": token.body["code"], "state": authorize.query["state"]}
    return f"{CALLBACK}?{urlencode(query)}"


@pytest.mark.parametrize("allow", [True, False])
def test_code_and_state_do_not_stay_in_the_address_bar(
    page: SplitResult, browser: Browser, *, allow: bool
) -> None:
    """Users show their screen to others, and browsers send their history to their makers."""
    answer(browser, allow=allow)
    assert ("signed in" in browser.html, "denied" in browser.html) == (allow, not allow)
    assert browser.url == page.geturl()


def test_the_result_is_shown_by_a_broker_that_has_nothing_else_to_do(
    get: Executable, home: Home, person: Person
) -> None:
    """It would end between the two requests of the browser, which could not connect, and show an error."""
    with home.config.open("a") as config:
        config.write("credential_process_linger = 0\n")
    caller = get.start()
    page = urlsplit(until(person.arrivals, "the page is to be opened")[0])
    Browser().open(page.geturl())
    cookie = f"sso-credential-process-{page.port}={secrets_of(home)['visitor']}"
    assert callback(page, home, cookie, error="access_denied")[0] == 303
    assert finish(caller).returncode == 4
    last = Browser()
    last.open(page.geturl())
    assert "Access was denied" in last.html


def test_the_page_is_visited_once_and_then_says_so(
    page: SplitResult, browser: Browser, caller: Process, sandbox: Sandbox
) -> None:
    """A second tab must not start a second authorization, but it lets the user choose to."""
    browser.open(page.geturl())
    assert "already open" in browser.html
    assert sandbox.counters()["authorize"] == 1
    browser.open(browser.html.partition('href="')[2].partition('"')[0].replace("&amp;", "&"))
    answer(browser, allow=True)
    assert finish(caller).returncode == 0


# Raw requests, and the status of each response, including those that an HTTP library would send by default.
ANSWERS: dict[str, tuple[str, int]] = {
    "a redirect": ("GET {page} HTTP/1.1\r\nHost: {host}\r\n\r\n", 302),
    "nothing there": ("GET /nothing HTTP/1.1\r\nHost: {host}\r\n\r\n", 404),
    "an error of a stranger": (
        "GET /oauth/callback?error=x HTTP/1.1\r\nHost: {host}\r\n\r\n",
        400,
    ),
    "another method": ("POST {page} HTTP/1.1\r\nHost: {host}\r\n\r\n", 501),
    "a method without a body": ("HEAD {page} HTTP/1.1\r\nHost: {host}\r\n\r\n", 501),
    "HTTP/0.9": ("GET {page}\r\n\r\n", 400),
    "HTTP/2": ("GET {page} HTTP/2.0\r\nHost: {host}\r\n\r\n", 505),
    "no HTTP": ("<script>alert(1)</script> {page} x y\r\n\r\n", 400),
    "no version": ("GET {page} <b>\r\n\r\n", 400),
    "a method of 1991": ("PUT {page}\r\n\r\n", 400),
    "a long path": ("GET /{long} HTTP/1.1\r\n\r\n", 414),
    "a long header": ("GET {page} HTTP/1.1\r\nHost: {host}\r\nX: {long}\r\n\r\n", 431),
    "many headers": ("GET {page} HTTP/1.1\r\nHost: {host}\r\n{many}\r\n", 431),
}


def answer_to(page: SplitResult, request: str) -> bytes:
    """Send a raw request, and return the whole response."""
    whole = request.format(
        page=page.path, host=page.netloc, long="x" * 33_000, many="X: y\r\n" * 65
    ).encode()
    with socket.create_connection(("127.0.0.1", page.port or 0), timeout=60) as connection:
        answer = b""
        with suppress(ConnectionError):  # unread bytes reset the connection after the response
            connection.sendall(whole)
            while part := connection.recv(65536):
                answer += part
        return answer


@pytest.mark.parametrize(("request_", "status"), ANSWERS.values(), ids=ANSWERS.keys())
def test_no_page_may_be_cached_framed_or_scripted(
    page: SplitResult, request_: str, status: int
) -> None:
    """No site may embed a page that names accounts and roles, whatever the request was."""
    head, _, body = answer_to(page, request_).partition(b"\r\n\r\n")
    version, found, _ = head.partition(b"\r\n")[0].split(b" ", 2)
    headers = email.message_from_bytes(head.partition(b"\r\n")[2])
    assert (version, int(found)) == (b"HTTP/1.0", status)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<script>" not in body


@pytest.mark.usefixtures("browser")
def test_a_page_has_the_same_headers(page: SplitResult) -> None:
    """This is the page that names accounts and roles."""
    answer_ = answer_to(page, ANSWERS["a redirect"][0])
    headers = email.message_from_bytes(answer_.partition(b"\r\n")[2])
    assert answer_.startswith(b"HTTP/1.0 200 ")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_fifty_huge_requests_take_no_memory(page: SplitResult, get: Executable) -> None:
    """Any user of the computer can send them, and another user's broker would grow by 300 MB."""
    broker = broker_of(get)
    before = most_memory(broker)
    head = f"GET {page.path} HTTP/1.1\r\nHost: {page.netloc}\r\n".encode()
    huge = (b"X: " + b"x" * 65_000 + b"\r\n") * 98
    with ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port or 0), timeout=60))
            for _ in range(50)
        ]
        for connection in connections:
            with suppress(ConnectionError):  # it was refused before everything was sent
                connection.sendall(head)
                connection.sendall(huge)
    assert request(page, "/") == 404
    assert most_memory(broker) - before < 30_000


def broker_of(get: Executable) -> int:
    """Return the process of the broker."""
    (broker,) = (process for process, line in processes.of(get.home).items() if " broker " in line)
    return broker


def most_memory(process: int) -> int:
    """Return the peak memory of a process, in kB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def secrets_of(home: Home) -> dict[str, str]:
    """Return the fields of the open sign-in's file, which only its owner can read."""
    (file,) = home.host_files("sign_in")
    return field_files.read(str(file)) or {}


def test_two_host_headers_get_404(page: SplitResult) -> None:
    """A proxy in between may use one of them, and the listener the other."""
    for second in ("evil.example", page.netloc):
        request_ = f"GET {page.path} HTTP/1.1\r\nHost: {page.netloc}\r\nHost: {second}\r\n\r\n"
        assert answer_to(page, request_).startswith(b"HTTP/1.0 404 ")


@pytest.mark.parametrize("twice", ["state={state}&state={state}", "state={state}&error=a&error=b"])
def test_a_parameter_given_twice_gets_404_and_ends_nothing(
    page: SplitResult, caller: Process, home: Home, twice: str
) -> None:
    """Programs differ in which of the two they use (RFC 6749 section 3.1)."""
    query = twice.format(**secrets_of(home))
    assert request(page, f"{CALLBACK}?error=access_denied&{query}") == 404
    sign_in(page)
    assert finish(caller).returncode == 0


def test_who_asks_is_text_on_a_page_and_never_markup(
    get: Executable, people: Callable[..., Person], tmp_path: Path
) -> None:
    """The name may be that of any program, even of one that came with a repository."""
    program = tmp_path / "<i>terra"
    program.write_text('#!/bin/sh\n"$@"\nexit $?\n')
    program.chmod(0o700)
    leaving = people("--leave")
    environment = {**get.environment, "BROWSER": leaving.browser}
    caller = get.start(environment=environment, prefix=(str(program),))
    browser = Browser()
    browser.open(
        until(leaving.arrivals, "the page is open")[0]
    )  # the second browser is shown which program asks
    assert "&lt;i&gt;terra" in browser.html
    assert "<i>terra" not in browser.html
    processes.end(get.home)
    finish(caller)


def callback(page: SplitResult, home: Home, cookie: str = "", **query: str) -> tuple[int, str]:
    """Send a callback, with the right state unless the query has another, and return status and page."""
    query = {"code": "stolen", "state": secrets_of(home)["state"], **query}
    connection = HTTPConnection("127.0.0.1", page.port or 0, timeout=60)
    headers = {"Host": page.netloc, "Cookie": cookie}
    connection.request("GET", f"{CALLBACK}?{urlencode(query)}", headers=headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


@pytest.mark.parametrize("refusal", [{}, {"error": "access_denied"}])
def test_a_callback_without_the_cookie_ends_nothing(
    page: SplitResult,
    browser: Browser,
    caller: Process,
    home: Home,
    sandbox: Sandbox,
    refusal: dict[str, str],
) -> None:
    """Another user who can read the address could sign you in to their own account."""
    for cookie in ("", "sso-credential-process-1=x", f"sso-credential-process-{page.port}=x"):
        status, text = callback(page, home, cookie, **refusal)
        assert (status, "login --sso-session corp --no-browser" in shown(text)) == (403, True)
    assert sandbox.counters()["token"]["authorization_code"] == 0
    answer(browser, allow=True)
    assert finish(caller).returncode == 0


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {"code": "stolen"}])
@pytest.mark.parametrize("state", ["", "0" * 32])
def test_a_link_followed_in_the_first_browser_ends_nothing(
    page: SplitResult,
    browser: Browser,
    caller: Process,
    home: Home,
    state: str,
    query: dict[str, str],
) -> None:
    """A link from any site sends the cookie, too: only `state` shows that the response is to this request."""
    cookie = f"sso-credential-process-{page.port}={secrets_of(home)['visitor']}"
    status, _ = callback(page, home, cookie, state=state, **query)
    assert status == (400 if "error" in query else 404)
    answer(browser, allow=True)
    assert finish(caller).returncode == 0


def test_the_cookie_is_for_the_browser_alone(page: SplitResult) -> None:
    """No script and no page of another site may use it, and it expires with the sign-in."""
    answer_ = answer_to(page, ANSWERS["a redirect"][0])
    (cookie,) = email.message_from_bytes(answer_.partition(b"\r\n")[2]).get_all("Set-Cookie", [])
    pair, *attributes = cookie.split("; ")
    assert re.fullmatch(rf"sso-credential-process-{page.port}=[0-9a-f]{{32}}", pair)
    assert set(attributes) == {"Max-Age=600", "Path=/", "HttpOnly", "SameSite=Lax"}


@pytest.mark.usefixtures("browser")
def test_cookies_of_other_programs_on_this_computer_do_no_harm(
    page: SplitResult, home: Home
) -> None:
    """Cookies ignore ports: another program may have set one with this name, which comes first."""
    name, visitor = f"sso-credential-process-{page.port}", secrets_of(home)["visitor"]
    cookies = f"theme=dark; {name}=evil; {name}={visitor}; a=b"
    assert callback(page, home, cookies, error="access_denied")[0] == 303


@pytest.mark.usefixtures("browser")
def test_a_later_visitor_gets_neither_cookie_nor_state(
    page: SplitResult, home: Home, caller: Process
) -> None:
    """The address is among the browser's arguments for ten minutes, where every user can read it."""
    answer_ = answer_to(page, ANSWERS["a redirect"][0]).decode()
    assert answer_.startswith("HTTP/1.0 200 ")
    assert "Set-Cookie" not in answer_
    assert "href=" not in answer_
    secrets = secrets_of(home)
    assert [name for name in ("state", "visitor", "verifier") if secrets[name] in answer_] == []
    assert "login --sso-session corp --no-browser" in shown(answer_)
    assert caller.poll() is None


@pytest.mark.usefixtures("browser")
def test_typing_login_lets_a_second_browser_in(
    page: SplitResult, get: Executable, home: Home, caller: Process, person: Person, nobody: Person
) -> None:
    """The page often opens in the wrong browser; the user who runs a command may choose another."""
    waiting = get.start(environment={**get.environment, "BROWSER": nobody.browser})
    until(lambda: len(home.wants()) == 2, "another caller waits, which has not opened the page yet")
    second = Browser()
    second.open(page.geturl())
    assert "login --sso-session corp --no-browser" in shown(second.html)
    environment = {**get.environment, "BROWSER": person.browser}
    options = ("--sso-session", "corp", "--no-browser")
    login = Executable("login", get.home, environment, options).start()
    assert login.stderr is not None
    said = iter(login.stderr.readline, "")
    address = next(line.strip() for line in said if "http" in line and page.path not in line)
    second.open(page.geturl())
    # That was the address that others can read.
    assert "login --sso-session corp --no-browser" in shown(second.html)
    second.open(address)
    answer(second, allow=True)
    assert [finish(each).returncode for each in (caller, waiting, login)] == [0, 0, 0]
    assert person.arrivals() == [page.geturl()]


def test_the_first_browser_can_continue_after_a_login(
    page: SplitResult,
    browser: Browser,
    get: Executable,
    caller: Process,
    people: Callable[..., Person],
) -> None:
    """A user who has typed a password there, and then `login`, need not type it again."""
    other = people("--leave")
    environment = {**get.environment, "BROWSER": other.browser}
    login = Executable("login", get.home, environment, ("--sso-session", "corp")).start()
    (address,) = until(other.arrivals, "the page is open once more")
    assert address != page.geturl()
    answer(browser, allow=True)
    assert [finish(each).returncode for each in (caller, login)] == [0, 0]


def test_the_next_broker_recognizes_the_first_browser(
    page: SplitResult, browser: Browser, get: Executable, home: Home, caller: Process
) -> None:
    """After a broker is killed, no other browser gets in, and this one is not locked out."""
    until(lambda: secrets_of(home).get("arrived"), "the arrival is written down")
    processes.kill(broker_of(get))
    until(lambda: is_listening(page), "the next broker listens")
    assert callback(page, home)[0] == 403
    assert "Set-Cookie" not in answer_to(page, ANSWERS["a redirect"][0]).decode()
    answer(browser, allow=True)
    assert finish(caller).returncode == 0


def is_listening(page: SplitResult) -> bool:
    """Return whether a process listens on the port of the page."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", page.port or 0)) == 0
