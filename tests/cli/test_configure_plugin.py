"""`configure plugin`: one line in the config adds the commands of version 2 to the AWS CLI version 1."""

import os
import signal
import sys
import venv
from pathlib import Path

import pytest

from testing.executable import Executable
from testing.home import Home
from tests.interop import aws_cli

AWS = Path(sys.executable).with_name("aws")
LINE = "sso = credential_process.plugins.awscli"


@pytest.fixture
def configure(get: Executable) -> Executable:
    """Return ``sso-credential-process configure plugin --yes``, for the AWS CLI in the same environment."""
    return Executable(
        "configure", get.home, get.environment, ("plugin", "--yes", "--aws", str(AWS))
    )


def test_the_line_is_added_and_taken_out_again(configure: Executable, home: Home) -> None:
    """Users who try it and do not like it get the old file back."""
    before = home.config.read_bytes()
    assert configure().returncode == 0
    assert home.config.read_bytes() == before + f"\n[plugins]\n{LINE}\n".encode()
    assert configure(*configure.arguments, "--remove").returncode == 0
    assert home.config.read_bytes() == before


def test_other_plugins_stay(configure: Executable, home: Home) -> None:
    """There may be several plugins."""
    before = (
        home.config.read_text() + "\n[plugins]\nendpoint = awscli_plugin_endpoint # a comment\n"
    )
    home.config.write_text(before)
    assert configure().returncode == 0
    assert home.config.read_text() == f"{before}{LINE}\n"
    assert configure().returncode == 0
    assert configure(*configure.arguments, "--remove").returncode == 0
    assert home.config.read_text() == before


def test_another_plugin_of_the_name_is_not_replaced(configure: Executable, home: Home) -> None:
    """The user has configured it."""
    before = home.config.read_text() + "\n[plugins]\nsso = awscli_sso_of_somebody\n"
    home.config.write_text(before)
    done = configure()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "awscli_sso_of_somebody" in done.stderr
    assert home.config.read_text() == before


@pytest.mark.skipif(not os.access(aws_cli.PATH, os.X_OK), reason="no AWS CLI v2: run make test")
def test_with_version_2_the_message_says_that_it_has_these_commands(
    configure: Executable, home: Home
) -> None:
    """The line would have no effect there, and users would wonder why."""
    before = home.config.read_text()
    done = configure("plugin", "--yes", "--aws", aws_cli.PATH)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "which already has these commands" in done.stderr
    assert home.config.read_text() == before


def test_without_this_package_the_message_shows_how_to_install_it(
    configure: Executable, home: Home, tmp_path: Path
) -> None:
    """With the line, every command of that AWS CLI would end in a traceback."""
    folder = tmp_path / "elsewhere"
    venv.create(folder, symlinks=True)
    site = next(Path(sys.prefix).glob("lib/python3.*/site-packages"))
    script = f'#!{folder}/bin/python\nimport sys\nsys.path.append("{site}")\n'
    # The AWS CLI without sso-credential-process.
    script += 'sys.modules["credential_process"] = None\nfrom awscli.clidriver import main\nsys.exit(main())\n'
    aws = folder / "bin" / "aws"
    aws.write_text(script)
    aws.chmod(0o755)
    before = home.config.read_text()
    done = configure("plugin", "--yes", "--aws", str(aws))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"run: {folder}/bin/python -m pip install sso-credential-process" in done.stderr
    assert home.config.read_text() == before


def test_a_missing_aws_cli_is_reported_in_one_line(configure: Executable) -> None:
    """The line shows the option that names one."""
    done = configure("plugin", "--yes", "--aws", "no-such-aws")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--aws PATH" in done.stderr


def test_what_an_aws_cli_leaves_running_is_not_waited_for(
    configure: Executable, tmp_path: Path
) -> None:
    """On Windows it is a batch file: if that hangs and is killed, its Python continues to run."""
    aws, left = tmp_path / "aws", tmp_path / "left"
    aws.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {left}\necho aws-cli/2.0.0 Python/3.12.0\n")
    aws.chmod(0o755)
    try:
        done = configure("plugin", "--yes", "--aws", str(aws))
    finally:
        os.kill(int(left.read_text()), signal.SIGKILL)
    assert done.returncode == 2
    assert "is version 2.0.0, which already has these commands" in done.stderr
