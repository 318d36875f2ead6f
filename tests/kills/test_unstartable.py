"""A broker that cannot start: every caller prints the reason, in one line, at once."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credential_process.client import launcher
from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import PATH, Executable, finish
from testing.home import Home
from tests.kills.test_machines import ROOT, may

needs_mounts = pytest.mark.skipif(
    not may(*ROOT, "--mount"), reason="may not mount here (unshare --mount)"
)


def is_one_line(returncode: int, stdout: str, stderr: str) -> bool:
    """Return whether a caller ended with exit 5 and one line, for a problem that the user has to fix."""
    return (returncode, stdout) == (5, "") and len(stderr.splitlines()) == 1 and len(stderr) < 500


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("http", "failed: ImportError in <module> line 1"),
        ("queue", "could not start: ImportError: queue is broken"),
    ],
    ids=["later", "at its start"],
)
@pytest.mark.usefixtures("signed_in")
def test_a_broken_installation_is_one_line(
    get: Executable, break_import: Callable[[str], Executable], module: str, what: str
) -> None:
    """After a failed upgrade no user may wait fifty seconds to read about a problem that they can fix."""
    broken = break_import(module)
    done = broken("--wait", "180", *get.arguments)
    assert is_one_line(done.returncode, done.stdout, done.stderr)
    assert f"the broker {what}; see /" in done.stderr
    processes.end(get.home)
    assert get().returncode == 0


BEFORE = "2026-11-28 10:00:00,000 7 ERROR OSError in run line 1\n"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            "2026-11-28 10:00:01,000 77 ERROR OSError in run line 2\n",
            "failed: OSError in run line 2",
        ),
        ("ImportError: no module\n", "could not start: ImportError: no module"),
        ("", "could not start: it left no message"),
    ],
)
def test_the_output_of_a_child_of_the_started_process_is_reported(
    tmp_path: Path, after: str, words: str
) -> None:
    """In a virtual environment of Windows, ``python.exe`` starts the broker in a process of its own."""
    (tmp_path / "broker.log").write_text(BEFORE + after)
    (tmp_path / "broker.info").write_text("pid=77 version=1\n")
    assert launcher.failure(str(tmp_path), 12, len(BEFORE)).message == f"the broker {words}"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            "2026-11-28 10:00:01,000 77 ERROR OSError in run line 2\n",
            "failed repeatedly: OSError in run line 2",
        ),
        ("2026-11-28 10:00:01,000 77 INFO a role was fetched\n", "was killed repeatedly"),
        ("ImportError: no module\n", "failed repeatedly: ImportError: no module"),
        ("", "was killed repeatedly"),
    ],
)
def test_brokers_that_end_for_a_reason_are_not_reported_as_killed(
    tmp_path: Path, after: str, words: str
) -> None:
    """Windows does not show how a process has ended, but the log does."""
    (tmp_path / "broker.log").write_text(BEFORE + after)
    assert launcher.repeated_failure(str(tmp_path), len(BEFORE)).message == f"the broker {words}"


def test_a_broken_installation_is_one_line_where_children_are_ignored(
    break_import: Callable[[str], Executable],
) -> None:
    """A caller that ignores SIGCHLD passes this on, and cannot learn how its children end."""
    broken = break_import("queue")
    ignoring = ("/bin/sh", "-c", 'trap "" CHLD; exec "$@"', "sh")
    done = broken("--wait", "180", *broken.arguments, prefix=ignoring)
    assert is_one_line(done.returncode, done.stdout, done.stderr)
    assert "within" not in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_a_broken_installation_is_one_line_for_each_of_many_callers(
    break_import: Callable[[str], Executable],
) -> None:
    """Each of them starts a broker, because the next one might work, and none waits for nothing."""
    broken = break_import("http")
    callers = [broken.start() for _ in range(10)]
    done = [finish(caller) for caller in callers]
    assert [is_one_line(end.returncode, end.stdout, end.stderr) for end in done] == [True] * 10


@pytest.mark.usefixtures("signed_in")
def test_an_interpreter_that_is_gone_is_one_line(get: Executable, tmp_path: Path) -> None:
    """`brew upgrade` and `pyenv uninstall` remove it while a program runs."""
    # A virtual environment of links, so that its interpreter can be removed.
    (tmp_path / "bin").mkdir()
    for name in ("lib", "pyvenv.cfg"):
        (tmp_path / name).symlink_to(Path(sys.prefix) / name)
    python = tmp_path / "bin" / "python3"
    python.symlink_to(os.path.realpath(sys.executable))
    script = tmp_path / "bin" / PATH.name
    lines = PATH.read_text().splitlines(keepends=True)
    taken_away = "import os, sys; os.unlink(sys.executable)\n"
    script.write_text("".join([f"#!{python}\n", taken_away, *lines[1:]]))
    script.chmod(0o755)
    instead = ("sh", "-c", 'shift; exec "$0" "$@"', str(script))
    done = get(prefix=instead)
    assert is_one_line(done.returncode, done.stdout, done.stderr)
    assert str(python) in done.stderr


# Room for a want of 4 KiB, and for nothing that a broker writes.
FULL = (
    'mount -t tmpfs -o size="$1" tmpfs "$HOME/.aws/sso-credential-process"; shift;'
    'chmod 700 "$HOME/.aws/sso-credential-process"; exec "$@"'
)


@needs_mounts
@pytest.mark.parametrize("kilobytes", [4, 8, 16, 32])
def test_a_disk_that_fills_up_is_one_line(
    get: Executable, signed_in: Home, sandbox: Sandbox, kilobytes: int
) -> None:
    """Whatever cannot be written first: the caller gets cached credentials, or one line."""
    signed_in.state.mkdir(mode=0o700)
    inside = ("unshare", *ROOT, "--mount", "sh", "-c", FULL, "sh", f"{kilobytes}k")
    done = get(*get.arguments, "--wait", "180", prefix=inside)
    assert done.returncode == 0 or is_one_line(done.returncode, done.stdout, done.stderr)
    assert "within" not in done.stderr
    assert sandbox.counters()["authorize"] == 0
