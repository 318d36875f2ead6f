"""The token cache of the AWS CLI and the SDKs: ``~/.aws/sso/cache/<sha1>.json``, and client registrations beside it.

Files of other programs are read with tolerance. Files that are written here have all eight fields and whole-second
``Z`` dates, because without these an SDK cannot refresh the token.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from credential_process import files, identifiers

_BEGIN = datetime(1970, 1, 1, tzinfo=timezone.utc)  # of epoch seconds
ROOM = 16 * 1024  # bytes of disk space that are enough for a token file


class Registration(NamedTuple):
    """A client registration (RFC 7591) of this tool; `expires_at` in epoch seconds."""

    client_id: str
    client_secret: str
    expires_at: int

    def __repr__(self) -> str:
        return f"Registration({self.client_id!r})"  # without the secret


class Token(NamedTuple):
    """An access token, and the values needed to refresh it; dates in epoch seconds, `refresh_token` may be empty."""

    start_url: str
    region: str
    access_token: str
    expires_at: int
    registration: Registration | None = None
    refresh_token: str = ""

    def __repr__(self) -> str:
        return f"Token({self.start_url!r}, {self.region!r})"  # without the secrets

    def is_valid(self, now: float, *, seconds: int = 60) -> bool:
        """Return whether it is valid for at least these seconds, by its date."""
        return now + seconds < self.expires_at

    def can_be_refreshed(self, now: float) -> bool:
        """Return whether it can be refreshed, by its date and that of the registration."""
        return bool(self.refresh_token and self.registration and now < self.registration.expires_at)


def shared(home: str) -> str:
    """Return the folder of the token cache that the AWS CLI and the SDKs share in a home; empty without a home."""
    return os.path.join(home, ".aws", "sso", "cache") if os.path.isabs(home) else ""


def folder(home: str, state: str) -> str:
    """Return the folder to write to: the shared one, or the session's `state` folder if that cannot be written."""
    place = shared(home)
    if not place:
        return state
    while not os.path.lexists(place) and place != home:
        place = os.path.dirname(place)
    return shared(home) if os.access(place, os.W_OK | os.X_OK) else state


@lru_cache(maxsize=32)
def path(cache: str, key: str) -> str:
    """Return the path of a token file; `key` is the SSO session's name, or the start URL as written."""
    return os.path.join(
        cache,
        f"{hashlib.sha1(key.encode(errors='surrogatepass'), usedforsecurity=False).hexdigest()}.json",
    )


def start_urls(cache: str) -> list[tuple[str, str]]:
    """Return the start URLs, with their regions, that have a token without an SSO session."""
    found = []
    for file in glob.iglob(os.path.join(glob.escape(cache), "*.json")):
        content = _read_object(file)
        start_url, region = str(content.get("startUrl")), str(content.get("region"))
        if "accessToken" in content and file == path(cache, start_url):
            found.append((start_url, region))
    return found


def read(file: str, *, start_url: str, region: str) -> Token | None:
    """Return a token; None for a miss: a damaged one, or one of another region or start URL."""
    content = _read_object(file)
    access_token, expires_at = content.get("accessToken"), _epoch(content.get("expiresAt"))
    if not isinstance(access_token, str) or not _is_sendable(access_token) or expires_at is None:
        return None
    if content.get("region", region) != region:
        return None
    if identifiers.clean_start_url(
        str(content.get("startUrl", start_url))
    ) != identifiers.clean_start_url(start_url):
        return None
    refresh_token = content.get("refreshToken")
    return Token(
        start_url=start_url,
        region=region,
        access_token=access_token,
        expires_at=expires_at,
        registration=_registration(content, expiry="registrationExpiresAt"),
        refresh_token=refresh_token if isinstance(refresh_token, str) else "",
    )


def is_unfinished(file: str) -> bool:
    """Return whether a file exists but holds no whole object: it is empty, damaged, or still being written."""
    return os.path.isfile(file) and not _read_object(file)


def store(file: str, token: Token) -> None:
    """Replace a token; raises `OSError`."""
    files.replace(file, to_text(token), precious=True)


def to_text(token: Token) -> str:
    """Return the content of a token file, in the form and order of the AWS CLI."""
    content: dict[str, str] = {
        "startUrl": token.start_url,
        "region": token.region,
        "accessToken": token.access_token,
        "expiresAt": _date(token.expires_at),
    }
    if token.registration:
        content["clientId"] = token.registration.client_id
        content["clientSecret"] = token.registration.client_secret
        content["registrationExpiresAt"] = _date(token.registration.expires_at)
    if token.refresh_token:
        content["refreshToken"] = token.refresh_token
    return json.dumps(content)


def registration_path(
    cache: str,
    *,
    start_url: str,
    region: str,
    scopes: tuple[str, ...],
    name: str,
    flow: str,
    endpoint: str = "",
) -> str:
    """Return the path of a client registration, one for each flow and OIDC `endpoint` that overrides AWS's.

    The AWS CLI hashes the same fields, with its own `tool`.
    """
    fields = {
        "tool": "sso-credential-process",
        "flow": flow,
        "startUrl": start_url,
        "region": region,
        "scopes": list(scopes),
        "session_name": name or None,
        **({"endpoint": endpoint} if endpoint else {}),
    }
    return path(cache, json.dumps(fields, sort_keys=True))


def read_registration(file: str) -> Registration | None:
    """Return a client registration; None for a miss."""
    return _registration(_read_object(file), expiry="expiresAt")


def registered_scopes(cache: str, client_id: str) -> tuple[str, ...]:
    """Return the scopes that a client was registered with, by the AWS CLI too; empty if no file in `cache` has them."""
    for file in glob.iglob(os.path.join(glob.escape(cache), "*.json")):
        content = _read_object(file)
        scopes = content.get("scopes")
        if content.get("clientId") == client_id and isinstance(scopes, list):
            return tuple(map(str, scopes))
    return ()


def store_registration(file: str, registration: Registration, scopes: tuple[str, ...]) -> None:
    """Replace a client registration; raises `OSError`."""
    content = {
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret,
        "expiresAt": _date(registration.expires_at),
        "scopes": list(scopes),
    }
    files.replace(file, json.dumps(content))


def _registration(content: dict[str, Any], *, expiry: str) -> Registration | None:
    client_id, client_secret = content.get("clientId"), content.get("clientSecret")
    expires_at = _epoch(content.get(expiry))
    if not isinstance(client_id, str) or not isinstance(client_secret, str) or expires_at is None:
        return None
    return Registration(client_id=client_id, client_secret=client_secret, expires_at=expires_at)


def _is_sendable(access_token: str) -> bool:
    """Return whether it can be sent in the header of a request."""
    return access_token.isascii() and access_token.isprintable() and access_token != ""


def _read_object(file: str) -> dict[str, Any]:
    text = files.read(file)
    if text is None:
        return {}
    try:
        # Not `loads`: two AWS CLI processes that write at once leave stray bytes after an object (botocore #3213).
        content, _ = json.JSONDecoder().raw_decode(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _epoch(text: object) -> int | None:
    """Return a date as any SDK writes it: with ``Z``, ``UTC`` or an offset, with or without fractions."""
    if not isinstance(text, str) or len(text) > 64:
        return None
    form = text.strip().removesuffix("UTC").removesuffix("Z")
    head, dot, tail = form.partition(".")
    if dot:
        # Python 3.10's `fromisoformat` accepts 3 or 6 digits only.
        form = head + tail.lstrip("0123456789")
    try:
        date = datetime.fromisoformat(form)
        epoch = int((date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp())
        _date(epoch)  # an offset can make the year invalid
    except (ValueError, OverflowError):
        return None
    return epoch


def _date(epoch: int) -> str:
    # On Windows, `fromtimestamp` fails for years after 3000.
    return (_BEGIN + timedelta(seconds=epoch)).strftime("%Y-%m-%dT%H:%M:%SZ")
