"""Start URLs on a company's own domain: where they lead, and whether that is AWS at all.

The same rules as the AWS CLI has since 2.35.13: one request, one redirect, to an https host that AWS owns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from credential_process.errors import Unavailable, UsageError, printable
from credential_process.identifiers import is_region

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
    """Tell whether a URL is an https one on a host of IAM Identity Center itself."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and (host in _OWNED_HOSTS or host.endswith(_OWNED_SUFFIXES))


def region_of(url: str) -> str:
    """Give the region that the host of a start URL names; empty if it names none."""
    return next(
        (label for label in (urlsplit(url).hostname or "").split(".") if is_region(label)), ""
    )


def resolve(url: str, region: str, environment: ServiceEnvironment) -> str:
    """Give the start URL that the service knows; one that is AWS's own is returned as it is.

    Raises `UsageError` where it leads elsewhere or to another region, `Unavailable` if it cannot be asked.
    """
    if is_owned(url):
        return url
    target = _redirect(url, environment)
    if not is_owned(target):
        raise UsageError(
            f"the start URL {url} is no address of IAM Identity Center, and leads to "
            f"{printable(target) or 'no other'}",
            hint="use the AWS access portal URL of the Identity Center console",
        )
    parts = urlsplit(target)
    resolved = f"https://{parts.hostname}{parts.path.rstrip('/')}"
    if region_of(resolved) not in {"", region}:
        raise UsageError(
            f"the start URL {url} leads to {resolved}, which is in another region than {region}",
            hint=f"set sso_region = {region_of(resolved)}",
        )
    return resolved


def _redirect(url: str, environment: ServiceEnvironment) -> str:
    session = URLLib3Session(
        verify=environment.ca_bundle or True,
        proxies=environment.proxies(url),
        timeout=(environment.timeout_seconds or 3, environment.timeout_seconds or 10),
    )
    try:
        reply = session.send(AWSRequest("HEAD", url).prepare())
        if reply.status_code in {405, 501}:
            reply = session.send(AWSRequest("GET", url).prepare())
    except Exception as error:  # noqa: BLE001  whatever a stranger's server makes of it
        raise Unavailable(
            f"the start URL {url} cannot be reached ({type(error).__name__})",
            hint="check it, the network and the proxy",
        ) from None
    location = reply.headers.get("Location", "")
    if not (300 <= reply.status_code < 400 and location):
        return ""
    # A URL is printable ASCII (RFC 3986 §2); whatever else was sent may be meant for a terminal.
    return urljoin(url, location) if location.isascii() and location.isprintable() else ""
