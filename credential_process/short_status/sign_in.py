"""Whether the user is signed in to a session, from the files that `session.state` reads."""

import os

from credential_process import documents, identifiers, paths
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.short_status import token_file
from credential_process.short_status.config_file import Config
from credential_process.short_status.token_file import Token

_VALID_SECONDS = 60


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
    record = _fields(os.path.join(paths.plain_folder(folder), "sign-in"))
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
    """Return the start URL and the region of a session; empty if they are not configured."""
    if not session.name:
        return session.start_url, session.region
    section = config.sessions.get(session.name)
    if section is not None:
        start_url, region = section.get("sso_start_url", ""), section.get("sso_region", "")
        is_valid = identifiers.is_start_url(start_url) and identifiers.is_region(region)
        return (start_url, region) if is_valid else ("", "")
    from credential_process.config import sso_session  # it may be configured elsewhere

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
    """Return whether a sign-in is open, or the last one has failed: a refresh was not possible then."""
    if _fields(os.path.join(folder, "outcome")):
        return True
    try:
        hosts = os.listdir(os.path.join(folder, "hosts"))
    except OSError:
        hosts = []
    pages = [os.path.join(folder, "hosts", host, "sign_in") for host in hosts]
    for path in (*pages, os.path.join(folder, "device_authorization")):
        if now < (identifiers.whole_number(_fields(path).get("ends", "")) or 0):
            return True
    return False


def _fields(path: str) -> dict[str, str]:
    """Return the fields of a file as `field_files.read` does, without what it imports."""
    try:
        with open(path, encoding="utf-8") as file:
            words = (word.partition("=") for word in file.read().split())
            return {key: documents.unescape(value) for key, _, value in words}
    except (OSError, ValueError):
        return {}
