"""Many processes that ask at once on Windows: through files that share nothing, only one of them starts the broker."""

from credential_process.sandbox import Sandbox
from testing.people import Person
from testing.wine import Executable

CALLERS = 12


def test_twelve_callers_cost_one_sign_in(get: Executable, sandbox: Sandbox, person: Person) -> None:
    """The main promise: `terraform apply` with many providers opens one tab."""
    callers = [get.start() for _ in range(CALLERS)]
    done = [caller.finish() for caller in callers]
    assert [(end.returncode, end.stderr) for end in done] == [(0, "")] * CALLERS
    assert len({end.stdout for end in done}) == 1
    counters = sandbox.counters()
    assert (counters["register"], counters["authorize"], counters["role_credentials"]) == (1, 1, 1)
    assert len(person.arrivals()) == 1
