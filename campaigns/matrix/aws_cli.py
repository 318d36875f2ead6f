"""The plugins with old and new versions of the AWS CLI and its botocore: ``python -m campaigns.matrix.aws_cli FOLDER``.

FOLDER has an environment for each version, with the AWS CLI and the product in it. Writes a table of
docs/evidence/sdks.md; exits 1 if a cell is not ``ok``.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from campaigns import page
from credential_process.cli.export_formats import FORMATS
from credential_process.sandbox import Sandbox
from testing import processes
from testing.home import Home
from testing.people import Person
from testing.profiles import PROFILES

COMMAND = "make matrix-aws-cli"
PLUGIN = "\n[plugins]\nsso = credential_process.plugins.awscli\n"
ANSWERS = "new\nhttps://d-1234567890.awsapps.com/start\nus-east-1\n\n2\n1\n\n\nmine\n"
BOTOCORE = """
import botocore.session
from credential_process.plugins import botocore as plugin
session = botocore.session.Session(profile="legacy")
plugin.install(session)
print(session.get_credentials().get_frozen_credentials().access_key)
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """One version, in a new home that is signed out."""

    version: Path
    home: Home
    sandbox: Sandbox
    environment: dict[str, str]

    def run(self, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of this version until it ends."""
        return subprocess.run(
            [str(self.version / "bin" / arguments[0]), *arguments[1:]],
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            start_new_session=True,
        )

    def aws(self, *arguments: str, answers: str = "") -> str:
        """Run the AWS CLI successfully; return its output."""
        done = self.run("aws", *arguments, answers=answers)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def account(self, profile: str) -> str:
        """Return the account of a profile's credentials."""
        sts = ("--profile", profile, "--region", "us-east-1")
        return str(json.loads(self.aws("sts", "get-caller-identity", *sts))["Account"])


def signs_in_on_a_miss(stage: Stage) -> None:
    """Run ``aws sts get-caller-identity`` through a native profile, signed out."""
    assert stage.account("native") == "111122220001"


def assumes_a_role(stage: Stage) -> None:
    """Use a native profile as the source of another one."""
    assert stage.account("release") == "111122220003"


def logs_in(stage: Stage) -> None:
    """Run ``aws sso login``."""
    said = stage.aws("sso", "login", "--profile", "native")
    assert said.endswith(f"Successfully logged into Start URL: {stage.sandbox.start_url}\n")


def logs_out(stage: Stage) -> None:
    """Run ``aws sso logout`` after a sign-in."""
    logs_in(stage)
    stage.aws("sso", "logout")
    assert not stage.home.token_file().exists()
    assert stage.sandbox.counters()["logout"] == 1


def configures(stage: Stage) -> None:
    """Run ``aws configure sso``, and use the profile."""
    stage.aws("configure", "sso", answers=ANSWERS)
    assert stage.account("mine") == "111122220001"


def exports(stage: Stage) -> None:
    """Run ``aws configure export-credentials``, in all formats."""
    for form in FORMATS:
        assert "ASIA" in stage.aws(
            "configure", "export-credentials", "--profile", "native", "--format", form
        )


def installs_in_botocore(stage: Stage) -> None:
    """Use the plugin of botocore without the AWS CLI."""
    done = stage.run("python", "-c", BOTOCORE)
    assert done.stdout.startswith("ASIA"), done.stderr


def tells_what_is_wrong(stage: Stage) -> None:
    """Name a missing profile, and a missing session, in one line."""
    for arguments in (
        ("sts", "get-caller-identity", "--profile"),
        ("sso", "login", "--sso-session"),
    ):
        done = stage.run("aws", *arguments, "nosuch")
        assert (done.returncode, len(done.stderr.strip().splitlines())) == (255, 1), done.stderr


CHECKS: dict[str, Callable[[Stage], None]] = {
    "aws sts get-caller-identity, signed out": signs_in_on_a_miss,
    "a role on top of it": assumes_a_role,
    "aws sso login": logs_in,
    "aws sso logout": logs_out,
    "aws configure sso": configures,
    "aws configure export-credentials": exports,
    "no such profile, no such session": tells_what_is_wrong,
    "the botocore plugin": installs_in_botocore,
}


def outcome(version: Path, check: Callable[[Stage], None], folder: Path) -> str:
    """Run one check; return ``ok``, or what went wrong."""
    with Sandbox(accounts=3, roles=2, connect_proxy=True) as sandbox:
        home = Home(folder / "home")
        home.add_session(sandbox)
        with home.config.open("a") as config:
            config.write(PROFILES + PLUGIN)
        environment = {
            "HOME": str(home.path),
            "PATH": "/usr/bin:/bin",
            "BROWSER": Person(folder / "person").browser,
            **sandbox.environment,
            **sandbox.proxy_environment,  # old versions do not support endpoint variables
        }
        try:
            check(Stage(version, home, sandbox, environment))
        except (AssertionError, subprocess.TimeoutExpired, ValueError) as error:
            return f"failed: {str(error).strip()}"
        finally:
            processes.end(folder)
    return "ok"


def main() -> int:
    """Fill the table, and publish it."""
    versions = {_version(folder): folder for folder in sorted(Path(sys.argv[1]).iterdir())}
    rows, failures = [], []
    for name, check in CHECKS.items():
        row = [name]
        for version, folder in versions.items():
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
                found = outcome(folder, check, Path(place))
            row.append(found.partition(": ")[0])
            failures += [] if found == "ok" else [f"{version}: {name}: {found}"]
        rows.append(row)
        print(*row, sep=", ", flush=True)
    told = "\n".join(page.table(["", *versions], rows))
    print(told, *failures, sep="\n")
    page.put(COMMAND, f"{page.ran(COMMAND)}:\n\n{told}")
    return 1 if failures else 0


def _version(folder: Path) -> str:
    said = subprocess.run(
        [str(folder / "bin" / "aws"), "--version"], capture_output=True, text=True, check=True
    )
    return said.stdout.split()[0].removeprefix("aws-cli/")


if __name__ == "__main__":
    sys.exit(main())
