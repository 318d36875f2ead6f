"""The callers' side of the broker: find out whether one is alive, and start one if not.

It is alive if its lock is held; no process id, heartbeat or clock decides that.
"""

import os
import sys

import credential_process
from credential_process.errors import Unavailable, printable
from credential_process.stores import mailbox
from credential_process.system import flags, locks

MARKER = "SSO_CREDENTIAL_PROCESS_BROKER"
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


def is_alive(host_folder: str) -> bool:
    """Return whether a broker holds its lock; raises `OSError` if the folder is gone."""
    return locks.is_held(_lock_path(host_folder), may_create=True)


def is_seen_alive(host_folder: str) -> bool:
    """Return the same for a folder that may be another host's: this creates nothing, and any error means no."""
    try:
        return locks.is_held(_lock_path(host_folder), may_create=False)
    except OSError:
        return False


def _lock_path(host_folder: str) -> str:
    return os.path.join(host_folder, "broker.lock")


def start(host_folder: str) -> int:
    """Start a broker, unless another caller is starting one; return its process id, or 0.

    The broker inherits the held `start.lock` and releases it once it is alive, or ends.
    Raises `OSError` when the lock cannot be created or the interpreter cannot be started.
    """
    _bury()

    def start_unless_alive(lock: int) -> int:
        # Another caller may have started one between the look and the lock.
        return 0 if is_alive(host_folder) else _spawn(host_folder, lock)

    try:
        return locks.call_while_held(os.path.join(host_folder, "start.lock"), start_unless_alive)
    except BlockingIOError:
        return 0


def _spawn(host_folder: str, start_lock: int) -> int:
    from credential_process.system import processes  # most callers start no broker

    log = log_path(host_folder)
    # Open the log first; otherwise its failure would look like a failure to start Python.
    os.close(os.open(log, flags.APPEND_OR_CREATE, 0o600))
    # An interpreter that cannot even import the broker reports it where its log would be.
    return processes.start(
        (*_command(), "broker", host_folder), environment(os.environ), log=log, lock=start_lock
    )


_left: set[int] = set()
_needs_library_path = False


def log_path(host_folder: str) -> str:
    """Return the path of the log of a session's broker on this host."""
    return os.path.join(host_folder, "broker.log")


def exit_code(process_id: int) -> int | None:
    """Return the exit code of a broker that this process started: None while it runs, negative to start another.

    Above 0, the broker has failed. A negative one means that it was killed, or that this is unknown, or that it needs
    the caller's LD_LIBRARY_PATH.
    """
    global _needs_library_path  # noqa: PLW0603  a property of the interpreter, learned once
    from credential_process.system import processes

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
        if exit_code(process_id) is not None:
            _left.discard(process_id)


def log_length(host_folder: str) -> int:
    """Return how many bytes the log of a session's broker has."""
    try:
        return os.stat(log_path(host_folder)).st_size
    except OSError:
        return 0


def failure(host_folder: str, process_id: int, log_began: int) -> Unavailable:
    """Return why a broker that this process started has failed, from the last message in its log.

    `log_began` is how long the log was before the start.
    """
    path = log_path(host_folder)
    lines = _log_lines(path, log_began)
    info = mailbox.read_line(os.path.join(host_folder, "broker.info")) or {}
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
    path = log_path(host_folder)
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
