"""A home that cannot be written, as in many containers: state is stored elsewhere, and found again."""

from pathlib import Path

import pytest

from campaigns.home_faults.faults import READ_ONLY, RUN_FOLDER
from campaigns.home_faults.namespaces import missing, world
from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home

needs_mounts = pytest.mark.skipif(missing() != "", reason=missing())


@needs_mounts
def test_a_read_only_home_leads_to_the_users_run_folder(
    get: Executable, home: Home, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The second call must find what the first one has stored."""
    with world(tmp_path, home.path) as here:
        here.alter(RUN_FOLDER + READ_ONLY)
        first, second = get(prefix=here.as_person), get(prefix=here.as_person)
    assert (first.returncode, first.stderr, first.stdout) == (0, "", second.stdout)
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 1)
