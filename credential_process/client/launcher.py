"""Start a broker, and find out how it ended; only one of hundreds of callers at once loads this.

The mailbox knows whether a broker is alive.
"""

import os
import sys

import credential_process
from credential_process.client import MARKER
from credential_process.errors import Unavailable, printable
from credential_process.stores import field_files, mailbox
from credential_process.system import flags, processes

# Variables of one caller that would choose the code that runs in the broker, which serves all callers, or how it
# reaches the service, which is part of each want. The last ones are read by OpenSSL and by libraries.
_NOT_FOR_THE_BROKER = (
    *("PYTHON", "LD_", "DYLD_", "OPENSSL_"),
    *("AWS_", "BOTO", "REQUESTS_", "CURL_", "SSL"),
)
_HAS_SAFE_PATH = sys.version_info >= (3, 11)
_OPTIONS = ("-E", "-P") if _HAS_SAFE_PATH else ("-E",)
# For a broker that is not started through the script. Before Python 3.11, '' is the working folder.
_PROGRAM = """\
import sys
sys.path[:] = [entry for entry in sys.path if entry]
try:
    import credential_process
except ImportError:
    sys.path.append({folder!a})
from credential_process.__main__ import main
sys.exit(main())
"""
_LOADER_FAILED = 127  # ld.so(8) has not found a library that the interpreter is linked with


class Started:
    """A broker that this process has started; `log_began` is how long its log was before the first start."""

    def __init__(self, host_folder: str, process_id: int, log_began: int) -> None:
        self._host_folder = host_folder
        self._process_id = process_id
        self.log_began = log_began

    def exit_code(self) -> int | None:
        """Return its exit code: None while it runs, negative to start another.

        Above 0, the broker has failed. A negative one means that it was killed, or that this is unknown, or that it
        needs the caller's LD_LIBRARY_PATH.
        """
        return _exit_code(self._process_id)

    def leave(self) -> None:
        """Stop waiting for it."""
        leave(self._process_id)

    def failure(self) -> Unavailable:
        """Return why it has failed, from the last message in its log."""
        return failure(self._host_folder, self._process_id, self.log_began)

    def repeated_failure(self) -> Unavailable:
        """Return why it and those before it have ended."""
        return repeated_failure(self._host_folder, self.log_began)


def start(host_folder: str, start_lock: int, *, log_began: int | None) -> Started:
    """Start a broker, which inherits the held `start.lock` and releases it once it is alive, or ends.

    `log_began` is that of the broker before it, if there was one. Raises `OSError` when the interpreter cannot be
    started.
    """
    _bury()
    log = mailbox.log_path(host_folder)
    log_began = _length(log) if log_began is None else log_began
    # Open the log first; otherwise its failure would look like a failure to start Python.
    os.close(os.open(log, flags.APPEND_OR_CREATE, 0o600))
    # An interpreter that cannot even import the broker reports it where its log would be.
    process_id = processes.start(
        (*_command(), "broker", host_folder), environment(os.environ), log=log, lock=start_lock
    )
    return Started(host_folder, process_id, log_began)


_left: set[int] = set()
_needs_library_path = False


def _exit_code(process_id: int) -> int | None:
    global _needs_library_path  # noqa: PLW0603  a property of the interpreter, learned once
    code = processes.exit_code(process_id)
    if code == _LOADER_FAILED and not _needs_library_path:
        _needs_library_path = True
        return -1
    return code


def leave(process_id: int) -> None:
    """Stop waiting for a process that this one started; the next start of a broker collects its status.

    A caller that runs for long would collect zombies otherwise.
    """
    _left.add(process_id)


def _bury() -> None:
    for process_id in tuple(_left):
        if _exit_code(process_id) is not None:
            _left.discard(process_id)


def _length(log: str) -> int:
    try:
        return os.stat(log).st_size
    except OSError:
        return 0


def failure(host_folder: str, process_id: int, log_began: int) -> Unavailable:
    """Return why a broker that this process started has failed, from the last message in its log.

    `log_began` is how long the log was before the start.
    """
    path = mailbox.log_path(host_folder)
    lines = _log_lines(path, log_began)
    info = field_files.read(os.path.join(host_folder, "broker.info")) or {}
    broker = info.get("pid", "")
    # In a virtual environment of Windows, the broker is a child of the process that was started.
    is_child = broker != "" and any(f" {broker} " in line for line in lines)
    has_begun = broker == str(process_id) or is_child
    own = [line for line in lines if f" {broker if has_begun else process_id} " in line]
    # An interpreter that fails before the broker's log is set up writes its error without the process id.
    last = (own or lines or [""])[-1]
    words = printable((last.partition(" ERROR ")[2] if own else last).strip())
    words, hint = words or "it left no message", f"see {path}"
    if has_begun:
        return Unavailable(f"the broker failed: {words}", hint=hint)
    return Unavailable(f"the broker could not start: {words}", hint=hint)


def repeated_failure(host_folder: str, log_began: int) -> Unavailable:
    """Return why brokers with unknown exit codes have ended: killed, unless the last line of the log has a reason."""
    path = mailbox.log_path(host_folder)
    last = (_log_lines(path, log_began) or [""])[-1]
    # An interpreter that fails writes its own message, which does not begin with a date.
    words = printable((last.partition(" ERROR ")[2] if last[:1].isdigit() else last).strip())
    if words:
        return Unavailable(f"the broker failed repeatedly: {words}", hint=f"see {path}")
    return Unavailable("the broker was killed repeatedly", hint=f"see {path}")


def _command() -> list[str]:
    script = os.path.abspath(sys.argv[0])
    is_ours = os.path.basename(script) == "sso-credential-process" and os.access(script, os.R_OK)
    folder = os.path.dirname(os.path.dirname(os.path.abspath(credential_process.__file__)))
    if is_ours and _HAS_SAFE_PATH and not _is_found_by_environment(folder):
        return [sys.executable, *_OPTIONS, script]
    return [sys.executable, *_OPTIONS, "-c", _PROGRAM.format(folder=folder)]


def _is_found_by_environment(folder: str) -> bool:
    """Return whether a variable makes the interpreter look for modules in this folder, or in one above it."""
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    entries.append(os.environ.get("PYTHONUSERBASE", ""))
    named = [os.path.join(os.path.abspath(entry), "") for entry in entries if entry]
    return os.path.join(folder, "").startswith(tuple(named))


def environment(given: "Mapping[str, str]") -> dict[str, str]:
    """Return the environment of a broker: that of its caller, without variables that may differ between callers."""
    kept = {
        name: value
        for name, value in given.items()
        if not name.startswith(_NOT_FOR_THE_BROKER) and not name.lower().endswith("_proxy")
    }
    kept[MARKER] = "1"
    if _needs_library_path:
        # A frozen AWS CLI points the loader at its own libraries and keeps the user's value here (PyInstaller).
        kept["LD_LIBRARY_PATH"] = given.get("LD_LIBRARY_PATH_ORIG") or given.get(
            "LD_LIBRARY_PATH", ""
        )
    return kept


def _log_lines(path: str, began: int) -> list[str]:
    """Return the lines of a log after this many bytes; all of them if it is shorter, because it is a new log then."""
    from credential_process import files

    text = (files.read(path) or "").encode()
    new = text[began:] if began <= len(text) else text
    return [line for line in new.decode(errors="replace").splitlines() if line.strip()]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
