"""Read ``[sso-session NAME]`` sections of the AWS config file.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
"""

from __future__ import annotations

import configparser
import os
import shlex
from dataclasses import dataclass

from credential_process import documents, files, identifiers
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

DEFAULT_SCOPES = ("sso:account:access",)
# Keys of ours in an [sso-session], each with the values it may have, the first where it is missing.
_SETTINGS = {
    "credential_process_login": ("auto", "never"),
    "credential_process_device_code": ("auto", "always", "never"),
    "credential_process_browser": ("auto", "never"),
}


@dataclass(frozen=True, slots=True)
class SsoSession:
    """Where to sign in: an ``[sso-session]`` section, or a start URL and region (`name` is empty then).

    `login`, `device_code` and `browser` say whether a person may be asked without having asked for it, whether
    by a code on a terminal, and whether a browser may be opened: ``auto``, ``never`` (or ``always``, a code).
    """

    name: str
    start_url: str
    region: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    login: str = "auto"
    device_code: str = "auto"
    browser: str = "auto"

    @property
    def service_url(self) -> str:
        """The start URL as the service knows it."""
        return identifiers.clean_start_url(self.start_url)

    @property
    def token_key(self) -> str:
        """What the AWS CLI and the SDKs hash to name the token cache file: the text as written."""
        return self.name or self.start_url

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.service_url

    @property
    def region_and_url(self) -> str:
        """What is to be looked at where the service is not the one that was meant."""
        return f"the region {self.region} and {self.service_url}"

    @property
    def keys(self) -> dict[str, str]:
        """The keys of its section that other tools read too."""
        return {
            "sso_start_url": self.start_url,
            "sso_region": self.region,
            "sso_registration_scopes": ",".join(self.scopes),
        }

    @property
    def reference(self) -> SessionReference:
        """What it is named by on our command line."""
        if self.name:
            return SessionReference(self.name)
        return self.without_name

    @property
    def without_name(self) -> SessionReference:
        """What signs in to it before the config has it."""
        return SessionReference("", self.start_url, self.region)

    @property
    def options(self) -> str:
        """The options that name it, as text that can be copied into a shell."""
        return self.reference.command_line


def credentials_file() -> str:
    """Return the absolute path of the shared credentials file that the environment points to; empty without a home."""
    path = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return documents.absolute(documents.expanded(path))


def sso_session(path: str, name: str) -> SsoSession:
    """Read a session from the config file at `path`; raises `UsageError` that names what is missing."""
    found = sections(path, "sso-session")
    section = found.get(name)
    if section is None:
        known = ", ".join(sorted(found)) or "none"
        raise UsageError(
            f"--sso-session: there is no [sso-session {printable(name, limit=60)}] in {path}",
            hint=f"add it, or use one of: {printable(known, limit=120)}",
        )
    start_url, region = section.get("sso_start_url", ""), section.get("sso_region", "")
    for key, is_valid, value in (
        ("sso_start_url", identifiers.is_start_url, start_url),
        ("sso_region", identifiers.is_region, region),
    ):
        if not is_valid(value):
            shown = f"{printable(value, limit=80)!r} is not valid" if value else "is missing"
            raise UsageError(f"{key} in [sso-session {name}] {shown}", hint=f"mend it in {path}")
    settings = {
        key.removeprefix("credential_process_"): _setting(path, section, key) for key in _SETTINGS
    }
    return SsoSession(
        name=name,
        start_url=start_url,
        region=region,
        scopes=scopes(section.get("sso_registration_scopes", "")),
        **settings,
    )


def scopes(text: str) -> tuple[str, ...]:
    """Read a list of scopes, which are separated by commas or spaces."""
    return tuple(text.replace(",", " ").split()) or DEFAULT_SCOPES


def _setting(path: str, section: configparser.SectionProxy, key: str) -> str:
    allowed = _SETTINGS[key]
    value = section.get(key, allowed[0])
    if value not in allowed:
        raise UsageError(
            f"{key} in [{section.name}] is {printable(value, limit=40)!r}",
            hint=f"give {' or '.join(allowed)} in {path}",
        )
    return value


def sections(path: str, kind: str) -> dict[str, configparser.SectionProxy]:
    """Read the sections of a kind, ``sso-session`` or ``profile``, by name; raises `UsageError`."""
    found = {}
    for title, section in titled(path).items():
        its_kind, name = kind_and_name(title)
        if its_kind == kind and name:
            found[name] = section
    return found


def profiles_with(path: str, name: str) -> dict[str, configparser.SectionProxy]:
    """Read the profiles, of which `name` has to be one; raises `UsageError`."""
    found = sections(path, "profile")
    if name not in found:
        known = printable(", ".join(sorted(found)) or "none", limit=120)
        raise UsageError(
            f"--profile: there is no profile {printable(name, limit=60)!r} in {path}",
            hint=f"use one of: {known}",
        )
    return found


def titled(path: str) -> dict[str, configparser.SectionProxy]:
    """Read all sections of a config or credentials file by their titles; raises `UsageError` with the line."""
    # As botocore reads it, but a section or key that stands twice takes the last value instead of failing.
    parser = configparser.RawConfigParser(default_section="", strict=False)
    if not path:
        raise UsageError("no home, and so no AWS config", hint="set HOME, or AWS_CONFIG_FILE")
    text = files.read(path, limit=64 << 20)
    if text is None:
        _make_sure_that_there_is_none(path)
    try:
        parser.read_string((text or "").removeprefix("\ufeff"), source=path)
    except configparser.Error as error:
        line = _line_number(error)
        where = f"line {line} of {path}" if line else path
        raise UsageError(f"{where} cannot be parsed", hint="mend it there") from None
    return {title: parser[title] for title in parser.sections()}


def _make_sure_that_there_is_none(path: str) -> None:
    if link := _broken_link(path):
        raise UsageError(f"{link} is a link to nowhere", hint="mend it, or make what it leads to")
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            hint="mend its mode and owner, or those of its folder",
        ) from None
    raise UsageError(f"{path} cannot be read as text", hint="mend its encoding (UTF-8)")


def _broken_link(path: str) -> str:
    """Name the link on the way to a file that leads to nowhere, if there is one."""
    while path != os.path.dirname(path):
        if os.path.islink(path) and not os.path.exists(path):
            return path
        path = os.path.dirname(path)
    return ""


def kind_and_name(title: str) -> tuple[str, str]:
    """Split the title of a section, such as ``sso-session corp``; both are empty for one that cannot be read."""
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
