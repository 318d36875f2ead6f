"""`get` while the service is down, has forgotten the client, or refuses: DESIGN 3 and 5."""

import json
import os
import resource
import time
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from tests.identity.held import hold

UNREACHABLE = {
    "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:9",
}
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def document(get: Executable, home: Home) -> Path:
    """Sign in, fetch, and return the document of the role."""
    assert get().returncode == 0
    return home.document(get.arguments[3], get.arguments[5])


def due(document: Path) -> str:
    """Make a document due for renewal while its credentials are still valid; return its line."""
    content = document.read_text()
    refresh_at = content.split(" ")[2]
    assert int(refresh_at) > time.time()
    document.write_text(content.replace(refresh_at, str(int(time.time()) - 1), 1))
    return content.partition("\n")[2]


def expire_token(home: Home, **changes: object) -> None:
    """Make the token expired by its date, with other changes on request."""
    token = json.loads(home.token_file().read_text())
    content = {**token, "expiresAt": LONG_AGO, **changes}
    home.token_file().write_text(json.dumps({k: v for k, v in content.items() if v is not None}))


def test_a_service_that_is_down_is_one_line(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Down does not mean signed out: no user is asked, and the token is kept."""
    get()
    token = home.token_file().read_text()
    environment = {**get.environment, **UNREACHABLE, "BROWSER": nobody.browser}
    done = get(*get.arguments[:-1], "Administrator", environment=environment)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert home.token_file().read_text() == token
    assert sandbox.counters()["authorize"] == 1


def test_a_service_that_is_down_at_the_sign_in_is_one_line(get: Executable) -> None:
    """For example the first call of the day, on a train."""
    done = get(environment={**get.environment, **UNREACHABLE})
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)


def test_valid_credentials_are_served_while_the_service_is_down(
    get: Executable, document: Path, sandbox: Sandbox, nobody: Person
) -> None:
    """They are due for renewal but good for some minutes, which is better than none."""
    line = due(document)
    sandbox.set_faults({"count": None, "preset": "drop"})
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stdout, done.stderr) == (0, line, "")


def test_a_disk_that_fills_up_while_the_service_fails_ends_no_broker(
    get: Executable, home: Home, document: Path, sandbox: Sandbox
) -> None:
    """The cached credentials are checked again with a changed token file, and cannot be stored for it."""
    due(document)
    broker = processes.last(home.path)
    wait = hold(sandbox, {"operation": "role_credentials", "status": 500, "body": {}})
    caller = get.start()
    wait()
    os.utime(home.token_file())
    # A document does not fit any more, but a failure does.
    resource.prlimit(broker, resource.RLIMIT_FSIZE, (512, resource.RLIM_INFINITY))
    sandbox.set_faults({"operation": "role_credentials", "status": 500, "body": {}, "count": None})
    assert finish(caller).returncode == 5
    assert processes.last(home.path) == broker


def test_valid_credentials_are_served_before_a_user_is_asked(
    get: Executable, home: Home, document: Path, nobody: Person, sandbox: Sandbox
) -> None:
    """In the middle of the night a daemon must not open a page while its credentials still work."""
    line = due(document)
    expire_token(home, refreshToken=None)
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stdout, done.stderr) == (0, line, "")
    assert sandbox.counters()["authorize"] == 1


def test_credentials_that_are_due_are_renewed(
    get: Executable, document: Path, sandbox: Sandbox
) -> None:
    """If nothing prevents it, the caller gets the new ones."""
    line = due(document)
    done = get()
    assert done.returncode == 0
    assert done.stdout != line
    assert sandbox.counters()["role_credentials"] == 2


@pytest.mark.usefixtures("document")
def test_a_revoked_session_leads_to_a_new_sign_in(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """After an administrator ended it, the refresh token is worthless, and only the user can help."""
    sandbox.revoke_session()
    expire_token(home)
    done = get(*get.arguments[:-1], "Administrator")
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 2


@pytest.mark.usefixtures("document")
def test_a_refused_token_is_refreshed_even_if_it_has_not_expired(
    get: Executable, sandbox: Sandbox
) -> None:
    """The service's 401 counts more than the expiry date in the file."""
    sandbox.expire("access_tokens")
    done = get(*get.arguments[:-1], "Administrator")
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["token"]["refresh_token"] == 1
    assert sandbox.counters()["authorize"] == 1


@pytest.mark.usefixtures("document")
def test_a_reply_without_a_refresh_token_keeps_the_old_one(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """RFC 6749 section 6: the client keeps it; botocore drops it and signs out an hour later."""
    sandbox.configure(rotate="omit")
    before = json.loads(home.token_file().read_text())["refreshToken"]
    expire_token(home)
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert json.loads(home.token_file().read_text())["refreshToken"] == before


@pytest.mark.usefixtures("document")
def test_a_registration_is_kept_between_sign_ins(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """It lives for 90 days, and a new one for each sign-in would cost a request and time."""
    home.token_file().unlink()
    assert get().returncode == 0
    counters = sandbox.counters()
    assert (counters["authorize"], counters["register"]) == (2, 1)


ODD = (
    "http_500", "http_500_html", "http_502_html", "http_503_html",
    "drop", "reset", "reset_after_headers", "truncate", "cut_json", "malformed_json", "empty_200",
    "empty_object", "no_errortype_header", "wrong_content_type", "huge_body", "extra_fields", "hang",
)  # fmt: skip
HARMLESS = ("extra_fields", "no_errortype_header", "wrong_content_type")


@pytest.mark.parametrize("preset", ODD)
@pytest.mark.parametrize("operation", ["role_credentials", "token", "register"])
def test_an_unexpected_response_causes_at_most_one_line(
    get: Executable, sandbox: Sandbox, operation: str, preset: str
) -> None:
    """Proxies, captive portals, broken services: no response may cause a traceback or half a JSON document."""
    sandbox.set_faults({"operation": operation, "preset": preset, "count": None})
    # A busy machine needs time for 16 megabytes; the short limit is only for a response that never comes.
    patience = {"SSO_CREDENTIAL_PROCESS_TIMEOUT": "1" if preset == "hang" else "60"}
    done = get(*get.arguments, "--wait", "180", environment={**get.environment, **patience})
    if preset in HARMLESS:
        assert (done.returncode, json.loads(done.stdout)["Version"], done.stderr) == (0, 1, "")
    else:
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert "Traceback" not in done.stderr


def test_a_service_that_throttles_is_waited_for(get: Executable, sandbox: Sandbox) -> None:
    """A 429 means too many requests, not an error: the caller gets its credentials later."""
    sandbox.set_faults({"operation": "role_credentials", "preset": "429_portal", "count": None})
    caller = get.start()
    until(lambda: sandbox.faults()[0]["struck"] >= 3, "it is throttled, and asks again")
    sandbox.set_faults()
    done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1


@pytest.mark.parametrize("preset", ["http_500", "http_503_html", "429_retry_after", "reset"])
def test_a_request_that_fails_once_is_repeated(
    get: Executable, sandbox: Sandbox, preset: str
) -> None:
    """Large organisations see 429 every day; that is not a reason to sign in or to fail."""
    sandbox.set_faults({"operation": "role_credentials", "preset": preset})
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1


@pytest.mark.usefixtures("document")
def test_a_client_that_the_service_forgot_registers_again(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Users should not have to know what a client registration is."""
    home.token_file().unlink()
    sandbox.set_faults({"operation": "token", "preset": "invalid_client"})
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["register"] == 2
