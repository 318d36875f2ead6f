"""Whether the user is signed in to a session, from the files that `session.state` reads."""

import os

from credential_process import identifiers, paths
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.short_status import token_file
from credential_process.short_status.config_file import QUOTES, Config
from credential_process.short_status.token_file import Token
from credential_process.stores import field_files

_VALID_SECONDS = 60
_WORDS = frozenset({"auto", "never"})


class State:
    """What is known of a sign-in at some moment; `verdict` is the word of `status --json`.

    `ends_at` is when the user has to sign in again, and `since` when they signed in here, both in epoch seconds, and
    0 if that is unknown.
    """

    __slots__ = ("ends_at", "since", "verdict")

    def __init__(self, verdict: str, ends_at: int = 0, since: int = 0) -> None:
        self.verdict = verdict
        self.ends_at = ends_at
        self.since = since

    @property
    def is_good(self) -> bool:
        """Whether a caller gets credentials without a sign-in, as far as the files show."""
        return self.verdict in {"signed_in", "renewable"}


def look(session: SessionReference, config: Config, root: str, now: float) -> State:
    """Return the state of a session, whose files are below `root`."""
    start_url, region = _place(session, config)
    if not start_url:
        return State("misconfigured")
    folder = paths.session_folder(root, session.name, session.start_url, paths.endpoints())
    file, is_writable = _token_file(session, paths.plain_folder(folder))
    token = token_file.read(file, start_url, region)
    if token is None:
        return State("sign_in_needed")
    return _of_token(token, folder, now, is_writable=is_writable)


def _of_token(token: Token, folder: str, now: float, *, is_writable: bool) -> State:
    record = field_files.read(os.path.join(paths.plain_folder(folder), "sign-in")) or {}
    is_listed = token_file.digest(token.access_token) in record.get("tokens", "").split(",")
    if is_listed and record.get("oidc_endpoint", "") != paths.endpoints()[1]:
        return State("sign_in_needed")
    is_renewable = is_writable and now < token.renewable_until
    if is_renewable and record.get("spent"):
        is_renewable = token_file.digest(token.refresh_token) not in record["spent"].split(",")
    since = identifiers.whole_number(record.get("since", "")) or 0
    known = since if is_listed and since <= now else 0
    if now + _VALID_SECONDS < token.expires_at:
        return State("signed_in", 0 if is_renewable else token.expires_at, known)
    if is_renewable and not _is_needed(folder, now):
        return State("renewable", 0, known)
    return State("sign_in_needed")


def _place(session: SessionReference, config: Config) -> tuple[str, str]:
    """Return the start URL and the region of a session; empty if they are not configured, or a setting is wrong."""
    start_url, region = session.start_url, session.region
    if session.name:
        section = config.sessions.get(session.name)
        if section is None or not all(map(_is_certainly_valid, section, section.values())):
            return _read_carefully(session, config)
        start_url, region = section.get("sso_start_url", ""), section.get("sso_region", "")
    is_valid = identifiers.is_start_url(start_url) and identifiers.is_region(region)
    return (start_url, region) if is_valid else ("", "")


def _is_certainly_valid(key: str, value: str) -> bool:
    """Return whether a setting of this package has a usual value, or a key is none; `sso_session` knows all values."""
    if key == "credential_process_linger":
        return identifiers.whole_number(value) is not None
    if key == "credential_process_tenant_id":
        return identifiers.is_tenant_id(value)
    if key == "credential_process_browser" and value.lower() not in _WORDS:
        return value.isprintable() and 0 < len(value) <= 1000 and QUOTES.isdisjoint(value)
    return value in _WORDS or not key.startswith("credential_process_")


def _read_carefully(session: SessionReference, config: Config) -> tuple[str, str]:
    """Read a session that may be in the config file of the machine, or has an unusual setting."""
    from credential_process.config import sso_session

    try:
        found = sso_session.read(config.path, session.name)
    except UsageError:
        return "", ""
    return found.start_url, found.region


def _token_file(session: SessionReference, folder: str) -> tuple[str, bool]:
    """Return the token file in use, and whether a new token can be written there: see `TokenStore.paths`."""
    home = paths.absolute("~")
    shared = os.path.join(home, ".aws", "sso", "cache") if home else folder
    place = shared
    while not os.path.lexists(place) and place not in {home, os.path.dirname(place)}:
        place = os.path.dirname(place)
    cache = shared if os.access(place, os.W_OK | os.X_OK) else folder
    name = token_file.file_name(session.label)
    own, other = os.path.join(cache, name), os.path.join(shared, name)
    file = other if not os.path.lexists(own) and os.path.lexists(other) else own
    return file, file == own


def _is_needed(folder: str, now: float) -> bool:
    """Return whether a sign-in is open here, or the last one has failed: a refresh was not possible then."""
    from credential_process.stores import mailbox  # most tokens have not expired

    if mailbox.open_sign_in(folder, now) is not None:
        return True
    if not os.path.lexists(os.path.join(folder, "outcome")):
        return False
    from credential_process.stores import cooldown  # nor have most sign-ins failed

    return cooldown.read(folder) is not None
