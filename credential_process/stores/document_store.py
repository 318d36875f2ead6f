"""Write role documents: store them, keep them when the token is refreshed, and delete them at a sign-out."""

from __future__ import annotations

import contextlib
import glob
import os
import time
from typing import TYPE_CHECKING

from credential_process import documents, files, paths
from credential_process.system import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from credential_process.documents import Document


def store(path: str, document: Document) -> None:
    """Replace the document at `path`.

    Callers do not wait for the disk: a document that a crash of the machine has damaged is a miss. Raises `OSError` if
    the folder cannot be made or the disk is full, and keeps the old document.
    """
    files.replace(path, documents.to_text(document), durable=False)


def stored(folder: str) -> Iterator[tuple[str, Document]]:
    """Yield the valid role documents in the folder of a session, with their paths."""
    now = time.time()
    for path in sorted(glob.iglob(os.path.join(glob.escape(folder), "roles", "*", "*"))):
        document = documents.read(path, now)
        if document is not None and now < document.expires_at:
            yield path, document


def restamp(folders: Iterable[str], sign_in: str, token: str) -> None:
    """Bind the documents of a sign-in to a refreshed token file, whose stamp is `token`.

    Without this, the next call for each role would have to ask a broker; a failure costs no more than that.
    """
    for folder in folders:
        for path, document in stored(folder):
            if document.sign_in == sign_in:
                document.token = token
                with contextlib.suppress(OSError):
                    store(path, document)


def forget(folders: Iterable[str]) -> None:
    """Delete all documents and account lists in the folders of a session."""
    for folder in folders:
        disk.remove_tree(os.path.join(folder, "roles"))


def folders_of(session_folder: str) -> list[str]:
    """Return the folders of a session: that for AWS itself, and one for each set of overridden endpoints."""
    plain = paths.plain_folder(session_folder)
    return [plain, *glob.iglob(f"{glob.escape(plain)}@*")]


def refresh_at(expires_at: int, now: int) -> int:
    """Return when credentials that are new now should be fetched again; all times are epoch seconds.

    botocore calls again on every request when less than 15 minutes are left, newer SDKs when less than 60 are. The
    quarter and the half keep short sessions from being fetched on each call.
    """
    life = expires_at - now
    return expires_at - min(max(20 * 60, life // 4), 60 * 60, life // 2)
