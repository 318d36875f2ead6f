"""The mailbox between callers and the broker of a session on this host: wants, failures, the open sign-in.

A **want** is a request of a caller: a file that shows, for as long as the caller runs, that it is alive
(`system.locks`). The broker answers by writing the role document, or a failure under the want's name, and deletes
the want last. The answer is there once the want is gone; a pipe only wakes the caller to look, and
another the broker. A want whose caller has died is removed.
"""

import os

from credential_process import errors, paths
from credential_process.stores import field_files
from credential_process.system import flags, locks, surroundings

_LONGEST_BELOW = 60  # characters of the path of any file in a mailbox, also of a draft


class OwnWant:
    """A want of this process, which shows its `presence` and is woken through it."""

    __slots__ = ("fields", "name", "path", "presence")

    def __init__(self, path: str, fields: dict[str, str], presence: locks.Presence) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.fields = fields
        self.presence = presence

    def as_read(self) -> "Want":
        """Return it as brokers read it."""
        from credential_process.stores.want import Want  # only what is shown to a user needs it

        return Want(self.path, self.fields)


def host_folder(session_folder: str) -> str:
    """Return the part of a session's folder that belongs to this host alone: many hosts can share a home.

    A host is a machine and a network on it, since other networks may not reach the same 127.0.0.1 or VPN.
    """
    place = f"{surroundings.machine_id()} {surroundings.network_id()}"
    name = paths.file_name(f"{surroundings.host_label()}-{paths.fnv1a(place):08x}")
    return os.path.join(session_folder, "hosts", name)


def open_box(host_folder: str) -> None:
    """Make the folders of a mailbox, and those above it; raises `OSError`, also where its files would have no room."""
    if len(host_folder) + _LONGEST_BELOW > flags.LONGEST_PATH:
        import errno

        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), host_folder)
    for name in ("wants", "failures", "bells"):
        _make_folders(os.path.join(host_folder, name))


def is_served(host_folder: str) -> bool:
    """Return whether a broker is alive: it holds its lock. Raises `OSError` if the folder is gone.

    No process id, heartbeat or clock decides that.
    """
    return locks.is_held(lock_path(host_folder), may_create=True)


def is_seen_served(host_folder: str) -> bool:
    """Return the same for a folder that may be another host's: this creates nothing, and any error means no."""
    return _is_seen_held(lock_path(host_folder))


def is_seen_starting(host_folder: str) -> bool:
    """Return whether a broker is about to be alive: it holds another lock from its first moment until then."""
    return _is_seen_held(start_lock_path(host_folder))


def _is_seen_held(path: str) -> bool:
    try:
        return locks.is_held(path, may_create=False)
    except OSError:
        return False


def lock_path(host_folder: str) -> str:
    """Return the path of the lock that a broker holds while it is alive."""
    return os.path.join(host_folder, "broker.lock")


def start_lock_path(host_folder: str) -> str:
    """Return the path of the lock that a caller holds while it starts a broker, which inherits it."""
    return os.path.join(host_folder, "start.lock")


def log_path(host_folder: str) -> str:
    """Return the path of the log of the broker."""
    return os.path.join(host_folder, "broker.log")


def _make_folders(path: str) -> None:
    # Not `os.makedirs`, which applies the mode to the last folder only.
    try:
        os.mkdir(path, paths.FOLDER_MODE)
    except FileExistsError:
        pass
    except FileNotFoundError:
        folder = os.path.dirname(path)
        if folder == path or os.path.islink(folder):
            raise  # a drive that is not there, or a dangling link
        _make_folders(folder)
        _make_folders(path)


def post(host_folder: str, fields: dict[str, str]) -> OwnWant:
    """Put a want into the box, which is made if it is not there; abandoned when this process ends. Raises `OSError`."""
    open_box(host_folder)
    try:
        return _post(host_folder, fields)
    except FileNotFoundError:
        open_box(host_folder)  # a broker that ended has removed it in between
        return _post(host_folder, fields)


def _post(host_folder: str, fields: dict[str, str]) -> OwnWant:
    name = os.urandom(16).hex()
    path = os.path.join(host_folder, "wants", name)
    try:
        presence = locks.Presence(
            path,
            field_files.to_line(fields).encode(),
            draft=os.path.join(host_folder, "wants", f".{name}"),
            wakeup=wakeup_path(host_folder, name),
        )
    except OSError as error:
        error.filename = path  # an error of a full disk has no name
        raise
    locks.ring(broker_wakeup_path(host_folder))
    return OwnWant(path, fields, presence)


def is_abandoned(host_folder: str, name: str) -> bool:
    """Return whether the caller of a want has died, by its name."""
    path = os.path.join(host_folder, "wants", name)
    return locks.is_abandoned(path, wakeup_path(host_folder, name.removeprefix(".")))


def is_waiting(host_folder: str, name: str) -> bool:
    """Return whether the caller of a want still waits, by its name."""
    path = os.path.join(host_folder, "wants", name)
    return os.path.lexists(path) and not is_abandoned(host_folder, name)


def is_answered(want: "Want | OwnWant") -> bool:
    """Return whether a want is gone from the box."""
    return not os.path.lexists(want.path)


def withdraw(want: OwnWant) -> None:
    """Remove a want of this process, answered or not."""
    _remove(want.path)
    want.presence.end()


def failure_of(host_folder: str, want: "Want | OwnWant") -> errors.CredentialProcessError | None:
    """Return the failure that answers a want, if there is one, and remove it.

    If the disk had no room for it, the want has been renamed in its place.
    """
    path = os.path.join(host_folder, "failures", want.name)
    fields = field_files.read(path)
    _remove(path)
    if fields is None:
        return None
    if "kind" in fields:
        return errors.Unavailable(
            "the answer cannot be written", hint=f"see {log_path(host_folder)}"
        )
    try:
        exit_code = int(fields["exit"])
    except (KeyError, ValueError):
        return None
    return errors.from_exit_code(exit_code, fields.get("message", ""), fields.get("hint", ""))


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def open_sign_ins(host_folder: str) -> "Iterator[SignInView]":
    """Yield the open sign-ins for callers of this host: a page here, and a device code that all hosts share."""
    session_folder = os.path.dirname(os.path.dirname(host_folder))
    for path in (page_path(host_folder), code_path(session_folder)):
        fields = field_files.read(path)
        if fields is not None:
            from credential_process.stores.sign_in_view import SignInView  # most callers find none

            yield SignInView(fields)


def open_sign_in(session_folder: str, now: float) -> "SignInView | None":
    """Return the open sign-in for callers of this host, whose time is not over; None if there is none."""
    found = open_sign_ins(host_folder(session_folder))
    return next((each for each in found if now < each.ends_at), None)


def wakeup_path(host_folder: str, name: str) -> str:
    """Return the path of the pipe that wakes the caller behind a want."""
    return os.path.join(host_folder, "bells", name)


def broker_wakeup_path(host_folder: str) -> str:
    """Return the path of the pipe that wakes the broker; a broker without one looks into the box all the time.

    The name is another one for each host folder: on Windows all pipes are in one place.
    """
    return wakeup_path(host_folder, f"broker-{paths.fnv1a(host_folder):08x}")


def page_path(host_folder: str) -> str:
    """Return the path of the file of an open sign-in by a page on this host."""
    return os.path.join(host_folder, "sign_in")


def code_path(session_folder: str) -> str:
    """Return the path of the file of an open sign-in by device code, which all hosts of a home share."""
    return os.path.join(session_folder, "device_authorization")


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.stores.sign_in_view import SignInView
    from credential_process.stores.want import Want
