"""The config file of the machine, which belongs to root."""

import os
import stat
import sys

from credential_process.system.exposure import Exposure

assert sys.platform != "win32"

_ROOT = 0
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FOLDER = "/Library/Application Support" if sys.platform == "darwin" else "/etc"


def path() -> str:
    """Return the path of the file, whether it exists or not."""
    return f"{_FOLDER}/sso-credential-process/config"


def exposure(path: str) -> Exposure | None:
    """Return how a user other than root could have written the file at `path`, and the fix; None if none could.

    The file may be a link, as configuration managers make it: then its target and the folder of that count, too.
    """
    target = os.path.realpath(path)
    for place in dict.fromkeys((os.path.dirname(path), path, os.path.dirname(target), target)):
        try:
            status = os.stat(place)
        except FileNotFoundError:
            return None
        except OSError as error:
            return Exposure(f"{place}: {error.strerror}", f"chmod a+rX {place}")
        if status.st_uid != _ROOT:
            return Exposure(f"{place} does not belong to root", f"chown root {place}")
        mode = stat.S_IMODE(status.st_mode)
        if mode & _OTHERS_WRITE:
            return Exposure(f"users may write {place} ({mode:04o})", f"chmod go-w {place}")
    return None
