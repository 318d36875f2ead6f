"""The broker seen from its callers: is it alive, and if not, start it.

Alive means that its lock cannot be had; no process id, heartbeat or clock decides anything.
"""

import _thread
import fcntl
import os
import sys

from credential_process.errors import Unavailable, printable

MARKER = "SSO_CREDENTIAL_PROCESS_BROKER"
START_LOCK_DESCRIPTOR = 3
# Started by a program that is not ours: `''` would put its working directory before our dependencies.
_FROM_HOST_PROGRAM = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from credential_process.__main__ import main; sys.exit(main())"
)

# A child that a host program forks meanwhile would keep our locks for as long as it lives. (`threading`, which
# would say this more kindly, takes 2 ms to import; this is a part of the interpreter.)
_not_forking = _thread.RLock()
os.register_at_fork(
    before=_not_forking.acquire,
    after_in_parent=_not_forking.release,
    after_in_child=_not_forking.release,
)


def is_alive(host_folder: str) -> bool:
    """Tell whether a broker holds its lock; raises `OSError` if the folder is gone."""
    with _not_forking:
        descriptor = os.open(
            os.path.join(host_folder, "broker.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False


def start(host_folder: str) -> int:
    """Start a broker, unless somebody else is starting one; return its process id, or 0.

    The broker inherits the held `start.lock` and lets go of it once it is alive, or dies.
    Raises `OSError` when the lock cannot be made or the interpreter cannot be started.
    """
    _bury()
    path = os.path.join(host_folder, "start.lock")
    with _not_forking:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have started one between our look and our lock.
            return 0 if is_alive(host_folder) else _spawn(host_folder, descriptor)
        except BlockingIOError:
            return 0
        finally:
            os.close(descriptor)


def _spawn(host_folder: str, start_lock: int) -> int:
    # A log that cannot be written would be told as an interpreter that cannot be started.
    os.close(os.open(log_path(host_folder), _APPEND | os.O_CLOEXEC, 0o600))
    return os.posix_spawn(
        sys.executable,
        [*_command(), "broker", host_folder],
        _environment(),
        file_actions=[
            (os.POSIX_SPAWN_DUP2, start_lock, START_LOCK_DESCRIPTOR),
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            # An interpreter that cannot even import the broker says so where its log would be.
            (os.POSIX_SPAWN_OPEN, 2, log_path(host_folder), _APPEND, 0o600),
        ],
        setsid=True,
    )


_left: set[int] = set()
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def log_path(host_folder: str) -> str:
    """Name the log of a session's broker on this host."""
    return os.path.join(host_folder, "broker.log")


def exit_code(process_id: int) -> int | None:
    """Tell how a broker that we started has ended: None while it runs, negative if it was killed.

    Above 0 it has given up by itself; after a kill, or where that is unknown, the next one takes over.
    """
    try:
        ended, status = os.waitpid(process_id, os.WNOHANG)
    except ChildProcessError:
        return -1  # whoever ignores SIGCHLD makes us do so, and nothing is kept for us to ask
    return None if ended == 0 else os.waitstatus_to_exitcode(status)


def leave(process_id: int) -> None:
    """Wait no more for what we started; when it has ended, the next start of a broker takes note of that.

    A caller that lives for long would have zombies of them all otherwise.
    """
    _left.add(process_id)


def _bury() -> None:
    for process_id in tuple(_left):
        if exit_code(process_id) is not None:
            _left.discard(process_id)


def fail_all(host_folder: str) -> None:
    """Answer every open want with the reason for which a broker could not start."""
    from credential_process import inbox

    path = log_path(host_folder)
    error = Unavailable(f"the broker could not start: {_last_line(path)}", hint=f"see {path}")
    for name in inbox.names(host_folder):
        want = inbox.read(host_folder, name)
        if want is not None:
            inbox.fail(host_folder, want, error)


def _command() -> list[str]:
    script = os.path.abspath(sys.argv[0])
    if os.path.basename(script) == "sso-credential-process" and os.access(script, os.R_OK):
        return [sys.executable, script]
    return [sys.executable, "-c", _FROM_HOST_PROGRAM]


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    environment[MARKER] = "1"
    # A frozen AWS CLI points the loader at its own libraries and keeps the user's value here (PyInstaller).
    original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        environment["LD_LIBRARY_PATH"] = original
    return environment


def _last_line(path: str) -> str:
    from credential_process import files

    spoken = [line for line in (files.read(path) or "").splitlines() if line.strip()]
    return printable(spoken[-1].strip()) if spoken else "it left no message"
