"""A session that is not in the config file yet, for a sign-in before it is written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.config import session_sections, sessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.config.sso_session import SsoSession


@contextlib.contextmanager
def readable(path: str, session: SsoSession) -> Iterator[dict[str, str]]:
    """Let the broker read a new session before it is in the config file: yield the fields that a want needs for it."""
    if not session.name or sessions.is_configured(path, session):
        yield {}
        return
    # Not `NamedTemporaryFile`: on Windows, the broker cannot read that while it is open.
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "config")
        files.replace(config, session_sections.text(session))
        yield {"AWS_CONFIG_FILE": config}
