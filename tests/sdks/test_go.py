"""The Go SDK v2, which Terraform uses: what its users read. It passes stderr on to the terminal."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.home import Home
from testing.people import Pause, Person
from tests.sdks.program import GO, Program

REASON = "error in credential_process: exit status"
# Until the page is open: 5 seconds, or more on a busy machine.
LONGER_AND_LONGER = (5, 20, 80)
DOWN = dict.fromkeys(("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"), "http://127.0.0.1:9")


@pytest.fixture
def program(dev: dict[str, str]) -> Program:
    """Return the program that prints its caller identity."""
    return Program((str(GO),), dev)


def test_a_sign_in_and_a_warm_start_print_nothing(
    program: Program, person: Person, nobody: Person
) -> None:
    """Any output would appear in the middle of a plan of Terraform."""
    assert [program.run(who).stderr for who in (person, nobody)] == ["", ""]
    assert len(person.arrivals()) == 1


def test_a_denial_is_shown_above_the_error_of_go(
    program: Program, people: Callable[..., Person]
) -> None:
    """Go's own error only contains the exit status, so the reason must be on stderr."""
    message, error = program.run(people("--deny")).stderr.splitlines()
    assert message.startswith("sso-credential-process: ")
    assert error.endswith(f"{REASON} 4")


def test_signed_out_without_prompting_shows_how_to_sign_in(
    program: Program, nobody: Person
) -> None:
    """In a pipeline the message must contain a command that can be copied."""
    done = program.run(nobody, SSO_CREDENTIAL_PROCESS_LOGIN="never")
    message, error = done.stderr.splitlines()
    assert "sso-credential-process login --sso-session corp" in message
    assert error.endswith(f"{REASON} 3")


def test_a_service_that_is_down_is_not_a_sign_out(program: Program, person: Person) -> None:
    """Users must not sign in for nothing because a network is down."""
    message, error = program.run(person, **DOWN).stderr.splitlines()
    assert "cannot be reached" in message
    assert "login" not in message
    assert error.endswith(f"{REASON} 5")


def test_a_role_that_is_not_assigned_is_named(
    program: Program, sandbox: Sandbox, person: Person
) -> None:
    """The most common mistake is one in the profile's own line."""
    sandbox.set_faults({"preset": "403_no_access", "operation": "role_credentials"})
    message, error = program.run(person).stderr.splitlines()
    assert "role Developer in account 111122220001 is not assigned to you" in message
    assert error.endswith(f"{REASON} 4")


def with_shell(program: Program, shell: str, folder: Path) -> Program:
    """Return the program on a system whose `sh` is this shell: bash replaces itself with the command, dash does not."""
    (folder / "sh").symlink_to(f"/bin/{shell}")
    path = os.pathsep.join([str(folder), program.environment["PATH"]])
    return Program(program.command, {**program.environment, "PATH": path})


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_slow_sign_in_is_reported_before_go_gives_up(
    program: Program,
    shell: str,
    home: Home,
    people: Callable[..., Person],
    pause: Pause,
    nobody: Person,
    tmp_path: Path,
) -> None:
    """Go kills the shell, and its error does not mention a sign-in, so the message must come before."""
    config = home.config.read_text()
    program = with_shell(program, shell, tmp_path)
    person = people("--wait-for", str(pause.path))
    for seconds in LONGER_AND_LONGER:
        home.config.write_text(config.replace(" get ", f" get --wait {seconds} "))
        message, error = program.run(person, f"{3 * seconds}s").stderr.splitlines()
        if person.arrivals():
            break
    assert "the sign-in for corp is still open" in message
    assert error.endswith(f"{REASON} 1")
    until(pause.end, "the person goes on")
    until(home.token_file().exists, "the sign-in is finished")
    assert program.run(nobody, "5s").returncode == 0


def test_a_sign_in_survives_go_giving_up(
    program: Program,
    home: Home,
    people: Callable[..., Person],
    pause: Pause,
    nobody: Person,
    tmp_path: Path,
) -> None:
    """If Go's minute ends first, the second run gets the result of the first."""
    program = with_shell(program, "bash", tmp_path)
    person = people("--wait-for", str(pause.path))
    for seconds in LONGER_AND_LONGER:
        assert "credential process timed out" in program.run(person, f"{seconds}s").stderr
        if person.arrivals():
            break
    until(pause.end, "the person goes on")
    until(home.token_file().exists, "the sign-in is finished")
    assert program.run(nobody).returncode == 0
    assert len(person.arrivals()) == 1
