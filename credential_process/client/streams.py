"""The descriptors from the caller: stdout is the protocol, stderr gets one line, stdin is never read."""

import os
import sys

from credential_process.errors import CredentialProcessError, Defect, Unavailable, unusable
from credential_process.system import flags


def claim_stdout() -> int:
    """Move stdout to another descriptor and return it, so that no other code in this process can write to it."""
    descriptor = 0
    # If the caller has closed 0, 1 or 2, the next file that is opened would replace it, and receive the output.
    while descriptor < 3:
        descriptor = os.open(os.devnull, flags.READ_AND_WRITE)
    stdout = os.dup(1)  # above 2, since those are taken; no child process inherits it
    os.dup2(descriptor, 1)
    os.close(descriptor)
    return stdout


def open_closed() -> None:
    """Open the null device in place of each stream that the caller has closed, for code that relies on all three."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115  as long as the program
            setattr(sys, name, stream)


def complain(error: CredentialProcessError) -> None:
    """Print an error to stderr, in one line under 500 bytes; for a bug, with where to report it."""
    end = ""
    if isinstance(error, Defect):
        from credential_process.client import bug_report  # only bugs need it

        end = f"; {bug_report.request()}"
    line = " ".join(f"sso-credential-process: {error}".split()).encode("utf-8", "backslashreplace")
    content = (line[: 490 - len(end)].decode("utf-8", "ignore") + end).encode()
    try:
        os.write(2, content + b"\n")
    except OSError:
        pass  # stderr is closed


def from_os_error(error: OSError) -> Unavailable:
    """Return an `OSError` as `Unavailable`, with the file or ``stdout``."""
    return unusable(error.filename if isinstance(error.filename, str) else "stdout", error)
