"""The terminal of whoever runs the caller, whatever the SDK has done with its stdin, stdout and stderr."""

import os


def say(text: str) -> bool:
    """Write to the controlling terminal, if there is one; return whether it went out."""
    try:
        descriptor = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False  # an IDE, a service, a container: nothing unusual
    try:
        os.write(descriptor, text.encode("utf-8", "replace"))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def is_told_first(host_folder: str, sign_in: str) -> bool:
    """Tell, to one caller in each terminal session, that it is the first to speak of this sign-in."""
    folder = os.path.join(host_folder, "shown")
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        path = os.path.join(folder, f"{sign_in}.{os.getsid(0)}")
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True
