"""Whole-file writes and locks: every file is replaced, never edited, and can be read at any time."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from credential_process import paths
from credential_process.system import disk, flags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

_TEMPORARY = ".sso-credential-process-"
_RANDOM_BYTES = 8


def replace(
    path: str,
    content: str,
    *,
    like: str | None = None,
    durable: bool = True,
    precious: bool = False,
) -> None:
    """Replace the file at `path` with one of this content, 0600, in folders of 0700.

    With `like`, it gets the owner, the mode and the extended attributes of that file. What root writes into a folder
    of another user, as under ``sudo -E``, belongs to that user.
    The content is on the disk before it has the name, so a crash leaves the old file or the new one. Without
    `durable` a crash of the machine can leave a damaged file: good enough for files that are checked when read.
    Losing a `precious` file would cost a sign-in or a setting, so it survives even a power failure of the drive.
    Raises `OSError` that names `path`, and leaves the old file unchanged then.
    """
    try:
        _replace(path, content, like=like, durable=durable, precious=precious)
    except FileNotFoundError:
        # A sign-out, or a user who tidies up, has deleted the folder or the draft.
        _replace(path, content, like=like, durable=durable, precious=precious)


def _replace(path: str, content: str, *, like: str | None, durable: bool, precious: bool) -> None:
    with draft(path, like=like, durable=durable, precious=precious) as new:
        new.write(content)
        new.commit()


class Draft:
    """The new content of a file, under a temporary name until it is committed; `is_finished` after the attempt."""

    def __init__(
        self, file: TextIO, path: str, draft_path: str, *, durable: bool, precious: bool
    ) -> None:
        self.path = draft_path
        self.is_finished = False
        self._file = file
        self._final_path = path
        self._durable = durable
        self._precious = precious

    def reserve(self, room: int) -> None:
        """Reserve `room` bytes on the disk, so that a later `write` of that many cannot fail for lack of space."""
        self._file.write(" " * room)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)

    def write(self, content: str) -> None:
        """Write the whole content."""
        self._file.write(content)
        self._file.truncate()
        self._file.flush()
        if self._durable:
            disk.sync(self._file.fileno(), precious=self._precious)

    def close(self) -> None:
        """Close the draft: not every system can move an open file."""
        self._file.close()

    def commit(self) -> None:
        """Replace the file."""
        self.close()
        self.is_finished = True
        disk.replace(self.path, self._final_path, precious=self._precious)


@contextlib.contextmanager
def draft(
    path: str,
    *,
    draft_path: str = "",
    like: str | None = None,
    durable: bool = True,
    precious: bool = False,
) -> Iterator[Draft]:
    """Yield a `Draft` of the file at `path`, deleted at the end unless it was committed; see `replace`.

    `draft_path`, in the same folder, is where a killed process leaves it, and where it stays if the file cannot be
    replaced; by default it is random, and swept later.
    """
    folder = os.path.dirname(path)
    _make_folders(folder)
    temporary = draft_path or os.path.join(
        folder, f"{_TEMPORARY}{os.urandom(_RANDOM_BYTES).hex()}.tmp"
    )
    try:
        if max(len(path), len(temporary)) > flags.LONGEST_PATH:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        descriptor = os.open(temporary, flags.NEW, 0o600)
        new = None
        try:
            with open(
                descriptor, "w", encoding="utf-8", errors="surrogateescape", newline=""
            ) as file:
                disk.give(descriptor, folder)
                if like is not None:
                    disk.take_after(descriptor, like)
                new = Draft(file, path, temporary, durable=durable, precious=precious)
                yield new
        finally:
            if not (draft_path and new is not None and new.is_finished):
                remove(temporary)
    except OSError as error:
        error.filename = path  # an error of a full disk has no name
        raise


def sync_folder(folder: str) -> None:
    """Write the names in a folder to the disk, so that a crash of the machine does not undo a `commit`."""
    with contextlib.suppress(OSError):  # some file systems cannot
        descriptor = os.open(folder, flags.READ)
        try:
            disk.sync(descriptor, precious=True)
        finally:
            os.close(descriptor)


def _make_folders(path: str) -> None:
    folder = os.path.dirname(path)
    # A drive is its own folder, whether it is there or not.
    if folder != path and not os.path.lexists(folder):
        _make_folders(folder)
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, paths.FOLDER_MODE)
        disk.give(path, folder)


def read(path: str, *, limit: int = 1 << 20, errors: str = "strict") -> str | None:
    """Return the text of a small file; None if it is missing, unreadable, too large, not text or not a regular file.

    `errors` is what to do about bytes that are not UTF-8, as for `bytes.decode`.
    """
    try:
        descriptor = disk.open_to_read(path)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            content = file.read(limit + 1)
        return content.decode(errors=errors) if len(content) <= limit else None
    except (OSError, ValueError):
        return None


def remove(path: str) -> None:
    """Remove a file if it exists and this user may."""
    with contextlib.suppress(OSError):
        disk.remove(path)


def sweep(folder: str, *, older_than: float) -> None:
    """Remove the temporary files that interrupted writes left in a folder before `older_than` (epoch seconds)."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not _is_temporary(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            if entry.stat(follow_symlinks=False).st_mtime < older_than:
                remove(entry.path)


def _is_temporary(name: str) -> bool:
    """Return whether this is a temporary name of `draft`; another program may have files that begin like it."""
    middle = name.removeprefix(_TEMPORARY).removesuffix(".tmp")
    return (
        name == f"{_TEMPORARY}{middle}.tmp"
        and len(middle) == 2 * _RANDOM_BYTES
        and set("0123456789abcdef").issuperset(middle)
    )


@contextlib.contextmanager
def lock(path: str, *, timeout_seconds: float) -> Iterator[None]:
    """Hold the lock file at `path`, across processes; the kernel releases it when this process ends.

    Raises `TimeoutError` if another process holds it for `timeout_seconds`, `OSError` if it cannot be created.
    The file stays when the lock is released: if it were unlinked, two processes could hold "the" lock.
    """
    import filelock

    _make_folders(os.path.dirname(path))
    # There is no fallback to a lock that the kernel does not release: it could outlive a killed holder.
    held = filelock.FileLock(
        path,
        timeout=timeout_seconds,
        mode=0o600,
        poll_interval=0.02,
        fallback_to_soft=False,
        preserve_lock_file=True,
    )
    with held:
        yield
