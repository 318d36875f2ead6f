"""Keep the tests out of the developer's own ``~/.aws``."""

import os
import pwd
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class RealHomeTouched(BaseException):
    """Raised if a test uses the real ``~/.aws``; no ``except Exception`` may hide it."""


REAL = tuple(
    {
        str(Path(home) / ".aws")
        for home in (pwd.getpwuid(os.getuid()).pw_dir, os.environ.get("HOME", "/"))
    }
)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith(("open", "os.", "shutil.", "glob.")):
        return
    for argument in arguments[:2]:
        if isinstance(argument, (str, bytes, os.PathLike)):
            path = os.path.abspath(os.fsdecode(argument))
            if any(path == real or path.startswith(real + os.sep) for real in REAL):
                raise RealHomeTouched(f"{event} of {path}")


@contextmanager
def guarded(home: Path) -> Iterator[None]:
    """Make the real ``~/.aws`` unreachable: an audit hook here, an empty home for children.

    An audit hook cannot be removed again, which suits the purpose. There is none in a process that is traced, for
    coverage or in a debugger: CPython before 3.12 cannot trace a thread that starts while such a hook, written in
    Python, runs in another.
    """
    for name in list(os.environ):
        if name.startswith(("AWS_", "SSO_CREDENTIAL_PROCESS_", "XDG_")) or name.lower().endswith(
            "_proxy"
        ):
            del os.environ[name]
    os.environ["HOME"] = str(home)
    before = _listing()
    if sys.gettrace() is None:
        sys.addaudithook(_refuse)
    yield
    assert _listing() == before, "a process that a test started wrote into the real ~/.aws"


def _listing() -> dict[str, int]:
    """Return the modification times below the real folders, without opening a file."""
    # The hook would refuse to list the folder, so a child does it.
    import subprocess

    script = (
        "import os,sys\n"
        "for top in sys.argv[1:]:\n"
        "    for folder, _, names in os.walk(top):\n"
        "        for name in ['', *names]:\n"
        "            path = os.path.join(folder, name)\n"
        "            print(os.lstat(path).st_mtime_ns, path)\n"
    )
    printed = subprocess.run(
        [sys.executable, "-I", "-c", script, *REAL], capture_output=True, text=True, check=True
    ).stdout
    return {
        path: int(time) for time, _, path in (line.partition(" ") for line in printed.splitlines())
    }
