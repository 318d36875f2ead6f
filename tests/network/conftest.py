"""Fixtures of the network tests: a sandbox under AWS's own names, and no endpoint overrides."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home

PERSON = Path(__file__).with_name("person_behind_proxy.py")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as an HTTPS proxy in front of AWS's names."""
    with Sandbox(connect_proxy=True) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def environment(environment: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    """Remove the endpoint overrides: the proxy is the only way, also for the user's browser."""
    kept = {name: value for name, value in environment.items() if name not in sandbox.environment}
    browser = shlex.join([sys.executable, "-I", str(PERSON)])
    return {**kept, **sandbox.proxy_environment, "BROWSER": f"{browser} %s"}


@pytest.fixture
def signed_in(home: Home, sandbox: Sandbox) -> Home:
    """Put an expired token into the home, so that requests to both services are needed."""
    home.sign_in(sandbox, expiresAt="2020-01-01T00:00:00Z")
    return home


def hosts(sandbox: Sandbox) -> set[str]:
    """Return the hosts that were requested from the proxy."""
    return {tunnel.host for tunnel in sandbox.tunnels()}
