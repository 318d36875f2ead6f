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
        stdout = _private_stdout()
        request = arguments.parse(argv)
        warm.write(_obtain(request), stdout)
    except CredentialProcessError as error:
        complain(error)
        return error.exit_code
    except OSError as error:
        unusable = Unavailable(
            f"{error.strerror}: {error.filename or 'stdout'}", hint="make room, or mend it"
        )
        complain(unusable)
        return unusable.exit_code
    except Exception as error:  # noqa: BLE001  an SDK shows one line to its user, and never a traceback
        complain(Defect(f"defect: {type(error).__name__} in sso-credential-process {__version__}"))
        return Defect.exit_code
    return 0


def complain(error: CredentialProcessError) -> None:
    """Say on stderr what went wrong, in one line under 500 bytes."""
    line = " ".join(f"sso-credential-process: {error}".split())
    content = (
        line.encode("utf-8", "backslashreplace")[:490].decode("utf-8", "ignore").encode() + b"\n"
    )
    try:
        os.write(2, content)
    except OSError:
        pass


def _private_stdout() -> int:
    """Move stdout to a descriptor of ours, so that nothing else that runs in this process can write to it."""
    if os.environ.get(launcher.MARKER):
        raise UsageError(
            "called by its own broker",
            hint="take credential_process out of the broker's environment",
        )
    try:
        stdout = os.dup(1)
    except OSError:
        stdout = os.open(
            os.devnull, os.O_WRONLY | os.O_CLOEXEC
        )  # closed by the caller: nobody reads it
    null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(null, 1)
    os.close(null)
    return stdout


def _obtain(request: arguments.Request) -> str:
    root = documents.state_root()
    if not root:
        raise Unavailable(
            "no folder for state can be written",
            hint="set SSO_CREDENTIAL_PROCESS_HOME to a folder of yours with mode 0700",
        )
    folder = request.session.folder(root)
    path = documents.role_path(folder, request.account_id, request.role_name)
    fields = {"kind": "role", "account": request.account_id, "role": request.role_name}
    for _ in range(2):
        # A want that is gone without an answer was swept away with its folder: post it again, once.
        ask(
            request.session,
            folder,
            fields,
            wait_seconds=request.wait_seconds,
            may_sign_in=request.may_sign_in,
        )
        document = documents.read(path, time.time())
        if document is not None and _answers(document, request):
            return warm.line_to_print(document, request.options)
    raise Unavailable("the broker gave no answer", hint=f"look at {folder}")


def _answers(document: documents.Document, request: arguments.Request) -> bool:
    session = request.session
    start_url = session.start_url or document.start_url
    region = session.region or document.region
    is_ours = document.is_for(
        request.account_id, request.role_name, session.name, start_url, region
    )
    return is_ours and time.time() < document.expires_at


def ask(
    session: arguments.Session,
    folder: str,
    fields: dict[str, str],
    *,
    wait_seconds: float | None = None,
    may_sign_in: bool = True,
) -> None:
    """Post a want to the broker of this session and wait until it is answered.

    `fields` say what is wanted; the session, the asker, the reach and the service environment are added.
    Raises the failure that answers it, `SignInOpen` or `Unavailable` when the wait ends first.
    """
    box = documents.host_folder(folder)
    mailbox.open_box(box)
    want = mailbox.post(
        box,
        {
            **fields,
            "version": __version__,
            "session": session.name,
            "start_url": session.start_url,
            "region": session.region,
            "asker": asker.program(),
            "reach": _reach(may_sign_in=may_sign_in),
            **arguments.service_environment(),
        },
    )
    try:
        Wait(session.label, box, want, wait_seconds).until_answered()
    finally:
        mailbox.withdraw(want)
    failure = mailbox.failure_of(box, want)
    if failure is not None:
        raise failure


def _reach(*, may_sign_in: bool) -> str:
    if not may_sign_in or os.environ.get("SSO_CREDENTIAL_PROCESS_LOGIN", "").lower() == "never":
        return "never"
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        return "never"
    return "browser" if browser.is_reachable() else "none"
