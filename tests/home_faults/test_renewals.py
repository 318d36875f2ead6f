"""A refresh token works once: whatever happens to the disk meanwhile, its successor is kept."""

import json
from pathlib import Path

import pytest

from campaigns.home_faults.faults import EMPTY, FILL, tmpfs
from campaigns.home_faults.namespaces import missing, world
from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

needs_mounts = pytest.mark.skipif(missing() != "", reason=missing())


@needs_mounts
def test_a_disk_that_fills_up_during_a_renewal_keeps_the_token(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person, tmp_path: Path
) -> None:
    """The old token is spent when the response arrives: without room for the new one, the user would be asked."""
    home.sign_in(sandbox, expiresAt="2020-01-01T00:00:00Z")
    before = json.loads(home.token_file().read_text())["refreshToken"]
    sandbox.set_faults({"operation": "token", "delay_seconds": 3})
    environment = {**get.environment, "BROWSER": nobody.browser}
    with world(tmp_path, home.path) as here:
        here.alter(tmpfs("$HOME", "size=1m"))
        cache = here.seen(home.token_file().parent)
        caller = get.start(prefix=here.as_person, environment=environment)
        until(lambda: list(cache.glob("*.next")), "the exchange begins")
        here.alter(FILL)
        finish(caller)
        here.alter(EMPTY)
        done = get(prefix=here.as_person, environment=environment)
        after = json.loads((cache / home.token_file().name).read_text())["refreshToken"]
    assert (done.returncode, after != before) == (0, True)
    assert sandbox.counters()["token"]["refresh_token"] == 1
