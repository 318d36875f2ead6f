"""Start URLs on a company's own domain: resolve them, and check that they lead to AWS.

The rules of the AWS CLI since 2.35.13: one request, one redirect, to an https host that AWS owns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from credential_process.errors import Unavailable, UsageError, printable
from credential_process.identifiers import is_region
from credential_process.identity_center.connections import Connections

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment

_OWNED_SUFFIXES = (
    ".awsapps.com",
    ".awsapps.cn",
    ".app.aws",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".portal.amazonaws.eu",
    ".app.amazonwebservices.com.cn",
    ".api.amazonwebservices.eu",
)
_OWNED_HOSTS = (
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
)


def is_owned(url: str) -> bool:
    """Return whether a URL is https and on a host of IAM Identity Center."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and (host in _OWNED_HOSTS or host.endswith(_OWNED_SUFFIXES))


def region_of(url: str) -> str:
    """Return the region in the host name of a start URL; empty if there is none."""
    return next(
        (label for label in (urlsplit(url).hostname or "").split(".") if is_region(label)), ""
    )


def resolve(url: str, region: str, environment: ServiceEnvironment) -> str:
    """Return the start URL that the service knows; one on an AWS host is returned unchanged.

    Raises `UsageError` if it redirects elsewhere or to another region, `Unavailable` if it cannot be reached.
    """
    if is_owned(url):
        return url
    target = _redirect(url, environment)
    if not is_owned(target):
        raise UsageError(
            f"the start URL {url} is not an IAM Identity Center address, and redirects to "
            f"{printable(target) or 'no other URL'}",
            hint="use the AWS access portal URL shown in the Identity Center console",
        )
    parts = urlsplit(target)
    resolved = f"https://{parts.hostname}{parts.path.rstrip('/')}"
    if region_of(resolved) not in {"", region}:
        raise UsageError(
            f"the start URL {url} redirects to {resolved}, which is not in {region}",
            hint=f"set sso_region = {region_of(resolved)}",
        )
    return resolved


def _redirect(url: str, environment: ServiceEnvironment) -> str:
    try:
        connections = Connections(url, environment)
        response = connections.send("HEAD", "", {})
        if response.status in {405, 501}:
            response = connections.send("GET", "", {})
    except Unavailable as error:
        raise Unavailable(
            f"the start URL {url}: {error.message}", hint="check it, the network and the proxy"
        ) from None
    location = response.headers.get("Location", "")
    if not (300 <= response.status < 400 and location):
        return ""
    # A URL is printable ASCII (RFC 3986 §2); anything else might contain control sequences for a terminal.
    return urljoin(url, location) if location.isascii() and location.isprintable() else ""
