"""Read a token file as `stores.token_cache` does.

Not with `json`, `hashlib` and `datetime`, whose imports take longer than starting Python. Files as the AWS CLI and this
package write them have texts only, and dates of one form; `token_cache` reads all others.
"""

import os
import sys

from credential_process import identifiers
from credential_process.short_status import config_file

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MOST_BYTES = 1 << 20


class Token:
    """An access token; times in epoch seconds. `renewable_until` is 0 if it cannot be refreshed."""

    __slots__ = ("access_token", "expires_at", "refresh_token", "renewable_until")

    def __init__(
        self, access_token: str, expires_at: int, refresh_token: str = "", renewable_until: int = 0
    ) -> None:
        self.access_token = access_token
        self.expires_at = expires_at
        self.refresh_token = refresh_token
        self.renewable_until = renewable_until


def read(file: str, start_url: str, region: str) -> Token | None:
    """Return a token; None for a miss: a damaged one, or one of another region or start URL."""
    try:
        content = _object(file)
        access_token = content["accessToken"]
        here, there = map(identifiers.clean_start_url, (start_url, content["startUrl"]))
        is_plain = (here, region) == (there, content["region"])
        if not (
            is_plain and access_token.isascii() and access_token.isprintable() and access_token
        ):
            return _read_carefully(file, start_url, region)
        refresh_token = content.get("refreshToken", "")
        until = _epoch(content["registrationExpiresAt"]) if refresh_token else 0
        is_registered = "clientId" in content and "clientSecret" in content
        return Token(
            access_token, _epoch(content["expiresAt"]), refresh_token, until if is_registered else 0
        )
    except FileNotFoundError:
        return None
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ImportError,
        StopIteration,
    ):
        return _read_carefully(file, start_url, region)


def file_name(key: str) -> str:
    """Return the name of the token file for a key, see `token_cache.path`."""
    try:
        from _sha1 import sha1  # type: ignore[import-not-found]
    except ImportError:
        from credential_process.stores import token_cache

        return os.path.basename(token_cache.path("", key))
    return f"{sha1(key.encode(errors='surrogatepass')).hexdigest()}.json"


def digest(token: str) -> str:
    """Return what `sign_in_record.digest` does."""
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256  # type: ignore[import-not-found]
        else:
            from _sha256 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from credential_process.stores import sign_in_record

        return sign_in_record.digest(token)
    return str(sha256(token.encode()).hexdigest())[:32]


def _object(file: str) -> dict[str, str]:
    """Return a JSON object that has nothing but plain texts; raises `ValueError` for any other content."""
    text = config_file.text(file, most_bytes=_MOST_BYTES).strip()
    if text[:1] != "{" or text[-1:] != "}" or "\\" in text:
        raise ValueError(file)
    between, content = [], {}
    # What is between quotation marks is a key, then a value, and so on.
    parts = text[1:-1].split('"')
    for number in range(0, len(parts) - 1, 4):
        before, key, colon, value = parts[number : number + 4]
        between += [before.strip(), colon.strip()]
        content[key] = value
    is_plain = "".join((*content, *content.values())).isprintable()
    if between[:2] != ["", ":"] or {*between[2::2]} - {","} or {*between[3::2]} - {":"}:
        raise ValueError(file)
    if not is_plain or parts[-1].strip() or len(parts) % 4 != 1:
        raise ValueError(file)
    return content


def _epoch(date: str) -> int:
    """Return a date like ``2026-01-31T08:00:00Z``; raises `ValueError` for any other form."""
    parts = (date[:4], date[5:7], date[8:10], date[11:13], date[14:16], date[17:19])
    year, month, day, hour, minute, second = (int(part) for part in parts)
    is_form = date.isascii() and "".join(parts).isdigit() and date[4::3] == "--T::Z"
    is_time = hour <= 23 and max(minute, second) <= 59
    if not is_form or len(date) != 20 or not is_time or year < 1 or not 1 <= month <= 12:
        raise ValueError(date)
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= (29 if is_leap and month == 2 else _LENGTHS[month - 1]):
        raise ValueError(date)
    # The days since 1970, in years that begin in March.
    before = (14 - month) // 12
    years, months = year + 4800 - before, month + 12 * before - 3
    days = day + (153 * months + 2) // 5 + 365 * years
    days += years // 4 - years // 100 + years // 400 - 32045 - 2440588
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def _read_carefully(file: str, start_url: str, region: str) -> Token | None:
    if not os.path.exists(file):
        return None
    from credential_process.stores import token_cache

    token = token_cache.read(file, start_url=start_url, region=region)
    if token is None:
        return None
    until = token.registration.expires_at if token.registration and token.refresh_token else 0
    return Token(token.access_token, token.expires_at, token.refresh_token, until)
