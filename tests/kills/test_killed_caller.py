"""A caller that is killed: by an SDK that times out, by Ctrl-C, or by a kernel without memory."""

from pathlib import Path

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.kills.strace import Point, chosen, needs_strace, points, recording
from tests.kills.sweep import Outcome, sweep


@needs_strace
def test_killing_a_caller_costs_the_next_one_nothing(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person, tmp_path: Path
) -> None:
    """Wherever it dies, its want, its locks and its half-written files do not disturb other processes."""
    document = signed_in.document(get.arguments[3], get.arguments[5])
    environment = {**get.environment, "BROWSER": nobody.browser}
    traces = tmp_path / "trace"

    def kill(point: Point) -> tuple[bool, Outcome]:
        processes.end(signed_in.path)
        document.unlink(missing_ok=True)
        killed = get(prefix=point.prefix)
        done = get(environment=environment)
        return killed.returncode == -9, (done.returncode, done.stderr)

    assert get(prefix=recording(traces)).returncode == 0
    assert sweep("get", chosen(points(traces)), kill) == {}
    assert sandbox.counters()["authorize"] == 0
