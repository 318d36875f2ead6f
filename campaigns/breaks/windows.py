"""The deliberate break for Windows: its locks share everything, and the story of the herd under Wine must notice.

It runs where `make windows` has run, for ``WINDOWS_PYTHON`` if that is set; it takes two minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys

from campaigns.breaks.stage import PACKAGE, ROOT
from campaigns.breaks.table import Break
from testing.wine import PYTHON

SHARED_LOCK = Break(
    "Every process has the lock, so that each caller starts a broker.",
    "system/windows_locks.py",
    "take",
    "_SHARE_NOTHING, _SHARE_ALL = 0, 7",
    "_SHARE_NOTHING, _SHARE_ALL = 7, 7",
    ("tests/windows/test_concurrent_calls.py::test_twelve_callers_cost_one_sign_in",),
)
_FAILED = 1  # pytest's exit code where tests ran, and some failed


def main() -> int:
    """Break the lock in the installed package; return 1 if no test fails because of it."""
    file = PYTHON.parent / "lib" / "site-packages" / PACKAGE / SHARED_LOCK.file
    whole = file.read_text()
    # A new file, because the old one may be a hard link to that of another environment.
    file.unlink()
    file.write_text(SHARED_LOCK.applied(whole))
    try:
        environment = {**os.environ, "WINDOWS_PYTHON": PYTHON.parent.name}
        command = [str(ROOT / ".ci/windows"), "-q", "--tb=line", *SHARED_LOCK.tests]
        ended = subprocess.run(command, env=environment, check=False).returncode
    finally:
        file.write_text(whole)
    print("caught" if ended == _FAILED else f"not caught: {SHARED_LOCK.what}")
    return 0 if ended == _FAILED else 1


if __name__ == "__main__":
    sys.exit(main())
