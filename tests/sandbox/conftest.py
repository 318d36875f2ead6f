"""Fixtures: a sandbox with a fixed seed, a connection, a client and an access token."""

from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve three accounts with two roles each."""
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
    """Sign a user in without a browser."""
    return str(sandbox.sign_in()["accessToken"])
