"""Addresses of the services, held against botocore's own rules."""

import itertools
from typing import Any

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider

from credential_process.errors import UsageError
from credential_process.identifiers import is_region
from credential_process.identity_center.endpoints import (
    ACCOUNT_ACCESS,
    OIDC,
    PORTAL,
    STS,
    endpoint,
)
from credential_process.identity_center.environment import ServiceEnvironment

LOADER = botocore.session.Session().get_component("data_loader")
PARTITIONS: dict[str, Any] = LOADER.load_data("partitions")
REGIONS = [
    region
    for partition in PARTITIONS["partitions"]
    for region in partition["regions"]
    if not region.endswith("-global")
]
# Of each partition's pattern, as AWS may open them one day.
FUTURE = ("eu-south-9", "us-gov-north-1", "cn-east-5", "eusc-de-west-2", "us-iso-south-3")


@pytest.mark.parametrize("service", [PORTAL, OIDC, ACCOUNT_ACCESS, STS])
def test_each_region_has_botocores_endpoint(service: str) -> None:
    """With and without FIPS and dual-stack, in each partition."""
    rules = EndpointProvider(LOADER.load_service_model(service, "endpoint-rule-set-1"), PARTITIONS)
    regional = {"UseGlobalEndpoint": False} if service == STS else {}
    assert len(REGIONS) > 40
    for region, fips, dual_stack in itertools.product(
        (*REGIONS, *FUTURE), (False, True), (False, True)
    ):
        expected = rules.resolve_endpoint(
            Region=region, UseFIPS=fips, UseDualStack=dual_stack, **regional
        )
        environment = ServiceEnvironment(use_fips=fips, use_dualstack=dual_stack)
        assert endpoint(service, region, environment) == expected.url
        assert is_region(region)


def test_an_endpoint_of_the_environment_is_used_for_its_service_alone() -> None:
    """A sandbox, or a private endpoint of a company."""
    environment = ServiceEnvironment(sso_endpoint="https://portal.example.com/", use_fips=True)
    assert endpoint(PORTAL, "us-east-1", environment) == "https://portal.example.com"
    assert endpoint(OIDC, "us-east-1", environment) == "https://oidc-fips.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    "override",
    [
        "https://access.example.com/",
        "http://127.0.0.1:8080/",
        "http://[::1]:80",
        "http://localhost:80",
    ],
)
def test_a_bearer_token_may_go_to_https_or_to_this_computer(override: str) -> None:
    """A sandbox has no certificate."""
    environment = ServiceEnvironment(account_access_endpoint=override)
    assert endpoint(ACCOUNT_ACCESS, "us-east-1", environment) == override.rstrip("/")


@pytest.mark.parametrize(
    ("override", "proxy"),
    [
        ("http://access.example.com", ""),
        ("http://127.0.0.1.example.com", ""),
        ("HTTP://access.example.com", ""),
        ("http://127.0.0.1:80", "http://proxy.example.com"),
    ],
)
def test_a_bearer_token_goes_nowhere_over_plain_http(override: str, proxy: str) -> None:
    """All on the way could use it; botocore refuses, too."""
    environment = ServiceEnvironment(account_access_endpoint=override, http_proxy=proxy)
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME"):
        endpoint(ACCOUNT_ACCESS, "us-east-1", environment)
