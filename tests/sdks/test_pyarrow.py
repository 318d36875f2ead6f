"""pyarrow, which is the C++ SDK: it throws our stderr away, and goes on unsigned when we fail."""

import json
from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Sandbox
from testing import bucket
from testing.bucket import SIZE, Bucket
from testing.executable import Executable
from testing.people import Person
from tests.sdks.program import PYTHON_WITH_PYARROW, Program

SIZE_OF_AN_OBJECT = """
import sys
from pyarrow.fs import S3FileSystem
s3 = S3FileSystem(endpoint_override=sys.argv[1], scheme="http", region="us-east-1")
print(s3.get_file_info("bucket/object").size)
"""
UNSIGNED = "ACCESS_DENIED during HeadObject"


@pytest.fixture
def program(dev: dict[str, str]) -> Program:
    """Return the program that prints how large an object is."""
    return Program((str(PYTHON_WITH_PYARROW), "-I", "-c", SIZE_OF_AN_OBJECT), dev)


@pytest.fixture
def store() -> Iterator[Bucket]:
    """Serve a bucket; the sandbox has none."""
    with bucket.served() as store:
        yield store


def test_requests_are_signed_with_what_we_hand_out(
    program: Program, store: Bucket, get: Executable, person: Person
) -> None:
    """Signed out to begin with: one page is answered, and the object is there."""
    done = program.run(person, store.address)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{SIZE}\n", "")
    credentials = json.loads(get().stdout)
    assert store.signers == [(credentials["AccessKeyId"], credentials["SessionToken"])]
    assert len(person.arrivals()) == 1


def test_warm_says_nothing_and_asks_nobody(
    program: Program, store: Bucket, get: Executable, nobody: Person, sandbox: Sandbox
) -> None:
    """The workers of a cluster start by the hundred."""
    get()
    before = sandbox.counters()
    done = program.run(nobody, store.address)
    assert (done.stdout, done.stderr, sandbox.counters()) == (f"{SIZE}\n", "", before)


def test_a_refusal_is_an_access_denied_of_an_unsigned_request(
    program: Program, store: Bucket, people: Callable[..., Person], sandbox: Sandbox
) -> None:
    """It asks us again and again, and shows none of our lines: all we can do is open one page."""
    person = people("--deny")
    done = program.run(person, store.address)
    assert (done.returncode, UNSIGNED in done.stderr) == (1, True)
    assert "sso-credential-process" not in done.stderr
    assert store.signers == [None]
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_signed_out_and_not_to_ask_is_the_same(
    program: Program, store: Bucket, nobody: Person
) -> None:
    """So a user of pyarrow who reads this signs in beforehand, with ``login``."""
    done = program.run(nobody, store.address, SSO_CREDENTIAL_PROCESS_LOGIN="never")
    assert (done.returncode, UNSIGNED in done.stderr) == (1, True)
    assert store.signers == [None]
