"""Addresses of the services: AWS's own for a region, unless the environment names others.

A test compares them with botocore's rules, for each region that it knows and each of the two flags.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment

PORTAL = "sso"
OIDC = "sso-oidc"
ACCOUNT_ACCESS = "account-access-runtime"
STS = "sts"


class _Partition(NamedTuple):
    """The domains of a group of regions, by the beginning of their names."""

    regions: str
    domain: str
    dual_stack_domain: str


_PARTITIONS = (
    _Partition("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    _Partition("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    _Partition("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    _Partition("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    _Partition("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    _Partition("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    _Partition("", "amazonaws.com", "api.aws"),
)
_HOSTS = {
    PORTAL: "portal.sso",
    OIDC: "oidc",
    ACCOUNT_ACCESS: "account-access-runtime",
    STS: "sts",
}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Their ordinary endpoints are FIPS endpoints.
_FIPS_REGIONS = "us-gov-"


def endpoint(service: str, region: str, environment: ServiceEnvironment) -> str:
    """Return the URL of a service, without a slash at the end; raises `UsageError` for one that would expose tokens."""
    override = _override(service, environment)
    if override:
        return override.rstrip("/")
    partition = next(one for one in _PARTITIONS if region.startswith(one.regions))
    # Younger services have no other suffix.
    dual_stack = environment.use_dualstack or service == ACCOUNT_ACCESS
    domain = partition.dual_stack_domain if dual_stack else partition.domain
    is_ordinary = not environment.use_fips or (region.startswith(_FIPS_REGIONS) and not dual_stack)
    fips = "" if is_ordinary else "-fips"
    return f"https://{_HOSTS[service]}{fips}.{region}.{domain}"


def _override(service: str, environment: ServiceEnvironment) -> str:
    if service != ACCOUNT_ACCESS:
        endpoints = {PORTAL: environment.sso_endpoint, OIDC: environment.oidc_endpoint}
        return endpoints.get(service, "")
    override = environment.account_access_endpoint
    # Like botocore, which sends no bearer token over plain http; a sandbox on this computer is the exception.
    address = urlsplit(override)
    is_here = address.hostname in LOOPBACK and not environment.proxy(override)
    if address.scheme == "http" and not is_here:
        raise UsageError(
            f"AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME is {printable(override, limit=80)!r}",
            hint="give an https URL: access tokens are sent to it",
        )
    return override
