"""The line in real SDKs: a profile whose only source of credentials is ours."""

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
    # It reads a line of stdin for each time that it asks who it is.
    "Go v1": ("/bin/sh", "-c", 'echo | AWS_SDK_LOAD_CONFIG=1 "$0"', str(GO_1)),
}
# What a credential_process writes to stderr is not shown by these.
HIDING = {"JavaScript v3"}


@pytest.fixture(params=SDKS, ids=list(SDKS))
def program(request: pytest.FixtureRequest, dev: dict[str, str]) -> Program:
    """Return a program that uses the profile of our line."""
    return Program(SDKS[request.param], dev)


def test_an_sdk_signs_in_and_is_who_we_asked_for(
    program: Program, get: Executable, person: Person, sandbox: Sandbox
) -> None:
    """The promise of the first line of the README, checked by an STS that verifies signatures."""
    caller = program.identity(person)
    assert caller["Account"] == get.arguments[3]
    assert "Developer" in caller["Arn"]
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 1)


def test_an_sdk_is_warm_the_second_time(
    program: Program, person: Person, nobody: Person, sandbox: Sandbox
) -> None:
    """A new process starts with nothing in memory; what is on disk must be enough."""
    first = program.identity(person)
    before = {**sandbox.counters(), "caller_identity": 0, "by_status": {}}
    assert program.identity(nobody) == first
    assert {**sandbox.counters(), "caller_identity": 0, "by_status": {}} == before


@pytest.mark.parametrize("program", sorted(SDKS.keys() - HIDING), indirect=True)
def test_a_refusal_reaches_the_user(program: Program, people: Callable[..., Person]) -> None:
    """The line on stderr is all that these SDKs show, or let through: it must be there."""
    with pytest.raises(AssertionError, match="sso-credential-process: "):
        program.identity(people("--deny"))
