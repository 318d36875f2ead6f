"""DESIGN 5, sentence by sentence; the list names the tests of what is tested in other files.

- The key of the token file: tests/get/test_start_url.py. All eight fields, whole-second ``Z``:
  tests/get/test_tokens.py. 0600: tests/get/test_warm.py. Fsynced and atomic: here.
- Tokens of ``aws sso login`` are used, and the AWS CLI, the SDKs and ``aws sso logout`` use those of `get`:
  test_aws_cli.py, test_botocore.py, test_other_sdks.py.
- Read anything: tests/get/test_tokens.py, test_other_sdks.py.
- Exchange and replace under ``token.lock``, re-read, at most 10 s: here; whatever the host:
  tests/kills/test_machines.py.
- Replace only if the file is still the one read; gone means signed out: here.
- Keep the old refresh token when a reply has none: tests/get/test_trouble.py.
- After ``invalid_grant`` re-read and use the newer token of another program: here.
- A network error never discards a token: here.
- 401 means expired: refresh once (tests/get/test_trouble.py), then sign in: here.
- 403 means no access: tests/get/test_sign_in.py.
- 429 and 5xx mean wait, never signed out: here.
- A cached token of another region or start URL is not used: tests/get/test_tokens.py.
- Clock skew is reported by ``check``: test_check.py.
"""

import fcntl
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults import Rule
from testing import broker
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from tests.interop.conftest import Session
from tests.kills.strace import needs_strace

REFRESH: Rule = {"operation": "token", "grant_type": "refresh_token"}
SECONDS_OF_DELAY = 1.5


@pytest.fixture
def session(sso_session: Session) -> Session:
    """Name it by an ``[sso-session]`` section; a start URL works the same way."""
    return sso_session


@pytest.fixture
def token_file(home: Home, sandbox: Sandbox) -> Path:
    """Sign in as ``aws sso login`` does, and return the token file."""
    home.sign_in(sandbox)
    return home.token_file()


@pytest.fixture
def expired(token_file: Path, expire_token: Callable[[], None]) -> Path:
    """Make the access token expire."""
    expire_token()
    return token_file


def refreshes(sandbox: Sandbox) -> int:
    """Return how many exchanges of a refresh token were begun."""
    return int(sandbox.counters()["token"]["refresh_token"])


@contextmanager
def asking(get: Executable, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start a caller, when no user can be asked."""
    caller = get.start(*get.arguments, environment=environment)
    yield caller
    if caller.poll() is None:
        caller.kill()
        finish(caller)


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the lock of the session's exchanges, like a broker on another host."""
    folder = home.state / "session-corp"
    folder.mkdir(parents=True, exist_ok=True)
    home.state.chmod(0o700)
    with (folder / "token.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@needs_strace
def test_a_token_is_on_the_disk_before_its_file_is_renamed(
    get: Executable,
    home: Home,
    token_file: Path,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    tmp_path: Path,
) -> None:
    """A power failure leaves the old token or the new one, never half of one."""
    assert get(environment=alone).returncode == 0
    expire_token()
    traces = tmp_path / "traces"
    calls = "trace=open,openat,write,fsync,rename,renameat,renameat2"
    strace = ("strace", "-f", "-y", "-s", "1000", "-o", str(traces), "-e", calls)
    with broker.joined(strace, [broker.process_id(home)]):
        assert get(*get.arguments[:-1], "Administrator", environment=alone).returncode == 0
    lines = [line for line in traces.read_text().splitlines() if str(token_file.parent) in line]
    (renamed,) = (
        number for number, line in enumerate(lines) if "rename" in line and str(token_file) in line
    )
    temporary = re.findall(r'"([^"]+)"', lines[renamed])[0]
    before = [line for line in lines[:renamed] if temporary in line]
    assert re.search(r"O_CREAT.*, 0600\)", before[0])
    assert "fsync(" in before[-1]  # after everything is written
    assert not [line for line in lines if f'"{token_file}", O_WR' in line]


def test_an_exchange_waits_ten_seconds_for_its_lock(
    get: Executable, home: Home, expired: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """The message names the computer that hangs with the lock, and no refresh token is spent without the lock."""
    token = expired.read_text()
    with locked(home):
        done = get(environment=alone)
        assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
        assert "token.lock" in done.stderr
        assert (refreshes(sandbox), expired.read_text()) == (0, token)
    assert get(environment=alone).returncode == 0


@needs_strace
def test_the_file_is_read_again_under_the_lock(
    get: Executable,
    home: Home,
    token_file: Path,
    expire_token: Callable[[], None],
    alone: dict[str, str],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    """The last process with the lock has refreshed the token, and a second exchange would end the session."""
    assert get(environment=alone).returncode == 0
    expire_token()
    traces = tmp_path / "traces"
    strace = ("strace", "-f", "-y", "-o", str(traces), "-e", "trace=flock")
    with broker.joined(strace, [broker.process_id(home)]):
        with locked(home):
            caller = get.start(*get.arguments[:-1], "Administrator", environment=alone)
            until(lambda: "token.lock" in traces.read_text(), "the broker tried the lock")
            token_file.write_text(json.dumps(sandbox.sign_in()))
        assert finish(caller).returncode == 0
    assert refreshes(sandbox) == 0


def test_a_sign_out_during_an_exchange_is_not_undone(
    get: Executable, expired: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """A user who ran ``aws sso logout`` must not be signed in again by a response on its way."""
    sandbox.set_faults({**REFRESH, "delay_seconds": SECONDS_OF_DELAY})
    with asking(get, alone) as caller:
        assert sandbox.wait_until(lambda counters: counters["token"]["refresh_token"] == 1)
        expired.unlink()
        done = finish(caller)
    assert (done.returncode, done.stdout) == (3, "")
    assert not expired.exists()
    assert sandbox.counters()["role_credentials"] == 0


def test_a_token_that_came_during_an_exchange_is_kept(
    get: Executable, expired: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """An SDK without a lock was faster, and its newer token must not be replaced."""
    sandbox.set_faults({**REFRESH, "delay_seconds": SECONDS_OF_DELAY})
    siblings = json.dumps(sandbox.sign_in())
    with asking(get, alone) as caller:
        assert sandbox.wait_until(lambda counters: counters["token"]["refresh_token"] == 1)
        expired.write_text(siblings)
        assert finish(caller).returncode == 0
    assert expired.read_text() == siblings


def test_after_a_refusal_the_token_of_another_program_is_used(
    get: Executable, expired: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """Another program spent the refresh token a moment before, and is about to write the new one."""
    sandbox.set_faults({**REFRESH, "preset": "invalid_grant"})
    siblings = json.dumps(sandbox.sign_in())
    with asking(get, alone) as caller:
        assert sandbox.wait_until(lambda counters: counters["by_status"].get("400") == 1)
        expired.write_text(siblings)
        done = finish(caller)
    assert (done.returncode, done.stderr) == (0, "")
    assert (refreshes(sandbox), sandbox.counters()["authorize"]) == (1, 0)


def test_after_a_refusal_without_another_token_the_user_is_signed_out(
    get: Executable, expired: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """A refresh token that was refused is never tried again."""
    assert expired.exists()
    sandbox.set_faults({**REFRESH, "preset": "invalid_grant", "count": None})
    for _ in range(2):
        assert get(environment=alone).returncode == 3
    assert refreshes(sandbox) == 1


TROUBLES: dict[str, Rule] = {
    "nothing comes": {"preset": "drop"},
    "a reset": {"preset": "reset"},
    "half an answer": {"preset": "truncate"},
    "a load balancer's page": {"preset": "http_503_html"},
    "an internal error": {"preset": "http_500"},
    "too many requests": {"status": 429, "body": {}, "headers": {"Retry-After": "30"}},
    "slow down": {"error": "SlowDownException"},
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_failed_exchange_discards_no_token(
    get: Executable, expired: Path, alone: dict[str, str], sandbox: Sandbox, trouble: Rule
) -> None:
    """A failed request is not a refusal: one line now, and the next call tries the same token."""
    token = expired.read_text()
    sandbox.set_faults({**REFRESH, **trouble})
    done = get(environment=alone)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert "login" not in done.stderr
    assert expired.read_text() == token
    assert get(environment=alone).returncode == 0
    assert sandbox.counters()["authorize"] == 0


def test_a_token_that_is_refused_again_leads_to_a_sign_in(
    get: Executable, token_file: Path, sandbox: Sandbox
) -> None:
    """One exchange answers a 401, and an endless series of them would not help."""
    assert token_file.exists()
    sandbox.set_faults({"preset": "401_session", "operation": "role_credentials", "count": 2})
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert (refreshes(sandbox), sandbox.counters()["authorize"]) == (1, 1)


def test_a_portal_that_stays_down_is_not_a_sign_out(
    get: Executable, token_file: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """The token and the sign-in are still valid."""
    token = token_file.read_text()
    sandbox.set_faults({"operation": "role_credentials", "preset": "http_503_html", "count": None})
    done = get(environment=alone)
    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1)
    assert "login" not in done.stderr
    assert (token_file.read_text(), refreshes(sandbox)) == (token, 0)


def test_retry_after_is_waited_for(
    get: Executable, token_file: Path, alone: dict[str, str], sandbox: Sandbox
) -> None:
    """The service throttles clients longer that come back too early."""
    assert token_file.exists()
    sandbox.set_faults({"operation": "role_credentials", "preset": "429_retry_after"})
    assert get(environment=alone).returncode == 0
    first, second = (one for one in sandbox.requests() if one.operation == "role_credentials")
    assert second.time - first.time >= 1
