"""An SSO session: an ``[sso-session NAME]`` section of the AWS config file, or a start URL and region.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process import identifiers
from credential_process.config import session_sources
from credential_process.errors import UsageError, printable
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.config.session_sources import SessionSource

DEFAULT_SCOPES = ("sso:account:access",)
_EXAMPLES = {"sso_start_url": identifiers.EXAMPLE_URL, "sso_region": "us-east-1"}
# The keys of this package in an [sso-session], each with its possible values; the first is the default, and one in
# capitals is a kind of value.
_SETTINGS = {
    "credential_process_login": ("auto", "never"),
    "credential_process_device_code": ("auto", "always", "never"),
    "credential_process_browser": ("auto", "never", "COMMAND"),
}
_LONGEST_COMMAND = 1000  # characters: callers read no longer one


class SsoSession(NamedTuple):
    """Where to sign in: an ``[sso-session]`` section, or a start URL and region (`name` is empty then).

    `login`, `device_code` and `browser` decide whether a sign-in may start automatically, whether it may use a
    device code, and whether it may open a browser: ``auto`` or ``never``, for the device code ``always``, and for the
    browser a command that opens it.
    `linger` is how many seconds a broker stays after its last call; empty by default. `tenant_id` is the tenant of
    account access manager whose roles the session is used for as well; empty if there is none.
    """

    name: str
    start_url: str
    region: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    login: str = "auto"
    device_code: str = "auto"
    browser: str = "auto"
    linger: str = ""
    tenant_id: str = ""

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
    def browser_command(self) -> str:
        """The command of its own that opens a page; empty if the environment decides, or no page may be opened."""
        return "" if self.browser in _SETTINGS["credential_process_browser"] else self.browser

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


def read(path: str, name: str) -> SsoSession:
    """Read a session from the config file at `path`, or from that of the machine if `path` does not have it.

    Raises `UsageError` that names what is missing or invalid.
    """
    return of_source(name, session_sources.find(path, name))


def of_source(name: str, source: SessionSource) -> SsoSession:
    """Read a session from its section; raises `UsageError` that names a missing or invalid key."""
    section = source.options
    start_url, region = section.get("sso_start_url", ""), section.get("sso_region", "")
    if not identifiers.is_start_url(start_url):
        raise _invalid(name, source, "sso_start_url", *identifiers.why_no_start_url(start_url))
    if not identifiers.is_region(region):
        raise _invalid(name, source, "sso_region", "is not a valid region")
    settings = {
        key.removeprefix("credential_process_"): _setting(name, source, key) for key in _SETTINGS
    }
    return SsoSession(
        name=name,
        start_url=start_url,
        region=region,
        scopes=scopes(section.get("sso_registration_scopes", "")),
        **settings,
        linger=_seconds(name, source, "credential_process_linger"),
        tenant_id=_tenant_id(name, source, "credential_process_tenant_id"),
    )


def _invalid(name: str, source: SessionSource, key: str, wrong: str, meant: str = "") -> UsageError:
    value = source.options.get(key, "")
    shown = f"{printable(value, limit=80)!r} {wrong}" if value else "is missing"
    setting = f"{key} = {meant}" if meant else f"like {key} = {_EXAMPLES[key]}"
    return UsageError(
        f"{key} in [sso-session {name}] {shown}", hint=f"it must be {setting}, in {source.file}"
    )


def scopes(text: str) -> tuple[str, ...]:
    """Read a list of scopes, which are separated by commas or spaces."""
    return tuple(text.replace(",", " ").split()) or DEFAULT_SCOPES


def _setting(name: str, source: SessionSource, key: str) -> str:
    allowed = _SETTINGS[key]
    value = source.options.get(key, allowed[0])
    if value in allowed or ("COMMAND" in allowed and _is_command(value, allowed)):
        return value
    raise UsageError(
        f"{key} in [sso-session {name}] is {printable(value, limit=40)!r}",
        hint=f"give {' or '.join(allowed)} in {source.file}",
    )


def _is_command(text: str, words: tuple[str, ...]) -> bool:
    """Return whether a text is a command in one line, and not one of these words in another case."""
    from credential_process.system import command_lines  # few sessions have a command

    if text.lower() in words or not text.isprintable() or len(text) > _LONGEST_COMMAND:
        return False
    try:
        return bool(command_lines.HERE.split(text))
    except ValueError:  # a quotation mark without its end
        return False


def _seconds(name: str, source: SessionSource, key: str) -> str:
    value = source.options.get(key, "")
    if value and identifiers.whole_number(value) is None:
        raise UsageError(
            f"{key} in [sso-session {name}] is {printable(value, limit=40)!r}",
            hint=f"give a number of seconds in {source.file}",
        )
    return value


def _tenant_id(name: str, source: SessionSource, key: str) -> str:
    value = source.options.get(key, "")
    if value and not identifiers.is_tenant_id(value):
        raise UsageError(
            f"{key} in [sso-session {name}] is {printable(value, limit=40)!r}",
            hint=f"give the id of a tenant, such as aa-1234567890abcdef, in {source.file}",
        )
    return value
