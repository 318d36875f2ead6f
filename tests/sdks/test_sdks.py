"""The line in real SDKs: a profile whose only source of credentials is the `credential_process` line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.people import Person
from tests.sdks.program import GO, GO_1, Program

JAVASCRIPT = Path(__file__).parent / "javascript"
BOTO3 = """
import boto3, json
caller = boto3.Session().client("sts").get_caller_identity()
print(json.dumps({name: caller[name] for name in ("Account", "Arn")}))
"""
AWS_CLI = str(Path(sys.executable).with_name("aws"))
SDKS = {
    "boto3": (sys.executable, "-I", "-c", BOTO3),
    "AWS CLI v1": (AWS_CLI, "sts", "get-caller-identity"),
    "JavaScript v3": ("node", str(JAVASCRIPT / "get_caller_identity.js")),
    "Go v2": (str(GO),),
    # It reads a line of stdin for each request for its caller identity.
    "Go v1": ("/bin/sh", "-c", 'echo | AWS_SDK_LOAD_CONFIG=1 "$0"', str(GO_1)),
}
# These SDKs do not show the stderr of a credential_process.
HIDING = {"JavaScript v3"}


@pytest.fixture(params=SDKS, ids=list(SDKS))
def program(request: pytest.FixtureRequest, dev: dict[str, str]) -> Program:
    """Return a program that uses the profile with the line."""
    return Program(SDKS[request.param], dev)


def test_an_sdk_signs_in_and_has_the_role_of_the_line(
    program: Program, get: Executable, person: Person, sandbox: Sandbox
) -> None:
    """The first promise of the README, checked by an STS that verifies signatures."""
    caller = program.identity(person)
    assert caller["Account"] == get.arguments[3]
    assert "Developer" in caller["Arn"]
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 1)


def test_an_sdk_is_warm_the_second_time(
    program: Program, person: Person, nobody: Person, sandbox: Sandbox
) -> None:
    """A new process has nothing in memory, so the cache on disk must be enough."""
    first = program.identity(person)
    before = {**sandbox.counters(), "caller_identity": 0, "assume_role": 0, "by_status": {}}
    assert program.identity(nobody) == first
    assert {**sandbox.counters(), "caller_identity": 0, "assume_role": 0, "by_status": {}} == before


@pytest.mark.parametrize("program", sorted(SDKS.keys() - HIDING), indirect=True)
def test_a_refusal_reaches_the_user(program: Program, people: Callable[..., Person]) -> None:
    """These SDKs show only stderr, or pass it on, so it must contain the reason."""
    with pytest.raises(AssertionError, match="sso-credential-process: "):
        program.identity(people("--deny"))
