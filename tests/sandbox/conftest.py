"""A sandbox with a known seed, and somebody who asks it things."""

from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve three accounts of two roles."""
    with Sandbox(accounts=3, roles=2, seed=1) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def visitor(sandbox: Sandbox) -> Iterator[Visitor]:
    """Connect to the sandbox."""
    with Visitor(sandbox.url) as visitor:
        yield visitor


@pytest.fixture
def client(visitor: Visitor) -> Client:
    """Register a client for the authorization-code flow."""
    return Client.register(visitor)


@pytest.fixture
def access_token(sandbox: Sandbox) -> str:
    """Sign somebody in, without a browser."""
    return str(sandbox.sign_in()["accessToken"])
