"""Find the start URL in an address of the access portal, as users copy it from a wiki, an email or the browser."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from credential_process import identifiers
from credential_process.errors import UsageError, printable
from credential_process.identity_center.start_urls import is_owned, region_of

_SCHEME = re.compile(r"(?i)https?://")
_HINT = "give the AWS access portal URL, such as https://d-1234567890.awsapps.com/start"


def find(text: str) -> tuple[str, str]:
    """Return the start URL and its region; the region is empty if the address does not contain it.

    The scheme and the path ``/start`` may be missing, and what a browser adds may follow. Raises `UsageError` for an
    address that leads to no start URL.
    """
    parts = _parts(text)
    host = (parts.hostname or "").lower()
    if identifiers.is_directory_id(host):
        return identifiers.portal_of_directory(host), ""
    if "." not in host:
        raise UsageError(f"{printable(text, limit=80)!r} is not a start URL", hint=_HINT)
    if identifiers.is_console(f"https://{host}"):
        start_url, region = identifiers.behind_console(parts.geturl())
        if not start_url:
            raise UsageError(f"{host} is the AWS console, not the access portal", hint=_HINT)
        return start_url, region
    return f"https://{parts.netloc.lower()}{_path(host, parts.path)}", region_of(f"https://{host}")


def _parts(text: str) -> SplitResult:
    address = text.strip().strip("<>\"'")
    url = f"https://{_SCHEME.sub('', address, count=1)}"
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    if not identifiers.is_https_url(place) or "://" in place.removeprefix("https://"):
        raise UsageError(f"{printable(text, limit=80)!r} is not a start URL", hint=_HINT)
    return urlsplit(url)


def _path(host: str, path: str) -> str:
    labels = host.split(".")
    if len(labels) == 3 and labels[1] == "awsapps":
        # The portals in China and of GovCloud have more labels, and another path.
        return "/start" if re.match(r"/(start|login)(/|$)|/?$", path) else path.rstrip("/")
    if host.startswith("ssoins-") and is_owned(f"https://{host}"):
        return ""
    return identifiers.clean_start_url(path)
