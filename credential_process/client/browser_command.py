"""Commands that open a page: ``credential_process_browser`` of a session, and those in ``$BROWSER``.

A command is a program and its arguments, in the quoting of the system. ``%s`` in it is replaced by the address, which
comes last otherwise.
"""

import os
import shlex

from credential_process.errors import printable
from credential_process.system import command_lines, surroundings

_PLACE = "%s"
# `cmd` runs these, and takes what follows an & in an address for another command.
_BATCH_FILES = (".bat", ".cmd")


def words(command: str, url: str) -> tuple[str, ...]:
    """Return a command that opens `url`, with the full path of its program; empty if there is no such program.

    `command` is one that `SsoSession` accepts.
    """
    program, *arguments = command_lines.HERE.split(command)
    path = find(program)
    if not path:
        return ()
    return path, *(each.replace(_PLACE, url) for each in _with_place(arguments))


def problem(command: str) -> str:
    """Return why the command of a session opens no page here, for a message; empty if it does, or if there is none."""
    if not command or words(command, ""):
        return ""
    program = printable(command_lines.HERE.split(command)[0], limit=80)
    return f"there is no program {program!r}, which credential_process_browser names"


def variable_problem(browsers: str) -> str:
    """Return a message if no command in ``$BROWSER`` has a program here; empty if one has, or if there is none.

    Python looks for another browser then, and finds one on most desktops.
    """
    programs = [missing(each) for each in browsers.split(os.pathsep) if each.strip()]
    if not programs or not all(programs):
        return ""
    named = printable(" or ".join(map(repr, programs)), limit=80)
    return f"BROWSER names {named}, and there is no such program"


def missing(command: str) -> str:
    """Return the program of a command in ``$BROWSER`` if it does not exist; empty if it does."""
    try:
        program = command_lines.HERE.split(command)[0]
    except ValueError:
        program = command
    if program.lower() in surroundings.BROWSERS_OF_PYTHON:
        return ""
    names = (program, command)  # a path in BROWSER may have a space in it
    return "" if any(map(find, names)) or any(map(_is_found_by_python, names)) else program


def _is_found_by_python(program: str) -> bool:
    """Return whether Python can start a program from ``$BROWSER``, also a batch file, or one in the working folder."""
    import shutil  # few values name a program that `find` does not find

    return shutil.which(program) is not None


def find(program: str) -> str:
    """Return the path of a program; empty if there is none.

    A name is looked for in the folders of ``PATH``, and never in the working folder, which may hold a program that the
    user has only downloaded. Batch files do not count.
    """
    path = os.path.expanduser(program)
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    places = [path] if os.path.dirname(path) else [os.path.join(each, path) for each in folders]
    found = (
        file
        for place in places
        if os.path.isabs(place)
        for file in (place, command_lines.HERE.file_name(place))
        if os.path.isfile(file) and os.access(file, os.X_OK)
    )
    return next((file for file in found if not file.lower().endswith(_BATCH_FILES)), "")


def for_python(
    browsers: str, syntax: "Syntax" = command_lines.HERE, separator: str = os.pathsep
) -> str:
    """Return ``$BROWSER`` as Python's `webbrowser` has to get it, which tries one command after the other.

    It treats a command without ``%s`` as the path of a program, and a backslash as an escape, on Windows too.
    """
    return separator.join(_for_python(each, syntax) for each in browsers.split(separator))


def _for_python(command: str, syntax: "Syntax") -> str:
    try:
        program, *arguments = syntax.split(command)
    except ValueError:
        return command
    # One word may be a name that Python knows, such as `safari`; and a path in BROWSER may have a space in it.
    if not arguments or os.path.isfile(command):
        return command
    return shlex.join([program, *_with_place(arguments)])


def _with_place(arguments: list[str]) -> list[str]:
    if any(_PLACE in each for each in arguments):
        return arguments
    # With an & at its end, Python does not wait for the command.
    return [*arguments[:-1], _PLACE, "&"] if arguments[-1:] == ["&"] else [*arguments, _PLACE]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from credential_process.system.command_lines import Syntax
