"""The client registration: when it ends, so do all tokens that were issued to it: DESIGN 4 and 5."""

import json

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable
from testing.home import Home
from testing.ssh import SshCall

DAY = 24 * 3600
LOST = {"preset": "commit_then_drop", "operation": "token", "grant_type": "device_code"}


def sign_in_twice(get: Executable, home: Home) -> None:
    """Sign in, lose the token, and sign in again."""
    assert get().returncode == 0
    home.token_file().unlink()
    assert get().returncode == 0


@pytest.mark.parametrize(("days", "registrations"), [(59, 2), (61, 1)])
def test_a_registration_that_would_end_a_session_is_renewed_before_it_begins(
    get: Executable, home: Home, sandbox: Sandbox, days: int, registrations: int
) -> None:
    """A session of 90 days that began in the last hour of a registration would end with that hour."""
    sandbox.configure(registration_seconds=days * DAY)
    sign_in_twice(get, home)
    counters = sandbox.counters()
    assert (counters["authorize"], counters["register"]) == (2, registrations)


def test_a_token_is_renewed_with_the_registration_that_it_was_issued_to(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A registration for the other flow, or a newer one, is not accepted for it."""
    sandbox.configure(registration_seconds=59 * DAY)
    sign_in_twice(get, home)
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))
    done = get(*get.arguments[:-1], "Administrator", "--no-login")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(home.token_file().read_text())["clientId"] == token["clientId"]


def test_a_short_registration_is_kept_for_all_of_a_sign_in(
    get: Executable, sandbox: Sandbox
) -> None:
    """The service decides how long it lasts, and registering again at each step would not change that."""
    sandbox.configure(registration_seconds=1800, device_interval_seconds=1)
    call = SshCall(get, sandbox)
    until(lambda: call.codes, "the code is shown")
    # The response with the token is lost, so the code is spent, and a second one has to be shown.
    sandbox.set_faults({**LOST, "count": None})  # type: ignore[typeddict-item]
    call.type_codes_in()
    before = sandbox.faults()[0]["struck"]
    until(lambda: sandbox.faults()[0]["struck"] > before, "the token is lost")
    sandbox.set_faults()
    assert call.end(60).returncode == 0
    assert (len(set(call.codes)), sandbox.counters()["register"]) == (2, 1)
