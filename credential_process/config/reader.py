"""Read the sections of the AWS config file and of the credentials file, as botocore does."""

from __future__ import annotations

import configparser
import os
import shlex
from typing import TYPE_CHECKING

from credential_process import files, paths
from credential_process.errors import UsageError, printable
from credential_process.identifiers import closest
from credential_process.system import flags

if TYPE_CHECKING:
    from collections.abc import Collection


def credentials_file() -> str:
    """Return the absolute path of the shared credentials file that the environment points to; empty without a home."""
    path = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return paths.absolute(paths.expanded(path))


def sections(path: str, kind: str) -> dict[str, configparser.SectionProxy]:
    """Read the sections of a kind, ``sso-session`` or ``profile``, by name; raises `UsageError`."""
    found = {}
    for title, section in titled(path).items():
        its_kind, name = kind_and_name(title)
        if its_kind == kind and name:
            found[name] = section
    return found


def profiles_with(
    path: str, name: str, *, named_by: str = "--profile"
) -> dict[str, configparser.SectionProxy]:
    """Read the profiles, and require `name` among them; raises `UsageError`.

    `named_by` is the option, the argument or the variable that names it, for the message.
    """
    found = sections(path, "profile")
    if name not in found:
        raise UsageError(
            f"{named_by}: {missing(path, name)}", hint=alternative(name, found) + without(named_by)
        )
    return found


def missing(path: str, name: str, what: str = "profile") -> str:
    """Return the message about a name that is that of no profile, or of nothing else that `what` names."""
    shown, credentials = printable(name, limit=60), credentials_file()
    if _is_titled(credentials, name):
        return f"the profile {shown!r} is in {credentials} only, not in {path}"
    return f"there is no {what} {shown!r} in {path}"


def without(named_by: str) -> str:
    """Return what else to do about a profile that does not work, for the end of a hint."""
    if not named_by.startswith("AWS_"):
        return ""
    from credential_process.system import advice  # only this message needs it

    return f", or {advice.unset(named_by)}"


def _is_titled(path: str, title: str) -> bool:
    try:
        return bool(path) and title in titled(path)
    except UsageError:
        return False


def alternative(typed: str, found: Collection[str]) -> str:
    """Return a hint for a name that is not among these: the one that was probably meant, and the others."""
    known = printable(", ".join(sorted(found)), limit=120)
    if not known:
        return "run: sso-credential-process configure profile NAME"
    meant = printable(closest(typed, found), limit=60)
    return f"did you mean {meant!r}? There are: {known}" if meant else f"use one of: {known}"


def correction(typed: str, found: Collection[str], section: str) -> str:
    """Return what to do about a name that is not among these: change it, or add the section that it names."""
    meant = printable(closest(typed, found), limit=60)
    if meant:
        return f"change it to {meant}, or add {section}"
    return f"add {section}, or {alternative(typed, found)}"


def titled(path: str) -> dict[str, configparser.SectionProxy]:
    """Read all sections of a config or credentials file by their titles; raises `UsageError` with the line."""
    # Like botocore's parser, except that for a duplicate section or key the last value wins.
    parser = configparser.RawConfigParser(default_section="", strict=False)
    check_path(path)
    text = files.read(path, limit=64 << 20)
    if text is None:
        _check_missing(path)
    try:
        parser.read_string((text or "").removeprefix("\ufeff"), source=path)
    except configparser.Error as error:
        line = _line_number(error)
        where = f"line {line} of {path}" if line else path
        raise UsageError(f"{where} cannot be parsed", hint="correct it") from None
    return {title: parser[title] for title in parser.sections()}


def check_path(path: str) -> None:
    """Raise `UsageError` if there is no path to a file, for lack of a home folder."""
    if path:
        return
    from credential_process.system import advice  # only this message needs it

    raise UsageError(
        "there is no home folder, so the AWS config cannot be found",
        hint=f"set {advice.home_variable()} or AWS_CONFIG_FILE",
    )


def _check_missing(path: str) -> None:
    if link := _broken_link(path):
        raise UsageError(f"{link} is a dangling symlink", hint="fix it, or create its target")
    try:
        os.close(os.open(path, flags.READ))
    except (FileNotFoundError, NotADirectoryError):
        _check_home()
        return
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            hint="check the permissions and the owner of the file and its folder",
        ) from None
    raise UsageError(f"{path} cannot be read as text", hint="save it as UTF-8 text")


def _check_home() -> None:
    if not os.environ.get(paths.OWN_HOME):
        return
    from credential_process.config import ended_sandbox  # few users have one, or none any more

    if error := ended_sandbox.error(os.environ):
        raise error


def _broken_link(path: str) -> str:
    """Return the first dangling symlink on the path to a file, empty if there is none."""
    while path != os.path.dirname(path):
        if os.path.islink(path) and not os.path.exists(path):
            return path
        path = os.path.dirname(path)
    return ""


def is_comment(line: str) -> bool:
    """Return whether a line is a comment, indented or not."""
    return line.lstrip().startswith(("#", ";"))


def kind_and_name(title: str) -> tuple[str, str]:
    """Split the title of a section, such as ``sso-session corp``; both are empty if it cannot be parsed."""
    if title == "default":
        return "profile", title
    try:
        kind, *words = shlex.split(title)
    except ValueError:
        return "", ""
    return kind, " ".join(words)


def _line_number(error: configparser.Error) -> int:
    if isinstance(error, configparser.MissingSectionHeaderError):
        return error.lineno
    if isinstance(error, configparser.ParsingError) and error.errors:
        return int(error.errors[0][0])
    return int(getattr(error, "lineno", None) or 0)
