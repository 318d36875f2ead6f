"""The terminal of the user who runs the caller, whatever the SDK does with stdin, stdout and stderr."""

import os

from credential_process import paths
from credential_process.client import interaction
from credential_process.errors import printable
from credential_process.stores import mailbox
from credential_process.system import flags, surroundings

_MOST_TIMES = 100  # in one terminal, for one sign-in


def words(sign_in: "SignInView", want: "Want", *, has_limit: bool) -> str:
    """Return the prompt: which program asks for what, where to sign in, and what to do if the program times out."""
    lines = [sign_in.who_asks]
    url = sign_in.url
    if sign_in.flow == "device_code":
        lines += [f"Sign in at   {url}", f"with code    {sign_in.user_code}"]
    elif sign_in.flow == "elsewhere":
        lines += [
            f"The sign-in is open on {sign_in.host}: finish it there.",
            f"To sign in here instead: sso-credential-process login {want.session.command_line}",
        ]
    elif want.interaction != "browser" or not interaction.opens_page(sign_in.browser):
        lines += [
            "To sign in, open this address in a browser on this computer:",
            url,
            f"Without a browser, run: sso-credential-process login {want.session.command_line} --device-code",
        ]
    elif problem := _problem(sign_in.browser):
        lines += [f"No browser is opened: {problem}.", "To sign in, open this address in one:", url]
    elif unknown := _problem_of_variable(sign_in.browser):
        lines += [f"{unknown}.", "If no other browser opens, sign in at:", url]
    else:
        lines += ["Opening your browser to sign in. If it does not open, visit:", url]
    if has_limit:
        # A shell sets no limit to what its user types; this command does.
        is_typed = want.caller in surroundings.SHELLS
        caller = "this command" if is_typed else printable(want.caller) or "the program"
        lines.append(f"If {caller} times out first, finish signing in and run it again.")
    return "".join(f"{line}\n" for line in lines)


def _problem(browser: str) -> str:
    if not browser:
        return ""
    from credential_process.client import (
        browser_command,  # few sessions have a browser of their own
    )

    return browser_command.problem(browser)


def _problem_of_variable(browser: str) -> str:
    browsers = os.environ.get("BROWSER", "")
    if not browsers or browser:
        return ""
    from credential_process.client import browser_command  # few users set the variable

    return browser_command.variable_problem(browsers)


def show(text: "Callable[[], str]", host_folder: str, sign_in: str, want_name: str) -> None:
    """Write to the controlling terminal, if there is one, unless a caller that still waits has written there.

    A user who has stopped that one, and starts another, must not wait for a sign-in that is not on the screen. Of
    hundreds of callers only the one that writes makes the `text`.
    """
    descriptor = surroundings.open_terminal()
    if descriptor is None:
        return
    try:
        # Checked last, since a sign-in is closed before its callers are answered.
        if _is_next(host_folder, sign_in, want_name) and _is_open(host_folder, sign_in):
            surroundings.write_to_terminal(descriptor, text().encode("utf-8", "replace"))
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _is_open(host_folder: str, sign_in: str) -> bool:
    return any(each.id == sign_in for each in mailbox.open_sign_ins(host_folder))


def _is_next(host_folder: str, sign_in: str, want_name: str) -> bool:
    """Return whether no living caller has written to this terminal; of callers at the same time, one gets True.

    The first makes a file, with its name in it. Once that one has ended, the next makes a file that is named after it,
    which only one can do as well.
    """
    first = os.path.join(host_folder, "shown", f"{sign_in}.{surroundings.terminal_session()}")
    os.makedirs(os.path.dirname(first), paths.FOLDER_MODE, exist_ok=True)
    path = first
    for _ in range(_MOST_TIMES):
        before = _claim(path, want_name)
        if not before:
            return True
        if not before.isalnum() or mailbox.is_waiting(host_folder, before):
            return False
        path = f"{first}.{before}"
    return False


def _claim(path: str, want_name: str) -> str:
    """Make a file with this name in it; return the name that another caller has written, or ``?`` for a moment."""
    try:
        descriptor = os.open(path, flags.NEW, 0o600)
    except FileExistsError:
        descriptor = os.open(path, flags.READ)
        try:
            return os.read(descriptor, 64).decode("ascii", "replace") or "?"
        finally:
            os.close(descriptor)
    try:
        os.write(descriptor, want_name.encode())
    finally:
        os.close(descriptor)
    return ""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.stores.sign_in_view import SignInView
    from credential_process.stores.want import Want
