"""What the tests of identity share: two organisations at one portal, and users who sign in and out."""

from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Sandbox, Tenant
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

# Start URLs of two organisations have one length, so that their config files have one size.
OTHER = Tenant("https://d-2222222222.awsapps.com/start", "us-east-1")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve two organisations with the same accounts, which only start URLs tell apart."""
    with Sandbox(accounts=3, roles=2, tenants=[OTHER]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def command(home: Home, environment: dict[str, str]) -> Callable[..., Executable]:
    """Return how to get a command with its words: ``command("login", "--force")``."""
    return lambda name, *words: Executable(name, home.path, environment, words)


@pytest.fixture
def as_user(get: Executable, people: Callable[..., Person]) -> Callable[[str], dict[str, str]]:
    """Return an environment whose browser signs this user in: ``as_user("grace")``."""

    def environment(user_name: str) -> dict[str, str]:
        return {**get.environment, "BROWSER": people("--user", user_name).browser}

    return environment
