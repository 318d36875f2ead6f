"""Print the state of the sessions that the arguments of `status --short` name."""

import os
import sys
import time

from credential_process import paths, session_reference
from credential_process.short_status import chosen, config_file, sign_in, template

FLAGS = ("--short", "--all")
VALUED = (*session_reference.OPTIONS, "--profile", "--format")


def show(argv: list[str]) -> bool:
    """Print the line for the arguments after `status`; false if the ordinary command has to explain them."""
    try:
        line = text(split(argv), time.time())
        content = f"{line}\n".encode(_encoding(), "replace") if line else b""
    except ValueError:
        return False
    try:
        os.write(1, content)
    except OSError:
        pass  # the terminal is gone, and no prompt needs it
    return True


def split(argv: list[str]) -> dict[str, str]:
    """Split arguments into options; `name` is the one without an option. Raises `ValueError` if one is wrong."""
    options: dict[str, str] = {}
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word in FLAGS:
            value = "yes"
        elif not word.startswith("-"):
            name, value = "name", word
        elif name not in VALUED:
            raise ValueError(word)
        elif not equals:
            value = next(words, "")
        if name in options or not value:
            raise ValueError(name)
        options[name] = value
    return options


def text(options: dict[str, str], now: float, *, is_checked: bool = False) -> str:
    """Return the line for these options; empty if there is nothing to show.

    Raises `ValueError` if one is wrong, or, unless it `is_checked`, if the session is not in the config file.
    """
    form = options.get("--format", template.DEFAULT)
    template.check(form)
    path = paths.config_file()
    if not path:
        raise ValueError(path)
    config = config_file.read(path)
    found = chosen.find(options, config, os.environ.get("AWS_PROFILE", ""), is_checked=is_checked)
    # It is created if there is none, which a prompt does not do in a home without a session.
    root = paths.state_root() if found else ""
    if found and not root:
        raise ValueError(path)
    shown = []
    for subject in found:
        state = sign_in.look(subject.session, config, root, now)
        fields = template.fields(subject, state, now, mark=_mark(is_good=state.is_good))
        shown.append(" ".join(template.fill(form, fields).split()))
    return " ".join(filter(None, shown))


def _mark(*, is_good: bool) -> str:
    """Return a tick or a cross, if the terminal has them: the code pages of Windows do not."""
    try:
        "✓✗".encode(_encoding())
    except UnicodeError:
        return "+" if is_good else "-"
    return "✓" if is_good else "✗"


def _encoding() -> str:
    return (sys.stdout and sys.stdout.encoding) or "utf-8"
