"""`export`: credentials for a shell, as `aws configure export-credentials` of the AWS CLI v2 prints them."""

import json
import os
import subprocess
import time

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from tests.interop import aws_cli

FORMATS = ("process", "env", "env-no-export", "powershell", "windows-cmd")


@pytest.fixture
def export(get: Executable) -> Executable:
    """Return the installed ``sso-credential-process export``, with the options of the profile's line."""
    return Executable("export", get.home, get.environment, get.arguments)


@pytest.mark.skipif(not os.access(aws_cli.PATH, os.X_OK), reason="no AWS CLI v2: run make test")
def test_it_prints_what_the_aws_cli_prints(export: Executable, get: Executable) -> None:
    """Scripts that were written for the AWS CLI v2 can read this output, byte for byte."""
    config = export.home / ".aws" / "config"
    line = " ".join(("sso-credential-process", "get", *get.arguments))
    config.write_text(f"{config.read_text()}\n[profile managed]\ncredential_process = {line}\n")
    for form in FORMATS:
        printed = subprocess.run(
            [
                aws_cli.PATH,
                "configure",
                "export-credentials",
                "--profile",
                "managed",
                "--format",
                form,
            ],
            env=export.environment,
            capture_output=True,
            text=True,
            check=True,
            start_new_session=True,
        )
        assert export(*export.arguments, "--format", form).stdout == printed.stdout


def test_fish_reads_its_own_form(export: Executable) -> None:
    """The AWS CLI supports fish since 2026, but not Debian's version: these are the lines of its source."""
    process = json.loads(export().stdout)
    lines = export(*export.arguments, "--format", "fish").stdout.splitlines()
    assert lines[0] == f'set -gx AWS_ACCESS_KEY_ID "{process["AccessKeyId"]}"'
    assert lines[3] == f'set -gx AWS_CREDENTIAL_EXPIRATION "{process["Expiration"]}"'


def test_a_shell_can_evaluate_it(export: Executable, sandbox: Sandbox) -> None:
    """No character in a key or a token may have a meaning for a shell."""
    lines = export(*export.arguments, "--format", "env").stdout
    program = (
        "import boto3; print(boto3.client('sts', 'us-east-1').get_caller_identity()['Account'])"
    )
    script = f'eval "$1" && python3 -c "{program}"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", lines],
        env=export.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sandbox.accounts[0].account_id


@pytest.mark.parametrize("form", FORMATS[1:])
def test_what_a_shell_would_run_is_not_printed(
    export: Executable, sandbox: Sandbox, form: str
) -> None:
    """Users do not see what they evaluate, and it may come from anyone between here and the service."""
    keys = {"accessKeyId": "ASIA", "secretAccessKey": "x;id", "sessionToken": "$(id)"}
    body = {"roleCredentials": {**keys, "expiration": (int(time.time()) + 3600) * 1000}}
    sandbox.set_faults({"operation": "role_credentials", "status": 200, "body": body})
    done = export(*export.arguments, "--format", form)
    assert (done.returncode, done.stdout) == (5, "")
    assert "AWS_SECRET_ACCESS_KEY has characters that a shell would misread" in done.stderr


def test_it_prints_the_form_of_sts(export: Executable, sandbox: Sandbox) -> None:
    """Coding agents accept the output of `aws sts assume-role` only, such as Claude Code in `awsCredentialExport`."""
    process = json.loads(export().stdout)
    done = export(*export.arguments, "--format", "credential-export")
    keys = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    expected = {"Credentials": {key: process[key] for key in keys}}
    assert (done.stdout, done.stderr) == (json.dumps(expected, indent=4) + "\n", "")
    issued = sandbox.issued(process["AccessKeyId"])
    assert issued is not None
    assert issued.account_id == sandbox.accounts[0].account_id


def test_an_unknown_format_is_refused(export: Executable) -> None:
    """The message lists the known formats."""
    done = export(*export.arguments, "--format", "csh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "windows-cmd" in done.stderr
