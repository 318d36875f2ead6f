"""A process of its own: nothing of the caller's is kept, and what is said goes to a log."""

from __future__ import annotations

import logging
import os

from credential_process import launcher

log = logging.getLogger("credential_process")

_LARGEST_LOG = 256 * 1024
# botocore and the libraries under it read these where they are not told otherwise.
_SERVICE_SETTINGS = ("AWS_", "BOTO", "REQUESTS_", "CURL_", "SSLKEYLOGFILE")


def detach() -> None:
    """Let go of everything that is the caller's: its folder, its descriptors, its environment."""
    os.chdir("/")
    os.umask(0o077)
    os.closerange(launcher.START_LOCK_DESCRIPTOR + 1, os.sysconf("SC_OPEN_MAX"))
    for name in list(os.environ):
        if name.startswith(_SERVICE_SETTINGS) or name.lower().endswith("_proxy"):
            del os.environ[name]


def log_to(path: str) -> None:
    """Write the log to a file, the last one beside it when it has grown; raises `OSError`."""
    if os.path.exists(path) and os.path.getsize(path) > _LARGEST_LOG:
        os.replace(path, f"{path}.1")
    output = logging.FileHandler(path, encoding="utf-8")
    output.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    log.addHandler(output)
    log.setLevel(logging.INFO)
    # Libraries that print shall not: what they say may hold secrets.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
