"""Fixtures of the tests of the commands: any command, and a second session."""

from collections.abc import Callable
from functools import partial

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home

SignIn = Callable[..., None]


@pytest.fixture
def command(home: Home, environment: dict[str, str]) -> Callable[[str], Executable]:
    """Return a function that finds an installed command by name: ``command("status")``, without arguments."""
    return lambda name: Executable(name, home.path, environment, ())


@pytest.fixture
def add_session(home: Home, sandbox: Sandbox) -> Callable[[str], None]:
    """Return a function that configures one more session: ``add_session("lab")``."""
    return partial(home.add_session, sandbox)


@pytest.fixture
def lab(add_session: Callable[[str], None]) -> str:
    """Configure a second session, and return its name."""
    add_session("lab")
    return "lab"


@pytest.fixture
def sign_in(home: Home, sandbox: Sandbox) -> SignIn:
    """Return a function that signs in as `aws sso login` does, without a browser: ``sign_in(expiresAt="…")``."""
    return partial(home.sign_in, sandbox)
