"""Ask the broker from inside a host program: the library, the plugins, the commands."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from credential_process import documents, warm
from credential_process.client import arguments, ask, streams

if TYPE_CHECKING:
    from credential_process.client.waiting import OnLook
    from credential_process.session_reference import SessionReference


def role_document(
    options: dict[str, str], *, program: str = "", on_look: OnLook | None = None
) -> documents.Document:
    """Return the document with credentials of a role, from the disk if they are fresh; `options` are those of ``get``.

    `on_look` is called as `ask.ask` describes.
    Raises the kinds of `errors`: `UsageError` for a bad option or session, `SignInNeeded`, `Refused`, ….
    """
    try:
        document = warm.find(options)
        if document is None:
            request = arguments.Request(options)
            document = ask.obtain(request, program=program or program_name(), on_look=on_look)
    except OSError as error:
        raise streams.from_os_error(error) from error
    return document


def ask_broker(
    session: SessionReference,
    fields: dict[str, str],
    *,
    seconds: float | None = None,
    program: str = "",
    on_look: OnLook | None = None,
) -> None:
    """Post a want of any kind and wait until it is answered; raises the kinds of `errors`."""
    try:
        folder = session.folder(arguments.state_root())
        ask.ask(
            session,
            folder,
            fields,
            wait_seconds=seconds,
            program=program or program_name(),
            on_look=on_look,
        )
    except OSError as error:
        raise streams.from_os_error(error) from error


def program_name() -> str:
    """Return the name of this program: its script, or its package if it runs as ``python -m``."""
    script = sys.argv[0] if getattr(sys, "argv", None) else ""
    folder, name = os.path.split(os.path.abspath(script))
    if name == "__main__.py":
        name = os.path.basename(folder)
    if not script or script == "-c":
        name = "python"
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:32]
