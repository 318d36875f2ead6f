"""What the tests of findings share: a home whose profile works, signed in."""

import json

import pytest

from credential_process.sandbox import Sandbox
from tests.executable import PATH
from tests.home import Home


@pytest.fixture
def line(sandbox: Sandbox) -> str:
    """Return the option of a profile that works."""
    role = f"--account-id {sandbox.accounts[0].account_id} --role-name Developer"
    return f"credential_process = {PATH} get --sso-session corp {role} --no-login"


@pytest.fixture
def signed_in(home: Home, sandbox: Sandbox) -> None:
    """Sign in as ``aws sso login`` would have this morning."""
    file = home.token_file()
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(sandbox.sign_in()))
    file.chmod(0o600)
