"""The terminal of whoever runs the caller, whatever the SDK has done with its stdin, stdout and stderr."""

import os

from credential_process.errors import printable
from credential_process.session_reference import SessionReference

_LONGEST = 2000  # an address of the service can be long, and has to be whole


def words(sign_in: dict[str, str], want: dict[str, str], *, has_limit: bool) -> str:
    """Say who asks for what, where to answer, and what happens if the caller gives up first."""
    lines = [sign_in.get("who_asks", "")]
    url = sign_in.get("url", "")
    if sign_in.get("flow") == "device_code":
        lines += [f"Sign in at   {url}", f"with code    {sign_in.get('user_code', '')}"]
    elif sign_in.get("flow") == "elsewhere":
        lines += [
            f"The sign-in is open on {sign_in.get('host', '')}: finish it there.",
            f"To sign in here instead: sso-credential-process login {_session(want)}",
        ]
    elif want.get("reach") == "browser":
        lines += ["A browser opens for the sign-in. If none does, open this address in one:", url]
    else:
        lines += [
            "Open this address in a browser on this computer:",
            url,
            f"If there is none: sso-credential-process login {_session(want)} --device-code",
        ]
    if has_limit:
        asker = want.get("asker") or "it"
        lines.append(f"If {asker} gives up before, finish the sign-in, and run it again.")
    return "".join(f"{printable(line, limit=_LONGEST)}\n" for line in lines)


def _session(want: dict[str, str]) -> str:
    fields = (want.get(name, "") for name in ("session", "start_url", "region"))
    return SessionReference(*fields).command_line


def tell_once(text: str, host_folder: str, sign_in: str) -> None:
    """Write to the controlling terminal, if there is one, once in each terminal session and sign-in."""
    try:
        descriptor = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return  # an IDE, a service, a container: nothing unusual
    import signal  # 1 ms, and only where a person is asked

    # In the background of a terminal with `stty tostop` the write would stop us.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        if _is_first(host_folder, sign_in):
            os.write(descriptor, text.encode("utf-8", "replace"))
    except OSError:
        pass
    finally:
        os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # a program that asks in itself goes on


def _is_first(host_folder: str, sign_in: str) -> bool:
    folder = os.path.join(host_folder, "shown")
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        path = os.path.join(folder, f"{sign_in}.{os.getsid(0)}")
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except OSError:
        return False
    return True
