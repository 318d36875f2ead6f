"""`get` on Windows: signing in through the browser, answering from the cache, and being called like SDKs do."""

import json
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home
from testing.people import Person
from testing.wine import PYTHON, Executable, windows_path

BOTOCORE = """
import botocore.session
print(botocore.session.Session(profile="dev").get_credentials().get_frozen_credentials().access_key)
"""


def test_the_first_call_signs_in_through_the_browser(
    get: Executable, person: Person, sandbox: Sandbox
) -> None:
    """A broker is started, the page is opened, and the code comes back."""
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('{"Version":1,')
    assert done.stdout.endswith("}\n")
    assert "\r" not in done.stdout
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_the_browser_of_the_session_has_a_path_with_backslashes(
    get: Executable, home: Home, person: Person, people: Callable[..., Person]
) -> None:
    """By the rules of POSIX, each would be the beginning of an escape."""
    command = person.browser.removesuffix(" %s")
    assert "\\" in command
    with home.config.open("a") as config:
        config.write(f"credential_process_browser = {command}\n")
    other = people("--absent")
    done = get(environment={**get.environment, "BROWSER": other.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert (len(person.arrivals()), other.arrivals()) == (1, [])


@pytest.mark.usefixtures("signed_in")
def test_the_second_call_is_answered_from_the_cache(get: Executable, sandbox: Sandbox) -> None:
    """It sends no request: every process of `terraform` calls once."""
    first = get()
    requests = sandbox.requests()
    assert (get().stdout, sandbox.requests()) == (first.stdout, requests)


@pytest.mark.usefixtures("signed_in")
def test_a_call_through_cmd_has_the_same_answer(get: Executable) -> None:
    """The SDKs for Go, Java, JavaScript, .NET, Rust, Ruby and PHP pass the line to `cmd.exe /C`."""
    first = get()
    line = "cmd.exe /C " + " ".join(get.line())
    done = get.windows.start(line, get.environment).finish()
    assert (done.returncode, done.stdout, done.stderr) == (0, first.stdout, "")


@pytest.mark.usefixtures("signed_in")
def test_botocore_reads_a_profile_with_the_line(get: Executable, home: Home) -> None:
    """The AWS CLI and boto3 split the line themselves, without a shell."""
    with home.config.open("a") as config:
        config.write(f"\n[profile dev]\ncredential_process = {' '.join(get.line())}\n")
    command = (windows_path(PYTHON), "-I", "-c", BOTOCORE)
    done = get.windows.start(command, get.environment).finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == json.loads(get().stdout)["AccessKeyId"]
