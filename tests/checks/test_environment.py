"""The environment: what takes precedence over a profile, and how the service is reached."""

import os
import sys
from collections.abc import Mapping

import pytest

from credential_process.checks import environment
from credential_process.system import advice


def codes(variables: Mapping[str, str]) -> list[str]:
    """Return the codes of all findings about an environment."""
    return [finding.kind.code for finding in environment.check(variables)]


def test_an_ordinary_environment_has_no_finding() -> None:
    """Users are supposed to set a profile, a region and a proxy."""
    ordinary = {"AWS_PROFILE": "dev", "HTTPS_PROXY": "http://proxy.example.com:8080"}
    assert codes({**ordinary, "AWS_REGION": "eu-west-1"}) == []
    assert codes({"BROWSER": f"{sys.executable} -m work %s{os.pathsep}{sys.executable}"}) == []


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIA"}, ["environment-keys"]),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}, ["environment-keys"]),
        ({"AWS_ENDPOINT_URL_SSO": "http://a"}, ["endpoint-override", "endpoint-half"]),
        (
            {"AWS_ENDPOINT_URL_SSO": "http://a", "AWS_ENDPOINT_URL_SSO_OIDC": "http://a"},
            ["endpoint-override"],
        ),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, ["endpoint-ignored"]),
        ({"HTTPS_PROXY": "http://"}, ["proxy"]),
        ({"https_proxy": "proxy.example.com:port"}, ["proxy"]),
        ({"HTTP_PROXY": "socks5://proxy:1080"}, ["proxy"]),
        ({"BROWSER": "/nonexistent/firefox -P work"}, ["environment-browser"]),
        ({"BROWSER": f"{sys.executable} -m work{os.pathsep}firefox-work"}, ["environment-browser"]),
    ],
)
def test_each_problem_has_its_code(variables: Mapping[str, str], found: list[str]) -> None:
    """All of these were set long ago, in other places, often by other people."""
    assert codes(variables) == found


@pytest.mark.parametrize(
    ("addresses", "where", "fix"),
    [
        (
            ("http://127.0.0.1:4566", "http://[::1]:4566"),
            " on this computer, as for a sandbox",
            "none is needed for a sandbox; without one, {unset}",
        ),
        (
            ("http://127.0.0.1:4566", "https://sso.example.com"),
            "",
            "{unset}, unless it is intended",
        ),
        (("http://127.0.0.1:4566", "http://[::1"), "", "{unset}, unless it is intended"),
    ],
)
def test_only_addresses_of_this_computer_are_those_of_a_sandbox(
    addresses: tuple[str, str], where: str, fix: str
) -> None:
    """In a sandbox, users must not unset what leads to it; elsewhere, another server gets their tokens."""
    names = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")
    (finding,) = environment.endpoints(dict(zip(names, addresses, strict=True)))
    shown = ", ".join(sorted(map(environment.address, addresses)))
    assert finding.message == f"{', '.join(names)} set: sign-ins and tokens go to {shown}{where}"
    assert finding.fix == fix.format(unset=advice.unset(*names))


def test_the_password_of_a_proxy_is_not_shown() -> None:
    """The output of `check` is pasted into tickets."""
    assert environment.address("http://me:secret@proxy:8080") == "http://proxy:8080"


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_chosen_profile_has_to_be_there(variable: str) -> None:
    """Otherwise boto3 fails at once, whatever else is configured."""
    (finding,) = environment.profile({variable: "gone"}, {"dev"})
    assert finding.kind.code == "environment-profile"


@pytest.mark.parametrize(
    ("value", "needs_copies", "count"),
    [("", True, 1), ("", False, 0), ("0", False, 1), ("1", True, 0), ("true", True, 0)],
)
def test_two_old_sdks_need_a_variable(value: str, *, needs_copies: bool, count: int) -> None:
    """Without it they only read the credentials file, and find no profile; other users need no note about them."""
    variables = {"AWS_SDK_LOAD_CONFIG": value}
    found = list(environment.load_config(variables, needs_copies=needs_copies))
    assert len(found) == count
