"""Run a command in a job of Windows that ends with this program, as many SDKs and editors do.

Arguments: how processes can leave the job (`no`, `breakaway` on request, `silent` for all children), and the command.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes import wintypes

assert sys.platform == "win32"

KILL_ON_CLOSE = 0x2000
LEAVE = {"no": 0, "breakaway": 0x800, "silent": 0x1000}
EXTENDED_LIMITS = 9


class Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are used."""

    _fields_ = (
        ("times", wintypes.LARGE_INTEGER * 2),
        ("flags", wintypes.DWORD),
        ("sizes", ctypes.c_size_t * 2),
        ("active_processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("classes", wintypes.DWORD * 2),
        ("io", ctypes.c_ulonglong * 6),
        ("memory", ctypes.c_size_t * 4),
    )


def main() -> int:
    """Join the job, run the command and return its exit code."""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
    limits = Limits(flags=KILL_ON_CLOSE | LEAVE[sys.argv[1]])
    # Its only handle is closed when this process ends, which ends all processes that are still in the job.
    for is_done in (
        kernel.SetInformationJobObject(
            job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ),
        kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess())),
    ):
        if not is_done:
            raise ctypes.WinError(ctypes.get_last_error())
    return subprocess.run(sys.argv[2:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
