"""The command: it prints how to reach the sandbox, has a separate home, and stops on a signal."""

import configparser
import http.client
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from testing import processes
from testing.people import Person

EXECUTABLE = Path(sys.executable).with_name("sso-credential-process")


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the command, and stop it as Ctrl-C does."""
    with subprocess.Popen(
        [str(EXECUTABLE), "sandbox", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=120)


def exported(stdout: IO[str] | None, count: int = 7) -> dict[str, str]:
    """Read the exported variables."""
    assert stdout is not None
    lines = [stdout.readline() for _ in range(count)]
    words = [shlex.split(line) for line in lines]
    assert {first for first, _ in words} == {"export"}
    pairs = (second.partition("=") for _, second in words)
    return {name: value for name, _, value in pairs}


def checked(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `check` with these variables."""
    return called(variables, "check", "--json", *arguments)


def called(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables."""
    return subprocess.run(
        [str(EXECUTABLE), *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def status(url: str) -> int:
    """Return the sandbox's HTTP status."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.request("GET", "/.health")
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_it_prints_the_environment_and_serves() -> None:
    """Another shell needs only these lines."""
    with serving() as process:
        variables = exported(process.stdout)

        assert list(variables) == [
            "HOME",
            "SSO_CREDENTIAL_PROCESS_BROWSER_HOME",
            "AWS_ENDPOINT_URL_SSO",
            "AWS_ENDPOINT_URL_SSO_OIDC",
            "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME",
            "AWS_ENDPOINT_URL_STS",
            "AWS_EC2_METADATA_DISABLED",
        ]
        assert status(variables["AWS_ENDPOINT_URL_SSO"]) == 200


def test_its_home_has_a_profile_with_our_command(tmp_path: Path) -> None:
    """After one command, every SDK has a profile to try."""
    with serving("--home", str(tmp_path), "--region", "eu-west-1") as process:
        exported(process.stdout)
        config = configparser.ConfigParser()
        config.read(tmp_path / ".aws" / "config")

    assert dict(config["sso-session sandbox"]) == {
        "sso_start_url": "https://d-1234567890.awsapps.com/start",
        "sso_region": "eu-west-1",
        "sso_registration_scopes": "sso:account:access",
    }
    assert dict(config["profile dev"]) == {
        "credential_process": f"{EXECUTABLE} get --sso-session sandbox"
        " --account-id 111122220001 --role-name Developer",
        "region": "eu-west-1",
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_temporary_home(number: signal.Signals) -> None:
    """Neither a process nor a folder remains."""
    with serving() as process:
        home = Path(exported(process.stdout)["HOME"])
        assert home.is_dir()
        process.send_signal(number)
        stderr = process.communicate(timeout=120)[1]

    assert (process.returncode, home.exists()) == (0, False)
    assert "Traceback" not in stderr
    # The other terminal fails from now on, and this is where its user looks for the reason.
    assert stderr.endswith("\n\nSandbox stopped; its home is removed. Close the other terminal.\n")


@pytest.mark.parametrize("chosen", [(), ("dev",), ("--sso-session", "sandbox")])
def test_a_check_in_its_terminal_reports_that_it_has_ended(chosen: tuple[str, ...]) -> None:
    """The variables there lead to a home that is gone, where no profile and no folder may be created."""
    with serving() as process:
        variables = exported(process.stdout)
    done = checked(variables, *chosen)
    codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
    assert (done.returncode, codes) == (2, ["sandbox-ended"])


def test_a_check_in_its_terminal_shows_how_to_leave_it() -> None:
    """A user may have work in that terminal, and gets the home back that it had before; other variables stay."""
    files = {"AWS_CONFIG_FILE": "/elsewhere/config", "AWS_SHARED_CREDENTIALS_FILE": "/elsewhere/x"}
    with serving(**files) as process:
        variables = exported(process.stdout, 9)
    own = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:4566"}
    (finding,) = json.loads(checked({**variables, **own}).stdout)["findings"]
    commands = finding["fix"].removeprefix("close this terminal, or run: ")
    left = subprocess.run(
        ["/bin/sh", "-c", f"{commands}; env -0"],
        env={**os.environ, **variables, **own},
        capture_output=True,
        text=True,
        check=True,
    )
    after = dict(variable.split("=", 1) for variable in left.stdout.split("\0") if variable)
    assert after.keys() & variables.keys() == {"HOME"}
    assert after["HOME"] == variables["SSO_CREDENTIAL_PROCESS_BROWSER_HOME"]
    assert own.items() <= after.items()


WORDS = ("--sso-session", "sandbox", "--account-id", "111122220001", "--role-name", "Developer")


def test_other_commands_in_its_terminal_show_how_to_leave_it_too() -> None:
    """They would advise a profile, which nothing in that terminal can use."""
    with serving() as process:
        variables = exported(process.stdout)
    commands = (
        *(["get", *WORDS], ["login"], ["status"], ["roles"], ["run", "--profile", "dev", "true"]),
        ["configure", "profile", "dev", *WORDS, "--region", "eu-west-1", "--yes"],
    )
    done = [called(variables, *words) for words in commands]
    home = variables["HOME"]
    shown = f"the sandbox of this terminal has ended, and its home {home} was removed; close this terminal, or run: "
    assert [(each.returncode, shown in each.stderr) for each in done] == [(2, True)] * len(commands)
    assert not Path(home).exists()


def test_a_check_in_its_terminal_reports_nothing_of_that_while_it_runs(tmp_path: Path) -> None:
    """The positive control of the test before."""
    with serving("--home", str(tmp_path / "home")) as process:
        done = checked(exported(process.stdout))
    codes = {finding["code"] for finding in json.loads(done.stdout)["findings"]}
    assert "endpoint-override" in codes
    assert "sandbox-ended" not in codes


def test_it_ends_in_order_if_its_terminal_is_gone() -> None:
    """Users close the window: then there is nothing to write to, and the home must not remain."""
    with serving() as process:
        home = Path(exported(process.stdout)["HOME"])
        assert process.stderr is not None
        assert any("Press Ctrl-C" in line for line in iter(process.stderr.readline, ""))
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        exit_code = process.wait(timeout=120)

    assert (exit_code, home.exists()) == (0, False)


def test_the_aws_cli_works_in_a_shell_with_the_printed_lines(
    people: Callable[..., Person], tmp_path: Path
) -> None:
    """The README and the command itself promise it to those who have no AWS account."""
    with serving("--home", str(tmp_path / "home")) as process:
        lines = [
            f"export {shlex.quote(f'{name}={value}')}"
            for name, value in exported(process.stdout).items()
        ]
        shell = ["bash", "-euc", "\n".join([*lines, "aws sts get-caller-identity --profile dev"])]
        bin_folders = os.pathsep.join([str(EXECUTABLE.parent), os.environ["PATH"]])
        done = subprocess.run(
            shell,
            env={**os.environ, "PATH": bin_folders, "BROWSER": people().browser, "CI": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        processes.end(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["Account"] == "111122220001"


def sign_in_announced(**environment: str) -> tuple[str, int | None]:
    """Return what it prints for users with an environment, and its port."""
    with serving(VSCODE_IPC_HOOK_CLI="", **environment) as process:
        port = urlsplit(exported(process.stdout)["AWS_ENDPOINT_URL_SSO"]).port
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=120)[1], port


def test_it_announces_the_browser_if_one_will_open() -> None:
    """Users wait for it."""
    printed, _ = sign_in_announced(BROWSER="true %s")
    assert "Your browser opens; sign in with any user name" in printed
    assert "ssh -L" not in printed


def test_over_ssh_it_says_how_its_page_is_reached() -> None:
    """The address that users will be shown is one of this computer, and their browser is on another."""
    printed, port = sign_in_announced(BROWSER="", SSH_CONNECTION="here there")
    assert "browser opens" not in printed
    assert "An address and a code are shown there." in printed
    assert f"first: ssh -L {port}:127.0.0.1:{port} HOST)\n" in printed


def test_a_home_that_was_named_stays_and_can_be_used_again(tmp_path: Path) -> None:
    """A demo continues with the same home."""
    for _ in range(2):
        with serving("--home", str(tmp_path)) as process:
            exported(process.stdout)
            process.send_signal(signal.SIGINT)
            stderr = process.communicate(timeout=120)[1]
        assert stderr.endswith("\n\nSandbox stopped. Close the other terminal.\n")

    assert (tmp_path / ".aws" / "config").is_file()


def test_an_existing_config_file_is_not_overwritten(tmp_path: Path) -> None:
    """A wrong folder after --home must not cost users their profiles."""
    config = tmp_path / ".aws" / "config"
    config.parent.mkdir()
    config.write_text("[profile mine]\n")
    with serving("--home", str(tmp_path)) as process:
        stdout, stderr = process.communicate(timeout=120)

    assert (process.returncode, stdout, config.read_text()) == (2, "", "[profile mine]\n")
    assert "--home" in stderr


def test_an_invalid_region_is_a_usage_error() -> None:
    """It would be written into a config file."""
    with serving("--region", "here") as process:
        stderr = process.communicate(timeout=120)[1]

    assert (process.returncode, "--region" in stderr) == (2, True)


def test_variables_that_would_override_the_home_are_exported(tmp_path: Path) -> None:
    """AWS_CONFIG_FILE overrides the home, so it must be set, too."""
    with serving("--home", str(tmp_path), AWS_CONFIG_FILE="/elsewhere") as process:
        variables = exported(process.stdout, 8)

    assert variables["AWS_CONFIG_FILE"] == str(tmp_path / ".aws" / "config")


@pytest.mark.parametrize(
    ("given", "exported_too"),
    [
        ({}, {"NO_PROXY": "127.0.0.1"}),
        ({"no_proxy": "corp"}, {"no_proxy": "corp,127.0.0.1"}),
        (
            {"NO_PROXY": "old", "no_proxy": "corp"},
            {"NO_PROXY": "corp,127.0.0.1", "no_proxy": "corp,127.0.0.1"},
        ),
    ],
)
def test_a_proxy_is_not_asked_for_the_sandbox(
    given: dict[str, str], exported_too: dict[str, str]
) -> None:
    """The proxy of a company cannot reach this computer, or refuses to."""
    with serving(HTTPS_PROXY="http://proxy.example:3128", **given) as process:
        variables = exported(process.stdout, 7 + len(exported_too))

    assert exported_too.items() <= variables.items()


def test_the_browser_has_the_home_of_the_user_and_not_that_of_the_sandbox(tmp_path: Path) -> None:
    """A browser in the other home has no settings; one in a snap does not even start. The shell may have it already."""
    with serving(HOME=str(tmp_path)) as process:
        outside = exported(process.stdout)
        with serving(**outside) as inner:
            inside = exported(inner.stdout)

    homes = [each["SSO_CREDENTIAL_PROCESS_BROWSER_HOME"] for each in (outside, inside)]
    assert homes == [str(tmp_path)] * 2


def test_a_port_that_is_taken_is_an_error_in_one_line() -> None:
    """Users read the reason, not a traceback."""
    with serving() as first:
        port = str(urlsplit(exported(first.stdout)["AWS_ENDPOINT_URL_SSO"]).port)
        with serving("--port", port) as second:
            stdout, stderr = second.communicate(timeout=120)

    assert (second.returncode, stdout) == (5, "")
    assert len(stderr.splitlines()) == 1


def test_the_package_loads_neither_click_nor_rich() -> None:
    """The sandbox runs in test processes of other projects, which may have neither."""
    code = "import sys, credential_process.sandbox; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert {"click", "rich"} & set(done.stdout.split()) == set()


def test_a_port_that_is_taken_is_reported_with_the_option() -> None:
    """The last sandbox may still be running in another window."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving("--port", port) as process:
            _, said = process.communicate(timeout=120)
    assert process.returncode == 5
    assert said.endswith(
        "the sandbox cannot start: Address already in use; give another --port, or none\n"
    )
