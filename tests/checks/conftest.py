"""Fixtures of the tests of findings: a signed-in home whose profile works."""

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH


@pytest.fixture
def line(sandbox: Sandbox) -> str:
    """Return the option of a profile that works."""
    role = f"--account-id {sandbox.accounts[0].account_id} --role-name Developer"
    return f"credential_process = {PATH} get --sso-session corp {role} --no-login"
