"""How the user of this process can be asked to sign in: in a browser, on a terminal, or not at all.

The environment of each caller decides, so the same line works on a desktop and over SSH.
"""

import os

from credential_process.system import surroundings

# Fields of a want that options and commands set.
NEVER = {"reach": "never"}
NO_LOGIN = {"off": "--no-login"}
LOGIN_FALSE = {"off": "login=False"}
WITHOUT_BROWSER = {"browser": "no"}
WITHOUT_TERMINAL = {"terminal": "no"}
BY_DEVICE_CODE = {"flow": "device_code"}
TEXT_BROWSERS = frozenset({"www-browser", "links", "links2", "elinks", "lynx", "w3m", "browsh"})


def fields(given: dict[str, str]) -> dict[str, str]:
    """Return its fields in a want: `reach`, whether there is a `terminal`, and the `flow` if only one is possible.

    If prompting is off, `reach` is ``never``, and `off` is the reason, for the message. `given` are the fields that the
    options have set: `off`, `reach`, `flow`, ``browser=no``.
    """
    is_silent = os.environ.get("SSO_CREDENTIAL_PROCESS_PROMPT", "").lower() == "never"
    has_terminal = not is_silent and opens_terminal()

    def has_desktop() -> bool:
        return surroundings.has_desktop(os.environ)

    found = reach(os.environ, has_desktop=has_desktop, has_terminal=has_terminal)
    decided = {"reach": found, "terminal": "yes" if has_terminal else "no"}
    is_explicit = given.get("kind") == "token"
    off = given.get("off") or ("" if is_explicit else _why_off(os.environ))
    if off:
        decided.update(reach="never", off=off)
    elif given.get("flow") == "device_code":
        decided["reach"] = "terminal" if has_terminal else "none"
    elif found == "browser" and (given.get("browser") == "no" or _is_disabled(os.environ)):
        # The user can open the page here, but this process may not: show its address.
        decided["reach"] = "terminal" if has_terminal else "none"
        decided["flow"] = "authorization_code"
    return {**decided, **given}


def reach(
    environment: "Mapping[str, str]", *, has_desktop: "Callable[[], bool]", has_terminal: bool
) -> str:
    """Choose ``browser``, ``terminal`` or ``none`` for a process with this environment.

    `has_desktop` is called only where the environment does not decide: some systems need a program to answer.
    """
    without_browser = "terminal" if has_terminal else "none"
    browser = environment.get("BROWSER", "")
    if _is_remote_editor(environment):
        # The editor's helper opens a browser on the user's computer, which may not reach the listener here.
        return "browser" if browser and not has_terminal else without_browser
    if browser:
        return without_browser if _is_text_browser(browser) else "browser"
    if any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        return without_browser  # the user cannot see a browser here, and one there cannot reach the listener
    return "browser" if has_desktop() else without_browser


def opens_page(setting: str) -> bool:
    """Return whether a page may be opened with this ``credential_process_browser``, empty or not: not with `w3m`."""
    return setting in {"", "auto"} or not (setting == "never" or _is_text_browser(setting))


def _is_remote_editor(environment: "Mapping[str, str]") -> bool:
    is_editor = bool(environment.get("VSCODE_IPC_HOOK_CLI"))
    names = ("SSH_CONNECTION", "REMOTE_CONTAINERS", "CODESPACES")
    return is_editor and any(environment.get(name) for name in names)


def _is_text_browser(browser: str) -> bool:
    words = browser.split(os.pathsep, maxsplit=1)[0].split()
    return not words or os.path.basename(words[0]) in TEXT_BROWSERS


def _why_off(environment: "Mapping[str, str]") -> str:
    """Return what in this environment switches prompting off; empty if nothing does."""
    if environment.get("SSO_CREDENTIAL_PROCESS_LOGIN", "").lower() == "never":
        return "SSO_CREDENTIAL_PROCESS_LOGIN=never"
    is_ci = environment.get("CI", "").lower() not in {"", "0", "false"}
    return "CI is set" if is_ci else ""


def _is_disabled(environment: "Mapping[str, str]") -> bool:
    return environment.get("AWS_SSO_DISABLE_BROWSER", "").lower() in {"1", "true", "yes"}


def opens_terminal() -> bool:
    """Return whether this process has a terminal."""
    descriptor = surroundings.open_terminal()
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
