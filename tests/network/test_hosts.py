"""The hosts that receive requests, as the proxy sees them: a wrong one would get tokens, or not answer."""

from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from tests.network.conftest import hosts

FIPS = "AWS_USE_FIPS_ENDPOINT"
DUALSTACK = "AWS_USE_DUALSTACK_ENDPOINT"
START_URL = "https://d-1234567890.awsapps.com/start"
CHINA = "https://start.home.awsapps.cn/directory/d-1234567890"
GOVERNMENT = "https://start.us-gov-home.awsapps.com/directory/d-1234567890"
PORTAL = "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws"
IPV4_PORTAL = "https://ssoins-1234567890abcdef.eu-west-1.portal.amazonaws.com"
EUROPEAN = "https://ssoins-1234567890abcdef.eusc-de-east-1.portal.amazonaws.eu"

# Region, start URL, what is switched on, the rest of the names after "oidc" and "portal.sso".
PLACES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "usual": ("us-east-1", START_URL, (), ".us-east-1.amazonaws.com"),
    "another region": ("eu-west-1", START_URL, (), ".eu-west-1.amazonaws.com"),
    "FIPS": ("us-east-1", START_URL, (FIPS,), "-fips.us-east-1.amazonaws.com"),
    "dual-stack": ("eu-west-1", START_URL, (DUALSTACK,), ".eu-west-1.api.aws"),
    "both": ("us-east-1", START_URL, (FIPS, DUALSTACK), "-fips.us-east-1.api.aws"),
    "dual-stack start URL": ("eu-west-1", PORTAL, (), ".eu-west-1.api.aws"),
    "IPv4 start URL": ("eu-west-1", IPV4_PORTAL, (), ".eu-west-1.amazonaws.com"),
    "China": ("cn-north-1", CHINA, (), ".cn-north-1.amazonaws.com.cn"),
    "China, dual-stack": (
        "cn-north-1", CHINA, (DUALSTACK,), ".cn-north-1.api.amazonwebservices.com.cn",
    ),
    "China, FIPS": ("cn-northwest-1", CHINA, (FIPS,), "-fips.cn-northwest-1.amazonaws.com.cn"),
    "GovCloud": ("us-gov-west-1", GOVERNMENT, (), ".us-gov-west-1.amazonaws.com"),
    "GovCloud, FIPS": ("us-gov-east-1", GOVERNMENT, (FIPS,), ".us-gov-east-1.amazonaws.com"),
    "European Sovereign Cloud": ("eusc-de-east-1", EUROPEAN, (), ".eusc-de-east-1.amazonaws.eu"),
    "European Sovereign Cloud, dual-stack": (
        "eusc-de-east-1", EUROPEAN, (DUALSTACK,), ".eusc-de-east-1.api.amazonwebservices.eu",
    ),
}  # fmt: skip


@pytest.fixture
def place() -> tuple[str, str, tuple[str, ...], str]:
    """Use the most common region."""
    return PLACES["usual"]


@pytest.fixture
def sandbox(place: tuple[str, str, tuple[str, ...], str]) -> Iterator[Sandbox]:
    """Serve the hosts of this region."""
    region, start_url, _, _ = place
    with Sandbox(connect_proxy=True, region=region, start_url=start_url) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_tokens_and_credentials_come_from_the_hosts_of_the_region(
    get: Executable, sandbox: Sandbox, place: tuple[str, str, tuple[str, ...], str]
) -> None:
    """AWS's rule sets contain the hosts; names that are put together are often wrong."""
    _, _, switches, ending = place
    switched_on = dict.fromkeys(switches, "true")
    done = get(environment={**get.environment, **switched_on})
    assert (done.returncode, done.stderr) == (0, "")
    assert hosts(sandbox) == {f"oidc{ending}", f"portal.sso{ending}"}
    assert sandbox.counters()["token"]["refresh_token"] == 1


@pytest.mark.parametrize(
    "place", [PLACES["usual"], PLACES["dual-stack start URL"], PLACES["China"]],
    ids=["usual", "dual-stack start URL", "China"],
)  # fmt: skip
def test_the_page_of_a_sign_in_is_on_the_same_host(
    get: Executable, sandbox: Sandbox, place: tuple[str, str, tuple[str, ...], str]
) -> None:
    """With another host, the identity provider cannot send the user back (aws-cli #10507)."""
    _, _, _, ending = place
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert hosts(sandbox) == {f"oidc{ending}", f"portal.sso{ending}"}
    (authorize,) = (one for one in sandbox.requests() if one.operation == "authorize")
    assert authorize.host == f"oidc{ending}"


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("off", ["false", "", "1", "no"])
def test_a_switch_with_a_value_other_than_true_is_off(
    get: Executable, sandbox: Sandbox, off: str
) -> None:
    """The SDKs do the same."""
    done = get(environment={**get.environment, FIPS: off, DUALSTACK: off})
    assert done.returncode == 0
    assert hosts(sandbox) == {
        "oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com",
    }  # fmt: skip


@pytest.mark.usefixtures("signed_in")
def test_a_global_endpoint_gets_no_request(get: Executable, sandbox: Sandbox) -> None:
    """If it is LocalStack, it would get a token of the company."""
    elsewhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL_S3": "http://x"}
    done = get(environment={**get.environment, **elsewhere})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(hosts(sandbox)) == 2


def test_an_endpoint_in_the_config_file_gets_no_request(
    get: Executable, signed_in: Home, sandbox: Sandbox
) -> None:
    """Profiles are for the calls of the user's program, and may point to LocalStack."""
    settings = (
        "endpoint_url = http://127.0.0.1:9\nca_bundle = /nowhere\nuse_fips_endpoint = true\n"
        "use_dualstack_endpoint = true\nservices = local\nregion = ap-south-1\n"
    )
    services = "[services local]\nsso =\n  endpoint_url = http://127.0.0.1:9\n"
    config = signed_in.config.read_text()
    signed_in.config.write_text(
        f"{config}\n[default]\n{settings}\n[profile local]\n{settings}\n{services}"
    )
    done = get(environment={**get.environment, "AWS_PROFILE": "local"})
    assert (done.returncode, done.stderr) == (0, "")
    assert hosts(sandbox) == {
        "oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com",
    }  # fmt: skip
