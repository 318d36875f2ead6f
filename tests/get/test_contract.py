"""What `get` promises to every SDK: DESIGN 2."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.executable import PATH, Executable, finish
from testing.home import Home
from testing.people import Pause, Person

KEYS = ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]


def test_stdout_is_one_compact_json_line_in_the_stated_order(get: Executable) -> None:
    """Kotlin's reader may lose what follows a newline."""
    stdout = get().stdout
    credentials = json.loads(stdout)
    assert list(credentials) == KEYS
    assert stdout == json.dumps(credentials, separators=(",", ":")) + "\n"


def test_the_version_is_the_number_one(get: Executable) -> None:
    """JavaScript compares it with ``!== 1``: a string fails."""
    assert '{"Version":1,' in get().stdout


def test_the_line_is_shorter_than_the_buffers_of_old_readers(get: Executable) -> None:
    """Old SDKs for Go and Java truncate it there; the sandbox's session tokens are as long as real ones."""
    assert len(get().stdout.encode()) < 1024


def test_the_expiration_is_whole_seconds_of_utc(get: Executable) -> None:
    """Rust and Go parse RFC 3339 strictly, Swift without fractions."""
    expiration = json.loads(get().stdout)["Expiration"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", expiration)


def test_the_credentials_last_longer_than_any_sdk_asks_for(get: Executable) -> None:
    """With less than 15 minutes left, botocore would run `get` for every request."""
    expiration = datetime.fromisoformat(json.loads(get().stdout)["Expiration"][:-1])
    left = expiration.replace(tzinfo=timezone.utc).timestamp() - time.time()
    assert left > 20 * 60


def test_success_is_silent(get: Executable) -> None:
    """The C++ SDK merges stderr into stdout: one warning there, and the JSON is broken."""
    done = get()
    assert (done.returncode, done.stderr) == (0, "")


def test_warm_prints_the_same_bytes(get: Executable, nobody: Person) -> None:
    """The warm path prints the stored line, and computes nothing."""
    first = get()
    again = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (again.returncode, again.stdout, again.stderr) == (0, first.stdout, "")


@pytest.mark.parametrize("path", ["cold", "warm"])
def test_the_account_is_in_the_output_on_request(
    get: Executable, sandbox: Sandbox, path: str
) -> None:
    """The SDK for Python uses it for account-based endpoints; some SDKs have no room for it."""
    if path == "warm":
        get()
    credentials = json.loads(get(*get.arguments, "--account-id-in-output").stdout)
    assert list(credentials) == [*KEYS, "AccountId"]
    assert credentials["AccountId"] == sandbox.accounts[0].account_id


def test_the_account_in_the_output_is_not_remembered(get: Executable) -> None:
    """A caller that did not ask for it must not get the longer line."""
    get(*get.arguments, "--account-id-in-output")
    assert list(json.loads(get().stdout)) == KEYS


@pytest.mark.parametrize("path", ["cold", "warm"])
def test_stdin_that_never_ends_is_not_waited_for(get: Executable, path: str) -> None:
    """Node gives its child an open socket and never closes it."""
    if path == "warm":
        get()
    read_end, write_end = os.pipe()
    try:
        with os.fdopen(read_end, "rb") as stdin:
            done = finish(get.start(stdin=stdin))
    finally:
        os.close(write_end)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", ["cold", "warm"])
def test_stdin_is_not_read(get: Executable, path: str) -> None:
    """A Go program shares its own stdin with `get`, which must not read what is meant for the program."""
    if path == "warm":
        get()
    read_end, write_end = os.pipe()
    os.write(write_end, b"for the host")
    os.close(write_end)
    with os.fdopen(read_end, "rb") as stdin:
        finish(get.start(stdin=stdin))
        assert stdin.read() == b"for the host"


@pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
@pytest.mark.parametrize("path", ["cold", "warm"])
def test_closed_descriptors_do_no_harm(get: Executable, closed: str, path: str) -> None:
    """Daemons start children without them; a file opened then must not become stdin or stdout."""
    if path == "warm":
        get()
    done = get(prefix=("/bin/sh", "-c", f'exec "$@" {closed}', "sh"))
    assert done.returncode == 0
    assert list(json.loads(done.stdout)) == KEYS


@pytest.mark.parametrize("path", ["cold", "warm"])
def test_a_closed_stdout_is_not_an_error(get: Executable, home: Home, path: str) -> None:
    """The caller has ended, but the credentials are cached for the next one."""
    if path == "warm":
        get()
    done = get(prefix=("/bin/sh", "-c", 'exec "$@" >&-', "sh"))
    assert (done.returncode, done.stderr) == (0, "")
    assert home.document(get.arguments[3], get.arguments[5]).is_file()


@pytest.mark.parametrize("path", ["cold", "warm"])
def test_a_broken_pipe_is_not_an_error(get: Executable, home: Home, path: str) -> None:
    """An SDK that was killed leaves a pipe without a reader: credentials are stored first, and printed last."""
    if path == "warm":
        get()
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as stdout:
        done = finish(get.start(stdout=stdout))
    assert (done.returncode, done.stderr) == (0, "")
    assert home.document(get.arguments[3], get.arguments[5]).is_file()


def test_a_full_stdout_is_reported_in_one_line(get: Executable) -> None:
    """`get > file` on a full disk prints nothing that looks like credentials."""
    done = get(prefix=("/bin/sh", "-c", 'exec "$@" >/dev/full', "sh"))
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_browser_cannot_write_into_the_output(
    get: Executable, people: Callable[..., Person]
) -> None:
    """`xdg-open` and Chromium print messages to the stdout that they inherit."""
    done = get(environment={**get.environment, "BROWSER": people("--noisy").browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert list(json.loads(done.stdout)) == KEYS


def test_a_browser_that_keeps_running_does_not_delay_the_caller(
    get: Executable, people: Callable[..., Person], pause: Pause
) -> None:
    """An SDK waits until stdout is closed: any process that keeps it open hangs the SDK."""
    staying = people("--stay-for", str(pause.path))
    done = get(environment={**get.environment, "BROWSER": staying.browser})
    assert done.returncode == 0
    assert any("person.py" in line for line in processes.of(get.home).values())
    until(pause.end, "the person waits to be let go")


def test_the_broker_keeps_no_descriptor_of_the_host(get: Executable, home: Home) -> None:
    """Programs leak descriptors: the reader of a pipe that the broker inherited would wait for ever."""
    pipe = home.path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert get(prefix=("/bin/sh", "-c", f"exec \"$@\" 9>'{pipe}'", "sh")).returncode == 0
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


def test_only_the_broker_outlives_a_caller(get: Executable) -> None:
    """One process stays to serve the next caller, and no other."""
    get()
    assert processes.last(get.home)


def test_the_module_answers_as_the_script_does(get: Executable) -> None:
    """`python -m credential_process` is for places where no script can be installed."""
    script = get()
    module = subprocess.run(
        [PATH.with_name("python"), "-I", "-m", "credential_process", "get", *get.arguments],
        env=get.environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert (module.returncode, module.stdout, module.stderr) == (0, script.stdout, "")


@pytest.mark.parametrize("setting", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID"])
def test_the_callers_profile_and_keys_are_ignored(get: Executable, setting: str) -> None:
    """They belong to the caller; only the arguments decide which credentials are returned."""
    done = get(environment={**get.environment, setting: "nonsense"})
    assert (done.returncode, done.stderr) == (0, "")


def test_a_global_endpoint_gets_no_tokens(get: Executable, sandbox: Sandbox) -> None:
    """`AWS_ENDPOINT_URL` is set for LocalStack, which must not receive tokens."""
    with Sandbox() as stranger:
        done = get(environment={**get.environment, "AWS_ENDPOINT_URL": stranger.url})
        assert done.returncode == 0
        assert stranger.requests() == []
    assert sandbox.counters()["role_credentials"] == 1
