"""Sign-ins and refreshes while every fetch hangs."""

import json
from collections.abc import Iterator

import pytest

from credential_process.broker.loop import MOST_WORKERS
from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home

CALLERS = MOST_WORKERS + 5
# Every fetch hangs until the test has ended.
PATIENT = {"SSO_CREDENTIAL_PROCESS_TIMEOUT": "600"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve more accounts than a broker fetches credentials for at once."""
    with Sandbox(accounts=CALLERS, roles=1) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def test_a_refresh_does_not_wait_behind_fetches_that_hang(
    get: Executable, signed_in: Home, sandbox: Sandbox
) -> None:
    """Otherwise a portal that hangs would sign out every user whose token expires meanwhile."""
    environment = {**get.environment, **PATIENT}
    sandbox.set_faults({"operation": "role_credentials", "count": None, "held": True})
    callers = [
        get.start(
            *get.arguments[:3], account.account_id, *get.arguments[4:], environment=environment
        )
        for account in sandbox.accounts
    ]
    until(lambda: sandbox.faults()[0]["holding"] >= MOST_WORKERS, "every worker fetches")
    token = json.loads(signed_in.token_file().read_text())
    expired = {**token, "expiresAt": "2020-01-01T00:00:00Z"}
    signed_in.token_file().write_text(json.dumps(expired))
    login = Executable("login", get.home, environment, ("--sso-session", "corp"))
    assert login().returncode == 0
    assert sandbox.faults()[0]["holding"] >= MOST_WORKERS
    assert sandbox.counters()["token"]["refresh_token"] == 1
    sandbox.set_faults()
    for caller in callers:
        caller.kill()
        finish(caller)
