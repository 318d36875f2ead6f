"""What the network tests share: a sandbox under AWS's own names, and nothing that overrides them."""

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
    """Serve as an HTTPS proxy that leads to AWS's names."""
    with Sandbox(connect_proxy=True) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def environment(environment: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    """Take the endpoint overrides away: the proxy is the only way, the person's too."""
    kept = {name: value for name, value in environment.items() if name not in sandbox.environment}
    browser = shlex.join([sys.executable, "-I", str(PERSON)])
    return {**kept, **sandbox.proxy_environment, "BROWSER": f"{browser} %s"}


@pytest.fixture
def signed_in(home: Home, sandbox: Sandbox) -> Home:
    """Put a token into the home whose date is over, so that both services have to be asked."""
    home.sign_in(sandbox, expiresAt="2020-01-01T00:00:00Z")
    return home


def hosts(sandbox: Sandbox) -> set[str]:
    """Return the hosts that the proxy was asked for."""
    return {tunnel.host for tunnel in sandbox.tunnels()}
