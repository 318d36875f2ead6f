"""AWS's host names of the services that the sandbox provides.

They follow the rule sets of botocore (sso, sso-oidc, sts): each partition has its own suffixes, and
where there are no FIPS names, as in us-gov, a client that uses one is wrong.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SERVICES = {"oidc": "oidc", "portal.sso": "portal", "sts": "sts"}
_HOST = re.compile(
    r"(?P<label>oidc|portal\.sso|sts)(?P<fips>-fips)?"
    r"\.(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+)\.(?P<ending>[a-z.]+)"
)
_ENDINGS = {
    "cn": ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    "eusc": ("amazonaws.eu", "api.amazonwebservices.eu"),
}
_USUAL_ENDINGS = ("amazonaws.com", "api.aws")


class ServiceHost(NamedTuple):
    """A service (oidc, portal, sts) in a Region."""

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
    if match["ending"] not in _ENDINGS.get(region.partition("-")[0], _USUAL_ENDINGS):
        return None
    if match["fips"] and region.startswith("us-gov-"):
        return None
    return ServiceHost(_SERVICES[match["label"]], region)
