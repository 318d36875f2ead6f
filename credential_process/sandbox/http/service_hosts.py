"""AWS's host names of the services that the sandbox provides.

They follow the rule sets of botocore (sso, sso-oidc, sts, account-access-runtime): each partition has
its own suffixes, and where there are no FIPS names, as in us-gov, a client that uses one is wrong.
Account access manager is a younger service: it has the dual-stack suffix only, and FIPS names.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ACCOUNT_ACCESS = "account-access-runtime"
_SERVICES = {
    "oidc": "oidc",
    "portal.sso": "portal",
    "sts": "sts",
    _ACCOUNT_ACCESS: "account_access",
}
_HOST = re.compile(
    r"(?P<label>oidc|portal\.sso|sts|account-access-runtime)(?P<fips>-fips)?"
    r"\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+)\.(?P<ending>[a-z.]+)"
)
_ENDINGS = {
    "cn": ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    "eusc": ("amazonaws.eu", "api.amazonwebservices.eu"),
}
_USUAL_ENDINGS = ("amazonaws.com", "api.aws")


class ServiceHost(NamedTuple):
    """A service (oidc, portal, sts, account_access) in a Region."""

    service: str
    region: str


def service_host(host: str) -> ServiceHost | None:
    """Return the service and Region of a host name; None if AWS has no such name."""
    if host == "sts.amazonaws.com":
        return ServiceHost("sts", "us-east-1")
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    region = match["region"]
    endings = _ENDINGS.get(region.partition("-")[0], _USUAL_ENDINGS)
    is_younger = match["label"] == _ACCOUNT_ACCESS
    if match["ending"] not in (endings[1:] if is_younger else endings):
        return None
    if match["fips"] and region.startswith("us-gov-") and not is_younger:
        return None
    return ServiceHost(_SERVICES[match["label"]], region)
