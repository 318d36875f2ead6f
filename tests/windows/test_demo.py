"""``sandbox --demo`` on Windows, where nothing that is open can be removed."""

from collections.abc import Callable
from pathlib import Path

from testing.wine import Executable, Person, windows_path


def test_the_demo_signs_in_and_leaves_nothing(
    command: Callable[[str], Executable],
    environment: dict[str, str],
    person: Person,
    tmp_path: Path,
) -> None:
    """Its home can only be removed once the broker and the browser have closed their files there."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    folder = windows_path(temporary)
    done = command("sandbox")("--demo", environment={**environment, "TEMP": folder, "TMP": folder})
    assert (done.returncode, done.stderr) == (0, "")
    assert "arn:aws:sts::111122220001:" in done.stdout
    assert "Sign-ins: 1. Requests for credentials: 1." in done.stdout
    assert (len(person.arrivals()), list(temporary.iterdir())) == (1, [])
