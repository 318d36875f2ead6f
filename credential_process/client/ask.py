"""The ask path of `get`: post a want, make sure that a broker runs, wait for the answer, print it.

Hundreds of these run at once, so it imports no HTTP library, no lock library, no argument parser and no json.
"""

import os
import time

from credential_process import __version__, documents, warm
from credential_process.client import MARKER, arguments, interaction, streams
from credential_process.client.waiting import DEFAULT_WAIT_SECONDS, Wait
from credential_process.errors import (
    CredentialProcessError,
    Defect,
    Unavailable,
    UsageError,
)
from credential_process.session_reference import SessionReference
from credential_process.stores import mailbox
from credential_process.system import surroundings


def get(argv: list[str]) -> int:
    """Run `get` and return its exit code; any failure becomes one line on stderr."""
    try:
        stdout = streams.claim_stdout()
        if os.environ.get(MARKER):
            raise UsageError(
                "called by its own broker", hint=f"remove {MARKER} from the environment"
            )
        request = arguments.parse(argv)
        warm.write(warm.line_to_print(obtain(request), request.options), stdout)
    except CredentialProcessError as error:
        failure = error
    except OSError as error:
        failure = streams.from_os_error(error)
    except Exception as error:  # noqa: BLE001  an SDK shows its user one line, not a traceback
        failure = Defect(f"defect: {type(error).__name__} in sso-credential-process {__version__}")
    else:
        return 0
    streams.complain(failure)
    return failure.exit_code


def obtain(
    request: arguments.Request, *, program: str = "", on_look: "OnLook | None" = None
) -> documents.Document:
    """Return the document with the credentials of a role, from the broker.

    It belongs to the config, the token and the endpoints as they are when it is returned. `program` is the name of
    the program that asks, if that is this process; the wait for its user has no limit then. `on_look` and what is
    raised are as for `ask`.
    """
    folder = request.session.folder(arguments.state_root())
    fields = {"kind": "role", "account": request.account_id, "role": request.role_name}
    if request.chain:
        fields["chain"] = request.chain
    began = time.monotonic()
    seconds = DEFAULT_WAIT_SECONDS if request.wait_seconds is None else request.wait_seconds
    pause = 0.0
    while True:
        ask(
            request.session,
            folder,
            {**fields, **request.request_fields},
            wait_seconds=request.wait_seconds,
            began=began,
            program=program,
            on_look=on_look,
        )
        document = warm.current(request.options)
        if document is not None:
            return document
        # The config or the token has changed meanwhile, or the want was deleted with its folder.
        if time.monotonic() + pause >= began + seconds:
            raise Unavailable("the broker gave no answer", hint=f"look at {folder}")
        time.sleep(pause)
        pause = min(1.0, pause + 0.05)


def ask(
    session: SessionReference,
    folder: str,
    fields: dict[str, str],
    *,
    wait_seconds: float | None = None,
    began: float | None = None,
    program: str = "",
    on_look: "OnLook | None" = None,
) -> None:
    """Post a want to the broker of this session and wait until it is answered.

    `fields` are what is wanted; the session, the caller, the service environment and how the user can be asked are
    added. The wait counts from `began` (monotonic); `program` is as for `obtain`. Raises the failure that answers
    the want, `SignInOpen` or `Unavailable` if the wait ends first, `OSError` if the mailbox cannot be used.
    `on_look` is called a few times a second with the want and the open sign-in, if there is one.
    """
    box = mailbox.host_folder(folder)
    want = mailbox.post(
        box,
        {
            "version": __version__,
            **session.fields,
            "asker": program or surroundings.calling_program(),
            **arguments.service_environment(),
            **interaction.fields(fields),
        },
    )
    try:
        Wait(
            *(session.label, box, want, wait_seconds, began),
            has_time=(lambda: True) if program else surroundings.calling_program_waits,
            on_look=on_look,
        ).until_answered()
    finally:
        mailbox.withdraw(want)
    failure = mailbox.failure_of(box, want)
    if failure is not None:
        raise failure


TYPE_CHECKING = False
if TYPE_CHECKING:
    from credential_process.client.waiting import OnLook
