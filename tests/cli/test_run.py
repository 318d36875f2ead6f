"""`run`: tools that support neither SSO nor credential_process, with credentials in their environment."""

import json
import signal
import subprocess
import sys

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.terminal import Terminal

WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
ROLE = "--account-id 111122220001 --role-name Developer"
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


@pytest.fixture
def run(get: Executable) -> Executable:
    """Return the installed ``sso-credential-process run``, with the options of the profile's line."""
    return Executable("run", get.home, get.environment, get.arguments)


def python(run: Executable, program: str) -> tuple[str, ...]:
    """Return the arguments that run a Python program."""
    return (*run.arguments, "--", sys.executable, "-c", program)


def environment_of_tool(run: Executable, *options: str, **variables: str) -> dict[str, str]:
    """Return the environment of the tool, if the caller has these variables."""
    words = (*run.arguments, *options, "--", sys.executable, "-c", SHOW)
    done = run(*words, environment={**run.environment, **variables})
    assert (done.returncode, done.stderr) == (0, "")
    environment: dict[str, str] = json.loads(done.stdout)
    return environment


def test_a_tool_acts_as_the_role(run: Executable, sandbox: Sandbox) -> None:
    """It gets four variables, which every SDK has always supported."""
    tool = (sys.executable, "-c", WHO)
    done = run(*run.arguments, "--region", "us-east-1", "--", *tool)
    assert (done.returncode, done.stderr) == (0, "")
    assert f":{sandbox.accounts[0].account_id}:assumed-role/AWSReservedSSO_Developer" in done.stdout


def test_the_environment_says_when_the_credentials_end(run: Executable, get: Executable) -> None:
    """Tools that can renew credentials must know that they cannot renew these."""
    expiration = json.loads(get().stdout)["Expiration"]
    tool = environment_of_tool(run)
    assert tool["AWS_CREDENTIAL_EXPIRATION"] == expiration.replace("Z", "+00:00")


def test_no_other_variable_takes_precedence_over_the_credentials(run: Executable) -> None:
    """With `AWS_PROFILE` set some SDKs ignore the variables; the last variable would stop `get` itself."""
    aws = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN")
    rivals = (*aws, "SSO_CREDENTIAL_PROCESS_BROKER")
    tool = environment_of_tool(run, **dict.fromkeys(rivals, "other"))
    assert [name for name in rivals if name in tool] == []


def test_a_region_is_passed_on(run: Executable) -> None:
    """Half of the SDKs read one name, and half the other."""
    tool = environment_of_tool(run, "--region", "eu-west-1")
    assert (tool["AWS_REGION"], tool["AWS_DEFAULT_REGION"]) == ("eu-west-1", "eu-west-1")


@pytest.mark.parametrize(
    "lines",
    [
        f"credential_process = /bin/sso-credential-process get --sso-session corp {ROLE}",
        "sso_session = corp\nsso_account_id = 111122220001\nsso_role_name = Developer",
    ],
    ids=["managed", "native"],
)
def test_a_profile_says_which_role_and_region(run: Executable, home: Home, lines: str) -> None:
    """Users with profiles type one word."""
    home.config.write_text(
        f"{home.config.read_text()}\n[profile dev]\n{lines}\nregion = eu-west-3\n"
    )
    tool = ("--profile", "dev", "--", sys.executable, "-c", SHOW)
    environment = json.loads(run(*tool).stdout)
    assert environment["AWS_REGION"] == "eu-west-3"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")


def test_a_profile_that_asks_for_no_role_is_refused_in_one_line(
    run: Executable, home: Home
) -> None:
    """Users easily forget half of the keys."""
    home.config.write_text(f"{home.config.read_text()}\n[profile half]\nsso_session = corp\n")
    done = run("--profile", "half", "--", "true")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "half" in done.stderr


@pytest.mark.parametrize(("name", "words"), [("run", ("--", "true")), ("export", ())])
def test_without_a_role_a_profile_is_asked_for_first(
    run: Executable, sandbox: Sandbox, name: str, words: tuple[str, ...]
) -> None:
    """Most users have profiles, and forget to name one."""
    done = Executable(name, run.home, run.environment, words)()
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "sso-credential-process: no role is given; add --profile NAME, or --account-id and --role-name\n",
    )
    assert sandbox.requests() == []


def test_the_exit_code_is_the_tools(run: Executable) -> None:
    """Make, CI and shell scripts read nothing else."""
    assert run(*python(run, "raise SystemExit(42)")).returncode == 42


def test_a_signal_ends_the_tool_itself(run: Executable) -> None:
    """There is no process in between that would have to forward it."""
    process = run.start(*python(run, "print('ready', flush=True); import time; time.sleep(60)"))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert finish(process).returncode == -signal.SIGTERM


def test_the_tool_has_the_signal_handling_of_the_caller(run: Executable) -> None:
    """Python ignores SIGPIPE: a tool that inherits this would write into closed pipes for ever."""
    script = 'grep -E "^Sig(Blk|Ign)" /proc/self/status'
    expected = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=True, restore_signals=True
    )
    assert run(*run.arguments, "--", "sh", "-c", script).stdout == expected.stdout


def test_the_tool_gets_no_child_process(run: Executable) -> None:
    """It may wait for all of its children, and a broker runs for another half a minute."""
    script = "import os\ntry:\n    os.wait()\nexcept ChildProcessError:\n    print('none')"
    assert run(*python(run, script)).stdout == "none\n"


@pytest.mark.parametrize(("tool", "exit_code"), [("no-such-tool", 127), ("/etc/passwd", 126)])
def test_a_tool_that_cannot_be_run_has_the_exit_code_of_env(
    run: Executable, tool: str, exit_code: int
) -> None:
    """Scripts distinguish the two exit codes."""
    done = run(*run.arguments, "--", tool)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (exit_code, "", 1)
    assert tool in done.stderr


def test_credentials_that_expire_soon_are_reported(run: Executable, sandbox: Sandbox) -> None:
    """The tool cannot renew them, and would fail in the middle."""
    sandbox.configure(role_session_seconds=600)
    done = run(*run.arguments, "--", "true")
    assert done.returncode == 0
    assert "in 10 minutes; true cannot renew them" in done.stderr


def test_credentials_for_an_hour_are_no_reason_for_a_message(
    run: Executable, terminal: Terminal, sandbox: Sandbox
) -> None:
    """On a terminal it would look like a warning, each time."""
    sandbox.configure(role_session_seconds=3600)
    assert run(*run.arguments, "--", "true").returncode == 0
    words = (*run.arguments, "--", "echo", "ready")
    process = run.start(*words, prefix=terminal.everything, stdin=terminal.keyboard)
    assert finish(process).returncode == 0
    assert terminal.text() == "ready\r\n"


def test_the_page_names_the_tool(run: Executable, home: Home) -> None:
    """Users who are asked in a browser must know which program asks."""
    run(*run.arguments, "--", "s3cmd-of-mine")
    (log,) = home.host_files("broker.log")
    assert "begins for s3cmd-of-mine\n" in log.read_text()


def test_nobody_is_asked_where_that_is_forbidden(run: Executable, nobody: Person) -> None:
    """For example in a cron job."""
    alone = {**run.environment, "BROWSER": nobody.browser}
    done = run(*run.arguments, "--no-login", "--", "true", environment=alone)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
