"""Names that Windows treats as equal, or as a device: no role or session gets the credentials of another."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home
from testing.wine import Executable, windows_path

ROLES = ("Developer", "developer", "nul")
SESSIONS = ("corp", "CORP")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve an account with roles whose names differ in case only, or are names of devices."""
    with Sandbox(accounts=1, roles=ROLES) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def test_names_that_differ_in_case_share_nothing(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """The file system returns `Developer` for `developer`."""
    home.add_session(sandbox, "CORP")
    for session in SESSIONS:
        home.sign_in(sandbox, session)
    account = ("--account-id", sandbox.accounts[0].account_id)
    patience = get.arguments[-2:]

    def keys() -> dict[tuple[str, str], str]:
        return {
            (session, role): json.loads(
                get("--sso-session", session, *account, "--role-name", role, *patience).stdout
            )["AccessKeyId"]
            for session in SESSIONS
            for role in ROLES
        }

    fetched = keys()
    assert len(set(fetched.values())) == len(SESSIONS) * len(ROLES)
    asked = sandbox.counters()["role_credentials"]
    assert (keys(), sandbox.counters()["role_credentials"]) == (fetched, asked)
    assert asked == len(fetched)


@pytest.mark.usefixtures("signed_in")
def test_a_machine_has_one_broker_whatever_the_environment_calls_it(
    get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Two brokers would open two pages."""
    account = ("--account-id", sandbox.accounts[0].account_id)
    for name, role in (("WINDOWS", "Developer"), ("OTHER", "developer")):
        line = ("--sso-session", "corp", *account, "--role-name", role)
        done = get(*line, environment={**get.environment, "COMPUTERNAME": name})
        assert (done.returncode, done.stderr) == (0, "")
    assert len(home.host_files("broker.log")) == 1


@pytest.mark.usefixtures("signed_in")
def test_a_chosen_state_folder_may_end_in_a_backslash(get: Executable, tmp_path: Path) -> None:
    """Otherwise it would be ignored without a message, and the folder in the profile used in its place."""
    chosen = f"{windows_path(tmp_path / 'state')}\\"
    done = get(environment={**get.environment, "SSO_CREDENTIAL_PROCESS_HOME": chosen})
    assert (done.returncode, done.stderr) == (0, "")
    assert [folder.name.partition("@")[0] for folder in (tmp_path / "state").iterdir()] == [
        "session-corp"
    ]
