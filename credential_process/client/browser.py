"""The browser of the user who runs the caller."""

import os

from credential_process import paths
from credential_process.client import MARKER, browser_command, launcher
from credential_process.system import processes, surroundings


def show(url: str, command: str = "") -> str:
    """Open a page in the user's browser, out of reach of the caller's pipes, terminal and signals.

    `command` is that of the session; without one, ``$BROWSER`` or the system decides. Returns why no browser was
    started, for a message; empty if one was. A browser that keeps the caller's stdout open would stall every SDK until
    it is closed.
    """
    environment = {name: value for name, value in os.environ.items() if name != MARKER}
    if environment.get(paths.OWN_HOME):
        _move(environment, environment.pop(paths.OWN_HOME))
    # Without a terminal type `webbrowser` never chooses a text browser, which the user would not see.
    environment.pop("TERM", None)
    try:
        process_id = processes.start(_opener(url, command, environment), environment)
    except OSError as error:
        return f"the browser cannot be started: {error.strerror}"
    except LookupError as error:
        return str(error.args[0])
    launcher.leave(process_id)
    return ""


def _move(environment: dict[str, str], home: str) -> None:
    """Give a browser another home than that of the caller: its user's, which has its settings and its windows."""
    from credential_process.system import advice  # few callers have two homes

    environment[advice.home_variable()] = home


def _opener(url: str, command: str, environment: dict[str, str]) -> tuple[str, ...]:
    """Return the program to start, and its arguments; raises `LookupError`, with why, if there is none.

    The browser of a session is never replaced by another, in which another user may be signed in.
    """
    if command:
        words = browser_command.words(command, url)
        if not words:
            raise LookupError(browser_command.problem(command))
        return processes.without_inheritance(words)
    if environment.get("BROWSER"):
        problem = browser_command.variable_problem(environment["BROWSER"])
        if problem and not surroundings.has_desktop(environment):
            raise LookupError(problem)
        environment["BROWSER"] = browser_command.for_python(environment["BROWSER"])
    return surroundings.browser_command(url, environment)
