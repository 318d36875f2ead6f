"""Find the start URLs that were used without an SSO session: those with state."""

from __future__ import annotations

import glob
import os
import time
from typing import TYPE_CHECKING

from credential_process import documents, paths
from credential_process.identifiers import is_region, is_start_url
from credential_process.session_reference import SessionReference
from credential_process.stores import field_files, mailbox, token_cache

if TYPE_CHECKING:
    from collections.abc import Iterator


def find(root: str, cache: str) -> list[SessionReference]:
    """List the start URLs that have state below `root`, found through the tokens in `cache` and the files there."""
    found = {
        start_url: region
        for start_url, region in _traces(root, cache)
        if is_start_url(start_url)
        and is_region(region)
        and os.path.isdir(paths.session_folder(root, "", start_url))
    }
    return [SessionReference("", start_url, region) for start_url, region in sorted(found.items())]


def _traces(root: str, cache: str) -> Iterator[tuple[str, str]]:
    folders = os.path.join(glob.escape(root), "url-*")
    for pattern in (mailbox.page_path(f"{folders}/hosts/*"), mailbox.code_path(folders)):
        for path in glob.iglob(pattern):
            fields = field_files.read(path) or {}
            yield fields.get("start_url", ""), fields.get("region", "")
    for path in glob.iglob(os.path.join(folders, "roles/*/*")):
        document = documents.read(path, time.time())
        if document is not None:
            yield document.start_url, document.region
    for folder in (cache, *glob.iglob(folders)):
        yield from token_cache.start_urls(folder)
