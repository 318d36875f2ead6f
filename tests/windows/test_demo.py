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
    folder = {"TEMP": windows_path(temporary), "TMP": windows_path(temporary)}
    done = command("sandbox")("--demo", environment={**environment, **folder})
    assert (done.returncode, done.stderr) == (0, "")
    assert "arn:aws:sts::111122220001:" in done.stdout
    assert "Sign-ins: 1. Requests for credentials: 1." in done.stdout
    assert (len(person.arrivals()), list(temporary.iterdir())) == (1, [])


def test_a_demo_that_fails_leaves_nothing(
    command: Callable[[str], Executable],
    environment: dict[str, str],
    people: Callable[..., Person],
    tmp_path: Path,
) -> None:
    """The broker still shows the result of the sign-in, and has files open in the home."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    folder = {"TEMP": windows_path(temporary), "TMP": windows_path(temporary)}
    browser = {"BROWSER": people("--deny").browser}
    done = command("sandbox")("--demo", environment={**environment, **folder, **browser})
    assert (done.returncode, list(temporary.iterdir())) == (5, [])
    assert "sso-credential-process: the demo has failed: " in done.stderr
