"""Jobs of Windows end all of their processes at once: a broker leaves the job of its caller if it may."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.broker import process_id
from testing.events import until
from testing.home import Home
from testing.patient_person import Patient
from testing.people import Person
from testing.person import answer
from testing.wine import PYTHON, Executable, processes_of, windows_path

PROGRAM = Path(__file__).with_name("in_job.py")


@pytest.fixture
def killed(
    get: Executable,
    home: Home,
    visitor: Person,
    visit: Callable[[], Patient],
    request: pytest.FixtureRequest,
) -> tuple[Patient, int]:
    """Start a caller in a job, open its page and end the job; return the page and the broker at that time."""
    in_job = (windows_path(PYTHON), "-I", windows_path(PROGRAM), request.param)
    environment = {**get.environment, "BROWSER": visitor.browser}
    job = replace(get, prefix=in_job).start(environment=environment)
    page = visit()
    broker = process_id(home)
    job.kill()
    until(lambda: all("broker" in line for line in processes_of(home.path).values()), "it ends")
    return page, broker


@pytest.mark.parametrize("killed", ["breakaway", "silent"], indirect=True)
def test_a_broker_leaves_a_job(
    killed: tuple[Patient, int], get: Executable, home: Home, nobody: Person, sandbox: Sandbox
) -> None:
    """Closing an editor ends its tools, but not the sign-in that the user has begun."""
    page, broker = killed
    answer(page, allow=True)
    until(home.token_file().exists, "the token is stored")
    assert process_id(home) == broker
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1


@pytest.mark.parametrize("killed", ["no"], indirect=True)
def test_a_broker_that_ended_with_its_job_is_replaced(
    killed: tuple[Patient, int], get: Executable, home: Home, nobody: Person, sandbox: Sandbox
) -> None:
    """Some jobs let no process leave: the next caller continues with the open page."""
    page, broker = killed
    caller = get.start(environment={**get.environment, "BROWSER": nobody.browser})
    until(lambda: process_id(home) != broker, "another broker is there")
    answer(page, allow=True)
    done = caller.finish()
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 1
