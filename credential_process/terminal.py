"""The terminal of whoever runs the caller, whatever the SDK has done with its stdin, stdout and stderr."""

import os


def tell_once(text: str, host_folder: str, sign_in: str) -> None:
    """Write to the controlling terminal, if there is one, once in each terminal session and sign-in."""
    try:
        descriptor = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return  # an IDE, a service, a container: nothing unusual
    import signal  # 1 ms, and only where a person is asked

    # In the background of a terminal with `stty tostop` the write would stop us.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        if _is_first(host_folder, sign_in):
            os.write(descriptor, text.encode("utf-8", "replace"))
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _is_first(host_folder: str, sign_in: str) -> bool:
    folder = os.path.join(host_folder, "shown")
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        path = os.path.join(folder, f"{sign_in}.{os.getsid(0)}")
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True
