"""Parse the arguments of `get`, and never a profile or the caller's credentials."""

import os

from credential_process import identifiers, paths, warm
from credential_process.client import interaction
from credential_process.errors import Unavailable, UsageError
from credential_process.session_reference import SessionReference

SERVICE_ENVIRONMENT = (
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSO_CREDENTIAL_PROCESS_TIMEOUT",
)
_HABITS = {
    "--debug": {"debug": "yes"},
    "--no-login": interaction.NO_LOGIN,
    "login=False": interaction.LOGIN_FALSE,  # of the library, which has no options
    "--no-browser": interaction.WITHOUT_BROWSER,
    "--device-code": interaction.BY_DEVICE_CODE,
}
_HELP = "see: sso-credential-process get --help"
_WITH_PROFILE = "with a profile, run: sso-credential-process export --profile NAME"


class Request:
    """The parsed arguments of a `get`."""

    __slots__ = ("account_id", "chain", "options", "role_name", "session", "wait_seconds")

    def __init__(self, options: dict[str, str]) -> None:
        self.options = options
        self.session = check_session(SessionReference.of_options(options))
        if any(option in options for option in warm.ACCESS):
            from credential_process.stores import access_role  # few calls need it

            access_role.check(options)
        else:
            self._check("--account-id", identifiers.is_account_id, "12 digits")
            self._check(
                "--role-name",
                identifiers.is_role_name,
                "1 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -",
            )
        self.account_id, self.role_name = warm.role_of(options)
        self.chain = warm.chain_of(options)
        if self.chain:
            from credential_process.stores import role_chain  # few calls need it

            role_chain.roles(self.chain)
        self.wait_seconds = _seconds(options.get("--wait"))

    @property
    def request_fields(self) -> dict[str, str]:
        """What the broker needs to know besides the role."""
        return {
            key: value
            for option, fields in _HABITS.items()
            if option in self.options
            for key, value in fields.items()
        }

    def _check(self, name: str, is_valid: "Callable[[str], bool]", form: str) -> None:
        value = self.options.get(name)
        if value is None:
            command = f"sso-credential-process roles {self.session.command_line}"
            raise UsageError(f"no {name} is given", hint=f"to list your roles, run: {command}")
        if not is_valid(value):
            raise UsageError(f"{name}: {value[:80]!a} is not valid", hint=f"give {form}")


def parse(argv: list[str]) -> Request:
    """Parse the arguments of `get`; raises `UsageError` that names the argument."""
    try:
        options = warm.split(argv)
    except ValueError as error:
        message, *unknown = error.args
        raise _unknown(message, *unknown) if unknown else UsageError(message, hint=_HELP) from None
    return Request(options)


def _unknown(message: str, argument: str) -> UsageError:
    """Explain an unknown argument of `get`: a profile, or an option that is spelled like one that exists."""
    option = argument.partition("=")[0]
    if option == "--profile":
        return UsageError(
            "get has no --profile: the line itself names the session, the account and the role",
            hint=f"give those, or {_WITH_PROFILE}",
        )
    if not argument.startswith("-"):
        return UsageError(message, hint=f"{_HELP}; {_WITH_PROFILE}")
    alike = identifiers.closest(option, [*warm.VALUED, *warm.CHAINED, *warm.FLAGS])
    return UsageError(message, hint=f"did you mean {alike}?" if alike else _HELP)


def check_session(session: SessionReference) -> SessionReference:
    """Return the session if its options are valid; raises `UsageError` that names the option."""
    name, start_url, region = session.name, session.start_url, session.region
    if name and (start_url or region):
        raise UsageError("--sso-session and --start-url are both given", hint="give one of them")
    if name:
        if not identifiers.is_session_name(name):
            raise UsageError(
                f"--sso-session: {name[:80]!a} is not a valid session name",
                hint="name an [sso-session] section",
            )
        return session
    if not start_url:
        raise UsageError(
            "no --sso-session is given", hint="give it, or --start-url and --sso-region"
        )
    if not identifiers.is_start_url(start_url):
        wrong, meant = identifiers.why_no_start_url(start_url)
        instead = meant or f"the https URL of the access portal, such as {identifiers.EXAMPLE_URL}"
        raise UsageError(f"--start-url: {start_url[:80]!a} {wrong}", hint=f"give {instead}")
    if not region:
        raise UsageError(
            "no --sso-region is given",
            hint="give the region of IAM Identity Center, such as us-east-1",
        )
    if not identifiers.is_region(region):
        raise UsageError(
            f"--sso-region: {region[:80]!a} is not a valid region",
            hint="give a name such as us-east-1",
        )
    return session


def state_root() -> str:
    """Return the state folder; raises `Unavailable`."""
    root = paths.state_root()
    if not root:
        from credential_process.system import advice  # only this message needs it

        raise Unavailable(
            "no folder for state can be written",
            hint=f"set SSO_CREDENTIAL_PROCESS_HOME to {advice.private_folder()}",
        )
    return root


def service_environment() -> dict[str, str]:
    """Return the variables that decide how the service is reached: the caller's, not the broker's."""
    environment = {name: os.environ[name] for name in SERVICE_ENVIRONMENT if os.environ.get(name)}
    # botocore uses the second if the first is not set.
    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    if bundle:
        environment["AWS_CA_BUNDLE"] = os.path.abspath(os.path.expanduser(bundle))
    environment["AWS_CONFIG_FILE"] = paths.config_file()
    environment["HOME"] = paths.absolute("~")
    return environment


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    seconds = identifiers.whole_number(text, most_digits=5)
    if seconds is not None:
        return float(seconds)
    raise UsageError(
        f"--wait: {text[:80]!a} is not a valid number of seconds",
        hint="give a whole number such as 50",
    )


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
