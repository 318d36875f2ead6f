"""The token that a client shows, in a file that only its user can read."""

from __future__ import annotations

import contextlib
import os
import secrets
import time

from credential_process import files
from credential_process.errors import UsageError
from credential_process.system import privacy

_FEWEST_CHARACTERS = 16
_OLD_SECONDS = 30 * 24 * 3600


class TokenFile:
    """A token, and the file with it, which is written again if it is deleted.

    One that `is_temporary` is removed at the end.
    """

    def __init__(self, path: str, token: str, *, is_temporary: bool) -> None:
        self.path = path
        self.token = token
        self._is_temporary = is_temporary

    @classmethod
    def new(cls, state_root: str) -> TokenFile:
        """Make a random token, whose file has a name of its own: many can be served at once."""
        folder = os.path.join(state_root, "serve")
        _remove_old(folder)
        path = os.path.join(folder, f"token-{secrets.token_hex(8)}")
        return cls(path, secrets.token_urlsafe(32), is_temporary=True)

    @classmethod
    def at(cls, path: str) -> TokenFile:
        """Read the token of a file, or make one if there is no file; raises `UsageError` for one that SDKs refuse."""
        path = os.path.abspath(os.path.expanduser(path))
        if not os.path.lexists(path):
            return cls(path, secrets.token_urlsafe(32), is_temporary=False)
        if (seen := privacy.others_read(path)) is not None:
            raise UsageError(
                f"--token-file: other users may read {path} ({seen.what})", hint=seen.fix
            )
        token = files.read(path)
        if token is None or not _is_token(token):
            raise UsageError(
                f"--token-file: {path} has no token",
                hint=f"remove it, or write {_FEWEST_CHARACTERS} or more letters and digits to it, without a newline",
            )
        return cls(path, token, is_temporary=False)

    def write(self) -> None:
        """Write the file if it is not there; raises `OSError`."""
        if not os.path.lexists(self.path):
            # SDKs refuse a token that ends in a newline.
            files.replace(self.path, self.token, durable=False)

    def restore(self) -> None:
        """Write the file again if it was deleted, as everything in the state folder may be."""
        with contextlib.suppress(OSError):
            self.write()

    def close(self) -> None:
        """Remove a temporary file."""
        if self._is_temporary:
            files.remove(self.path)


def _is_token(text: str) -> bool:
    return (
        len(text) >= _FEWEST_CHARACTERS
        and text.isascii()
        and text.isprintable()
        and " " not in text
    )


def _remove_old(folder: str) -> None:
    """Remove what killed processes have left; one that still serves writes its file again."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.stat(follow_symlinks=False).st_mtime < time.time() - _OLD_SECONDS:
                files.remove(entry.path)
