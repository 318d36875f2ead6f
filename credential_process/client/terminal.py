"""The terminal of the user who runs the caller, whatever the SDK does with stdin, stdout and stderr."""

import os

from credential_process import documents
from credential_process.errors import printable
from credential_process.system import flags, surroundings


def words(sign_in: "SignInView", want: "Want", *, has_limit: bool) -> str:
    """Return the prompt: which program asks for what, where to sign in, and what to do if the program times out."""
    lines = [sign_in.who_asks]
    url, problem = sign_in.url, _problem(sign_in, want)
    if sign_in.flow == "device_code":
        lines += [f"Sign in at   {url}", f"with code    {sign_in.user_code}"]
    elif sign_in.flow == "elsewhere":
        lines += [
            f"The sign-in is open on {sign_in.host}: finish it there.",
            f"To sign in here instead: sso-credential-process login {want.session.command_line}",
        ]
    elif problem:
        lines += [f"No browser is opened: {problem}.", "To sign in, open this address in one:", url]
    elif want.interaction == "browser":
        lines += ["Opening your browser to sign in. If it does not open, visit:", url]
    else:
        lines += [
            "To sign in, open this address in a browser on this computer:",
            url,
            f"Without a browser, run: sso-credential-process login {want.session.command_line} --device-code",
        ]
    if has_limit:
        # A shell sets no limit to what its user types; this command does.
        is_typed = want.caller in surroundings.SHELLS
        caller = "this command" if is_typed else printable(want.caller) or "the program"
        lines.append(f"If {caller} times out first, finish signing in and run it again.")
    return "".join(f"{line}\n" for line in lines)


def _problem(sign_in: "SignInView", want: "Want") -> str:
    if not sign_in.browser or want.interaction != "browser":
        return ""
    from credential_process.client import (
        browser_command,  # few sessions have a browser of their own
    )

    return browser_command.problem(sign_in.browser)


def show_once(text: str, host_folder: str, sign_in: str) -> None:
    """Write to the controlling terminal, if there is one, once in each terminal session and sign-in."""
    descriptor = surroundings.open_terminal()
    if descriptor is None:
        return
    try:
        if _is_first(host_folder, sign_in):
            surroundings.write_to_terminal(descriptor, text.encode("utf-8", "replace"))
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _is_first(host_folder: str, sign_in: str) -> bool:
    folder = os.path.join(host_folder, "shown")
    try:
        os.makedirs(folder, documents.FOLDER_MODE, exist_ok=True)
        path = os.path.join(folder, f"{sign_in}.{surroundings.terminal_session()}")
        os.close(os.open(path, flags.NEW, 0o600))
    except OSError:
        return False
    return True


TYPE_CHECKING = False
if TYPE_CHECKING:
    from credential_process.stores.mailbox import SignInView
    from credential_process.stores.want import Want
