"""The ask path of `get`: post a want, make sure a broker lives, wait for the answer, print it.

Hundreds of these run at once, so it imports no botocore, no lock library, no argument parser and no json.
"""

import os
import time

from credential_process import (
    __version__,
    arguments,
    asker,
    browser,
    documents,
    launcher,
    mailbox,
    streams,
    warm,
)
from credential_process.errors import (
    CredentialProcessError,
    Defect,
    Unavailable,
    UsageError,
)
from credential_process.waiting import Wait


def get(argv: list[str]) -> int:
    """Run `get`; return its exit code. Everything that goes wrong becomes one line on stderr here."""
    try:
        stdout = streams.claim_stdout()
        if os.environ.get(launcher.MARKER):
            raise UsageError("called by its own broker", hint=f"unset {launcher.MARKER}")
        request = arguments.parse(argv)
        warm.write(_obtain(request), stdout)
    except CredentialProcessError as error:
        failure = error
    except OSError as error:
        failure = streams.from_os_error(error)
    except Exception as error:  # noqa: BLE001  an SDK shows one line to its user, and never a traceback
        failure = Defect(f"defect: {type(error).__name__} in sso-credential-process {__version__}")
    else:
        return 0
    streams.complain(failure)
    return failure.exit_code


def _obtain(request: arguments.Request) -> str:
    folder = request.session.folder(arguments.state_root())
    path = documents.role_path(folder, request.account_id, request.role_name)
    fields = {"kind": "role", "account": request.account_id, "role": request.role_name}
    began = time.monotonic()
    for _ in range(2):
        # A want that is gone without an answer was swept away with its folder: post it again, once.
        ask(
            request.session,
            folder,
            {**fields, **request.habits},
            wait_seconds=request.wait_seconds,
            began=began,
        )
        document = documents.read(path, time.time())
        if document is not None and _answers(document, request):
            return warm.line_to_print(document, request.options)
    raise Unavailable("the broker gave no answer", hint=f"look at {folder}")


def _answers(document: documents.Document, request: arguments.Request) -> bool:
    session = request.session
    start_url = session.start_url or document.start_url
    region = session.region or document.region
    config = documents.config_file() if session.name else ""
    is_ours = document.is_for(
        request.account_id, request.role_name, session.name, start_url, region
    )
    return is_ours and config == document.config[0] and time.time() < document.expires_at


def ask(
    session: arguments.Session,
    folder: str,
    fields: dict[str, str],
    *,
    wait_seconds: float | None = None,
    began: float | None = None,
) -> None:
    """Post a want to the broker of this session and wait until it is answered.

    `fields` say what is wanted; the session, the asker, the reach and the service environment are added.
    The wait counts from `began` (monotonic). Raises the failure that answers the want, `SignInOpen` or
    `Unavailable` when the wait ends first, `OSError` when the mailbox cannot be used.
    """
    box = documents.host_folder(folder)
    mailbox.open_box(box)
    want = mailbox.post(
        box,
        {
            "version": __version__,
            **session.fields,
            "asker": asker.program(),
            "reach": _reach(),
            **arguments.service_environment(),
            **fields,
        },
    )
    try:
        Wait(session.label, box, want, wait_seconds, began).until_answered()
    finally:
        mailbox.withdraw(want)
    failure = mailbox.failure_of(box, want)
    if failure is not None:
        raise failure


def _reach() -> str:
    if os.environ.get("SSO_CREDENTIAL_PROCESS_LOGIN", "").lower() == "never":
        return "never"
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        return "never"
    return "browser" if browser.is_reachable() else "none"
