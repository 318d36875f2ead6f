"""Read ``[sso-session NAME]`` sections of the AWS config file.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
"""

from __future__ import annotations

import configparser
import os
import shlex
from typing import NamedTuple

from credential_process import documents, files, identifiers
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference
from credential_process.system import flags

DEFAULT_SCOPES = ("sso:account:access",)
_EXAMPLES = {"sso_start_url": "https://d-1234567890.awsapps.com/start", "sso_region": "us-east-1"}
# The keys of this package in an [sso-session], each with its possible values; the first is the default.
_SETTINGS = {
    "credential_process_login": ("auto", "never"),
    "credential_process_device_code": ("auto", "always", "never"),
    "credential_process_browser": ("auto", "never"),
}


class SsoSession(NamedTuple):
    """Where to sign in: an ``[sso-session]`` section, or a start URL and region (`name` is empty then).

    `login`, `device_code` and `browser` decide whether a sign-in may start automatically, whether it may use a
    device code, and whether it may open a browser: ``auto`` or ``never``, and for the device code ``always``.
    `linger` is how many seconds a broker stays after its last call; empty by default.
    """

    name: str
    start_url: str
    region: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    login: str = "auto"
    device_code: str = "auto"
    browser: str = "auto"
    linger: str = ""

    @property
    def service_url(self) -> str:
        """The start URL that the service expects."""
        return identifiers.clean_start_url(self.start_url)

    @property
    def token_key(self) -> str:
        """The text that the AWS CLI and the SDKs hash to name the token cache file: the name or URL as written."""
        return self.name or self.start_url

    @property
    def label(self) -> str:
        """Its name for messages."""
        return self.name or self.service_url

    @property
    def region_and_url(self) -> str:
        """The settings to check if requests go to the wrong service, as text for a hint."""
        return f"the region {self.region} and {self.service_url}"

    @property
    def keys(self) -> dict[str, str]:
        """The keys of its section that other tools also read."""
        return {
            "sso_start_url": self.start_url,
            "sso_region": self.region,
            "sso_registration_scopes": ",".join(self.scopes),
        }

    @property
    def reference(self) -> SessionReference:
        """Its reference by name, or by start URL and region if it has no name."""
        if self.name:
            return SessionReference(self.name)
        return self.without_name

    @property
    def without_name(self) -> SessionReference:
        """Its reference by start URL and region, for a sign-in before it is in the config file."""
        return SessionReference("", self.start_url, self.region)

    @property
    def options(self) -> str:
        """The options that name it, quoted for a shell."""
        return self.reference.command_line


def credentials_file() -> str:
    """Return the absolute path of the shared credentials file that the environment points to; empty without a home."""
    path = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return documents.absolute(documents.expanded(path))


def sso_session(path: str, name: str) -> SsoSession:
    """Read a session from the config file at `path`; raises `UsageError` that names a missing or invalid key."""
    found = sections(path, "sso-session")
    section = found.get(name)
    if section is None:
        raise UsageError(
            f"--sso-session: there is no [sso-session {printable(name, limit=60)}] in {path}",
            hint=f"add it, or {_alternative(found)}",
        )
    start_url, region = section.get("sso_start_url", ""), section.get("sso_region", "")
    for key, is_valid, value in (
        ("sso_start_url", identifiers.is_start_url, start_url),
        ("sso_region", identifiers.is_region, region),
    ):
        if not is_valid(value):
            shown = f"{printable(value, limit=80)!r} is not valid" if value else "is missing"
            raise UsageError(
                f"{key} in [sso-session {name}] {shown}",
                hint=f"it must be like {key} = {_EXAMPLES[key]}, in {path}",
            )
    settings = {
        key.removeprefix("credential_process_"): _setting(path, section, key) for key in _SETTINGS
    }
    return SsoSession(
        name=name,
        start_url=start_url,
        region=region,
        scopes=scopes(section.get("sso_registration_scopes", "")),
        **settings,
        linger=_seconds(path, section, "credential_process_linger"),
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


def _seconds(path: str, section: configparser.SectionProxy, key: str) -> str:
    value = section.get(key, "")
    if value and identifiers.whole_number(value) is None:
        raise UsageError(
            f"{key} in [{section.name}] is {printable(value, limit=40)!r}",
            hint=f"give a number of seconds in {path}",
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
    """Read the profiles, and require `name` among them; raises `UsageError`."""
    found = sections(path, "profile")
    if name not in found:
        raise UsageError(
            f"--profile: there is no profile {printable(name, limit=60)!r} in {path}",
            hint=_alternative(found),
        )
    return found


def _alternative(found: dict[str, configparser.SectionProxy]) -> str:
    known = printable(", ".join(sorted(found)), limit=120)
    return f"use one of: {known}" if known else "run: sso-credential-process configure profile NAME"


def titled(path: str) -> dict[str, configparser.SectionProxy]:
    """Read all sections of a config or credentials file by their titles; raises `UsageError` with the line."""
    # Like botocore's parser, except that for a duplicate section or key the last value wins.
    parser = configparser.RawConfigParser(default_section="", strict=False)
    if not path:
        from credential_process.system import advice  # only this message needs it

        raise UsageError(
            "there is no home folder, so the AWS config cannot be found",
            hint=f"set {advice.home_variable()} or AWS_CONFIG_FILE",
        )
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


def _check_missing(path: str) -> None:
    if link := _broken_link(path):
        raise UsageError(f"{link} is a dangling symlink", hint="fix it, or create its target")
    try:
        os.close(os.open(path, flags.READ))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            hint="check the permissions and the owner of the file and its folder",
        ) from None
    raise UsageError(f"{path} cannot be read as text", hint="save it as UTF-8 text")


def _broken_link(path: str) -> str:
    """Return the first dangling symlink on the path to a file, empty if there is none."""
    while path != os.path.dirname(path):
        if os.path.islink(path) and not os.path.exists(path):
            return path
        path = os.path.dirname(path)
    return ""


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
