"""Find the start URL in an address of the access portal, as users copy it from a wiki, an email or the browser."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from credential_process.errors import UsageError, printable
from credential_process.identifiers import clean_start_url, is_region, is_start_url
from credential_process.identity_center.start_urls import is_owned, region_of

_SCHEME = re.compile(r"(?i)https?://")
_DIRECTORY = re.compile(r"d-[0-9a-f]{10}")
_PORTAL_OF_DIRECTORY = "https://{}.awsapps.com/start"
# The page to which the portal redirects for the sign-in.
_SIGN_IN_PAGE = re.compile(r"/platform/(d-[0-9a-f]{10})(/|$)")
# The console of IAM Identity Center names the instance in the fragment, and its region in the host or the query.
_INSTANCE = re.compile(r"!?/instances/([0-9a-f]{16})(/|$)")
_CONSOLES = ("aws.amazon.com", "signin.aws", "amazonaws-us-gov.com", "amazonaws.cn")
_HINT = "give the AWS access portal URL, such as https://d-1234567890.awsapps.com/start"


def find(text: str) -> tuple[str, str]:
    """Return the start URL and its region; the region is empty if the address does not contain it.

    The scheme and the path ``/start`` may be missing, and what a browser adds may follow. Raises `UsageError` for an
    address that leads to no start URL.
    """
    parts = _parts(text)
    host = (parts.hostname or "").lower()
    if is_directory(host):
        return _PORTAL_OF_DIRECTORY.format(host), ""
    if "." not in host:
        raise UsageError(f"{printable(text, limit=80)!r} is not a start URL", hint=_HINT)
    if any(host == console or host.endswith(f".{console}") for console in _CONSOLES):
        return _behind_console(parts, host)
    return f"https://{parts.netloc.lower()}{_path(host, parts.path)}", region_of(f"https://{host}")


def is_directory(label: str) -> bool:
    """Return whether this is the id of a directory, the first label of a portal's host name without an alias."""
    return _DIRECTORY.fullmatch(label) is not None


def _parts(text: str) -> SplitResult:
    address = text.strip().strip("<>\"'")
    url = f"https://{_SCHEME.sub('', address, count=1)}"
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    if not is_start_url(place) or "://" in place.removeprefix("https://"):
        raise UsageError(f"{printable(text, limit=80)!r} is not a start URL", hint=_HINT)
    return urlsplit(url)


def _path(host: str, path: str) -> str:
    labels = host.split(".")
    if len(labels) == 3 and labels[1] == "awsapps":
        # The portals in China and of GovCloud have more labels, and another path.
        return "/start" if re.match(r"/(start|login)(/|$)|/?$", path) else path.rstrip("/")
    if host.startswith("ssoins-") and is_owned(f"https://{host}"):
        return ""
    return clean_start_url(path)


def _behind_console(parts: SplitResult, host: str) -> tuple[str, str]:
    """Return the start URL of the instance or directory that a page of the console or of the sign-in names."""
    region = region_of(f"https://{host}")
    directory = _SIGN_IN_PAGE.match(parts.path)
    if host == f"{region}.signin.aws" and directory:
        return _PORTAL_OF_DIRECTORY.format(directory[1]), region
    region = region or parse_qs(parts.query).get("region", [""])[0]
    instance = _INSTANCE.match(parts.fragment)
    if f".{host}".endswith(".console.aws.amazon.com") and is_region(region) and instance:
        return f"https://ssoins-{instance[1]}.portal.{region}.app.aws", region
    raise UsageError(f"{host} is the AWS console, not the access portal", hint=_HINT)
