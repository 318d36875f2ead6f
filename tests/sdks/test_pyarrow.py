"""pyarrow, which uses the C++ SDK: it discards stderr, and sends unsigned requests after a failure."""

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
    """Return the program that prints the size of an object."""
    return Program((str(PYTHON_WITH_PYARROW), "-I", "-c", SIZE_OF_AN_OBJECT), dev)


@pytest.fixture
def store() -> Iterator[Bucket]:
    """Serve a bucket; the sandbox has none."""
    with bucket.served() as store:
        yield store


def test_requests_are_signed_with_the_credentials(
    program: Program, store: Bucket, get: Executable, person: Person
) -> None:
    """The user is signed out: after one sign-in, the object is found."""
    done = program.run(person, store.address)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{SIZE}\n", "")
    credentials = json.loads(get().stdout)
    assert store.signers == [(credentials["AccessKeyId"], credentials["SessionToken"])]
    assert len(person.arrivals()) == 1


def test_warm_prints_nothing_and_opens_no_page(
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
    """It runs the line again and again and shows no message, so at most one page may open."""
    person = people("--deny")
    done = program.run(person, store.address)
    assert (done.returncode, UNSIGNED in done.stderr) == (1, True)
    assert "sso-credential-process" not in done.stderr
    assert store.signers == [None]
    assert (len(person.arrivals()), sandbox.counters()["authorize"]) == (1, 1)


def test_signed_out_without_prompting_is_the_same(
    program: Program, store: Bucket, nobody: Person
) -> None:
    """Users of pyarrow have to sign in beforehand, with ``login``."""
    done = program.run(nobody, store.address, SSO_CREDENTIAL_PROCESS_LOGIN="never")
    assert (done.returncode, UNSIGNED in done.stderr) == (1, True)
    assert store.signers == [None]
