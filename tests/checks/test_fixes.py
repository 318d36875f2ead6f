"""Fixes: boto3 does not run the line, the finding proposes a fix, it is applied, and boto3 runs the line."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.checks.findings import Finding
from credential_process.checks.runner import CheckRun
from testing.home import Home

# Prints for each pair of files where boto3 got the credentials of the profile dev, or why it has none.
PROGRAM = """
import json, sys
import boto3, botocore.session

def method(config, credentials):
    session = botocore.session.Session(profile="dev")
    session.set_config_variable("config_file", config)
    session.set_config_variable("credentials_file", credentials)
    try:
        found = boto3.Session(botocore_session=session).get_credentials()
        return found.get_frozen_credentials() and found.method
    except Exception as error:
        return type(error).__name__

print(json.dumps([method(*files) for files in json.load(sys.stdin)]))
"""
FROM_THE_LINE = "custom-process"
WHOLE = "sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Developer"
KEYS = "aws_access_key_id = AKIA\naws_secret_access_key = secret"


@dataclass(frozen=True, slots=True)
class Case:
    """A broken config and credentials file, and both fixed; {line} is a line that works."""

    code: str
    config: str
    fixed: str = "[profile dev]\n{line}\n"
    credentials: str = ""
    fixed_credentials: str = ""


CASES = [
    Case("sso-keys", "[profile dev]\n{line}\n" + WHOLE),
    Case("sso-keys-partial", "[profile dev]\n{line}\nsso_role_name = Developer"),
    Case("role-keys", "[profile dev]\n{line}\nrole_arn = arn:aws:iam::111111111111:role/a"),
    Case("keys-in-credentials", "[profile dev]\n{line}", credentials=f"[dev]\n{KEYS}"),
    Case("keys-in-config", "[profile dev]\n{line}\n" + KEYS),
    Case("config-twice", "[profile dev]\n{line}\n{line}"),
    Case("config-twice", "[profile dev]\n{line}\n[profile dev]\n{line}"),
    Case("config-byte-order-mark", "\ufeff[profile dev]\n{line}"),
    Case("config-unreadable", "[profile dev]\n{line}\n<<<<<<< HEAD"),
    Case("profile-prefix", "[dev]\n{line}"),
    Case("profile-missing", "[profile deb]\n{line}"),
    Case("no-line", "[profile dev]\nregion = eu-west-1"),
    Case("credentials-prefix", "", "", "[profile dev]\n{line}", "[dev]\n{line}"),
    Case("line-quotes", '[profile dev]\n{line} "'),
    Case("line-quoted-whole", '[profile dev]\ncredential_process = "{path}{arguments}"'),
    Case("line-misread", "[profile dev]\n{line} # of Monday"),
    Case("line-backslash", "[profile dev]\n{line}\\a"),
    Case("line-no-argument", "[profile dev]\ncredential_process = {path}"),
    Case("line-arguments", "[profile dev]\n{line} --wait -60"),
    Case("executable-missing", "[profile dev]\ncredential_process = /opt/gone{arguments}"),
    Case("executable-relative", "[profile dev]\ncredential_process = {name}{arguments}"),
    Case("executable-mode", "[profile dev]\ncredential_process = {home}/mode{arguments}"),
    Case("executable-interpreter", "[profile dev]\ncredential_process = {home}/gone{arguments}"),
    Case("session-config", "[profile dev]\n{line}".replace("{line}", "{lab}")),
]


@pytest.fixture
def words(home: Home, line: str) -> dict[str, str]:
    """Return the values of the placeholders in the cases, and make the executables that they name."""
    command = line.removeprefix("credential_process = ")
    path, space, arguments = command.partition(" ")
    (home.path / "mode").write_text("#!/bin/sh\n")
    (home.path / "gone").write_text("#!/opt/gone/bin/python3\n")
    (home.path / "gone").chmod(0o755)
    return {
        "line": line,
        "path": path,
        "name": Path(path).name,
        "arguments": space + arguments,
        "home": str(home.path),
        "lab": line.replace("corp", "lab"),
    }


@pytest.fixture
def files(tmp_path: Path, home: Home, words: Mapping[str, str]) -> dict[Case, list[list[str]]]:
    """Write the files of all cases: for each the broken pair and the fixed one."""
    session = home.config.read_text()

    def write(name: str, text: str, *, session: str = "") -> str:
        path = tmp_path / name
        # A byte order mark must be at the very beginning.
        path.write_text(text.format(**words) + "\n" + session)
        path.chmod(0o600)
        return str(path)

    return {
        case: [
            [
                write(f"{number}-{state}-config", config, session=session),
                write(f"{number}-{state}-credentials", credentials),
            ]
            for state, config, credentials in (
                ("broken", case.config, case.credentials),
                ("fixed", case.fixed, case.fixed_credentials),
            )
        ]
        for number, case in enumerate(CASES)
    }


def boto3(environment: Mapping[str, str], pairs: list[list[str]]) -> list[str]:
    """Return where boto3 gets the credentials of dev with each pair of files, in one process."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM],
        env={**environment, "PATH": "/usr/bin:/bin"},
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    methods: list[str] = json.loads(done.stdout)
    return methods


@pytest.fixture
def found(
    files: dict[Case, list[list[str]]],
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> dict[Case, list[list[Finding]]]:
    """Check dev with each pair of files."""
    for name in ("HOME", "PATH"):
        monkeypatch.setenv(name, environment[name])

    def check(config: str, credentials: str) -> list[Finding]:
        monkeypatch.setenv("AWS_CONFIG_FILE", config)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", credentials)
        return CheckRun(is_offline=True).of_profile("dev").findings

    return {case: [check(*pair) for pair in pairs] for case, pairs in files.items()}


@pytest.mark.usefixtures("signed_in")
def test_every_fix_makes_boto3_run_the_line(
    files: dict[Case, list[list[str]]],
    found: dict[Case, list[list[Finding]]],
    environment: Mapping[str, str],
) -> None:
    """A wrong finding, or a fix that does not help, is worse than none."""
    broken = boto3(environment, [pairs[0] for pairs in files.values()])
    fixed = boto3(environment, [pairs[1] for pairs in files.values()])
    for case, was, has_become in zip(CASES, broken, fixed, strict=True):
        before, after = found[case]
        assert (case, True) == (case, case.code in {each.kind.code for each in before})
        assert (case, was == FROM_THE_LINE) == (
            case,
            not any(concerns_boto3(each) for each in before),
        )
        assert (case, []) == (case, [each.kind.code for each in after if each.is_problem])
        assert (case, FROM_THE_LINE) == (case, has_become)


def concerns_boto3(finding: Finding) -> bool:
    """Return whether a finding claims that boto3 does not work."""
    return finding.is_problem and bool({"all", "boto3"} & set(finding.kind.sdks))
