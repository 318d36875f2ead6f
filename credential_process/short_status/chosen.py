"""Which sessions `status --short` shows, and the role of the profile that names one."""

from credential_process import identifiers
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.short_status.config_file import QUOTES, Config, Section

_EXECUTABLES = ("sso-credential-process", "credential_process")


class Subject:
    """A session to show, and the profile that names it; all else is empty without a profile."""

    __slots__ = ("account", "profile", "region", "role", "session")

    def __init__(
        self,
        session: SessionReference,
        *,
        profile: str = "",
        account: str = "",
        role: str = "",
        region: str = "",
    ) -> None:
        self.session = session
        self.profile = profile
        self.account = account
        self.role = role
        self.region = region


def find(
    options: dict[str, str], config: Config, default_profile: str, *, is_checked: bool
) -> list[Subject]:
    """Return what the options name; without one the profile `default_profile`, or all sessions without that.

    Raises `ValueError` if an option names nothing, unless the session `is_checked`. A default profile that does not use
    Identity Center is nothing to show: users have others, too.
    """
    name, profile = options.get("name", ""), options.get("--profile", "")
    session = SessionReference.of_options(options)
    if sum(map(bool, (name, profile, session.label or session.region, options.get("--all")))) > 1:
        raise ValueError(name)
    if session.label or session.region:
        return [Subject(session if is_checked else _checked(session, config))]
    if name in config.sessions or (is_checked and name and name not in config.profiles):
        if name in config.profiles and not is_checked:
            raise ValueError(name)  # the ordinary command reports which of them is meant
        return [Subject(SessionReference(name))]
    if named := name or profile:
        found = _of_profile(named, config)
        if found is None:
            raise ValueError(named)
        return [found]
    if default_profile and "--all" not in options:
        found = _of_profile(default_profile, config)
        return [found] if found else []
    return [Subject(SessionReference(each)) for each in _all(config)]


def _all(config: Config) -> list[str]:
    """Return the names of the sessions in the config file, and of those that its profiles name, if they exist."""
    own = set(filter(identifiers.is_session_name, config.sessions))
    named = {_session(section).name for section in config.profiles.values()} - {""}
    if named <= own:
        return sorted(own)
    from credential_process.config import sessions  # sessions of the machine, which is unusual

    try:
        return sorted(own | named & set(sessions.names(config.path)))
    except UsageError as error:
        raise ValueError(config.path) from error


def _session(section: Section) -> SessionReference:
    """Return the session that a profile itself names: by its line, or else by its keys."""
    named = SessionReference.of_options(_options(section.get("credential_process", "")))
    return named if named.label else SessionReference.of_keys(section)


def _checked(session: SessionReference, config: Config) -> SessionReference:
    is_named = session.name in config.sessions and not session.start_url and not session.region
    is_by_url = identifiers.is_start_url(session.start_url) and identifiers.is_region(
        session.region
    )
    if is_named or (is_by_url and not session.name):
        return session
    raise ValueError(session)


def _of_profile(name: str, config: Config) -> Subject | None:
    """Return a profile that signs in to a session, itself or through its ``source_profile``."""
    first = section = config.profiles.get(name, {})
    seen: list[Section] = []
    while section and section not in seen:
        session = _session(section)
        if session.label:
            account, role = _role(first, _options(section.get("credential_process", "")))
            region = first.get("region", "")
            return Subject(session, profile=name, account=account, role=role, region=region)
        seen.append(section)
        section = config.profiles.get(section.get("source_profile", ""), {})
    return None


def _role(section: Section, line: dict[str, str]) -> tuple[str, str]:
    """Return the account and the name of the role that a profile is for: that of ``role_arn``, its keys or its line."""
    arns = (section.get("role_arn"), line.get("--assume-role-arn"), line.get("--role-arn"))
    parts = next(filter(None, arns), "").split(":", 5)
    if len(parts) == 6:
        return parts[4], parts[5].rpartition("/")[2]
    if section.get("sso_account_id") and section.get("sso_role_name"):
        return section["sso_account_id"], section["sso_role_name"]
    return line.get("--account-id", ""), line.get("--role-name", "")


def _options(line: str) -> dict[str, str]:
    """Return the options of a line that runs this executable, as `config.lines` does; else none."""
    words = line.split()
    is_simple = QUOTES.isdisjoint(line) and words[:1] and words[0].rpartition("/")[2] != "env"
    for number, word in enumerate(words[:3] if is_simple else ()):
        if word.rpartition("/")[2] in _EXECUTABLES:
            return _pairs(words[number + 1 :])
    if "credential" not in line.lower():
        return {}
    from credential_process.config import lines  # quotation marks, `env`, and paths of Windows

    return lines.options(line)


def _pairs(words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, following in zip(words, [*words[1:], ""], strict=False):
        option, equals, value = word.partition("=")
        if option.startswith("--"):
            found[option] = value if equals else following
    return found
