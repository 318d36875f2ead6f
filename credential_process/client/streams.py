"""The descriptors that the caller gave us: stdout is the protocol, stderr takes one line, stdin is never read."""

import os

from credential_process.errors import CredentialProcessError, Unavailable, unusable


def claim_stdout() -> int:
    """Move stdout to a descriptor of ours, so that nothing else that runs in this process can write to it."""
    descriptor = 0
    # Where the caller has closed 0, 1 or 2, the next file that we open would take its place, and our words.
    while descriptor < 3:
        descriptor = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    stdout = os.dup(1)  # above 2, since those are taken; no child process inherits it
    os.dup2(descriptor, 1)
    os.close(descriptor)
    return stdout


def complain(error: CredentialProcessError) -> None:
    """Say on stderr what went wrong, in one line under 500 bytes."""
    line = " ".join(f"sso-credential-process: {error}".split())
    content = line.encode("utf-8", "backslashreplace")[:490].decode("utf-8", "ignore").encode()
    try:
        os.write(2, content + b"\n")
    except OSError:
        pass  # nobody listens


def from_os_error(error: OSError) -> Unavailable:
    """Tell a failure of the file system as ours."""
    return unusable(error.filename if isinstance(error.filename, str) else "stdout", error)
