"""What the AWS Toolkits do with a line, as far as it can be run without an IDE.

That for VS Code calls ``fromProcess({ profile })`` of the SDK for JavaScript (sharedCredentialsProvider.ts), that for
JetBrains runs ``sh -c LINE`` (ToolkitCredentialProcessProvider.kt).
"""

import json
import subprocess
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH
from testing.home import Home
from testing.people import Person

JAVASCRIPT = Path(__file__).parents[1] / "sdks" / "javascript"
FROM_PROCESS = """
import { fromProcess } from "@aws-sdk/credential-provider-process";
const found = await Promise.all(process.argv.slice(1).map((profile) => fromProcess({ profile })()));
console.log(JSON.stringify(found.map((credentials) => credentials.accessKeyId)));
"""
PROFILES = 12


@pytest.fixture
def lines(home: Home, sandbox: Sandbox) -> dict[str, str]:
    """Write profiles with lines, and return the lines by profile; there are six roles."""
    roles = [(a.account_id, r) for a in sandbox.accounts for r in ("Developer", "Administrator")]
    lines = {
        f"profile-{number}": f"{PATH} get --sso-session corp --account-id {account} --role-name {role}"
        for number, (account, role) in enumerate(roles * (PROFILES // len(roles)))
    }
    with home.config.open("a") as config:
        for name, line in lines.items():
            config.write(f"[profile {name}]\ncredential_process = {line}\n")
    return lines


def test_an_ide_that_asks_for_all_profiles_at_once_opens_one_page(
    lines: dict[str, str], environment: dict[str, str], sandbox: Sandbox, person: Person
) -> None:
    """Users of Toolkits complain about a page for each profile."""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", FROM_PROCESS, *lines],
        env=environment,
        cwd=JAVASCRIPT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    keys = json.loads(done.stdout)
    assert (len(keys), len(set(keys))) == (PROFILES, 6)
    assert (len(person.arrivals()), sandbox.counters()["role_credentials"]) == (1, 6)


def test_a_line_runs_with_the_path_of_a_desktop(
    lines: dict[str, str], environment: dict[str, str], person: Person
) -> None:
    """IDEs that are started from a menu do not read what shells do."""
    done = subprocess.run(
        ["sh", "-c", lines["profile-0"]],
        env={**environment, "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["AccessKeyId"].startswith("ASIA")
    assert len(person.arrivals()) == 1
