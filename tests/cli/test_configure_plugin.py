"""`configure plugin`: one line in the config, and the AWS CLI version 1 can what version 2 can."""

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
    """Return ``sso-credential-process configure plugin --yes``, for the AWS CLI beside it."""
    return Executable(
        "configure", get.home, get.environment, ("plugin", "--yes", "--aws", str(AWS))
    )


def test_the_line_is_added_and_taken_out_again(configure: Executable, home: Home) -> None:
    """Whoever tries it, and does not like it, has the file of before."""
    before = home.config.read_bytes()
    assert configure().returncode == 0
    assert home.config.read_bytes() == before + f"\n[plugins]\n{LINE}\n".encode()
    assert configure(*configure.arguments, "--remove").returncode == 0
    assert home.config.read_bytes() == before


def test_other_plugins_stay(configure: Executable, home: Home) -> None:
    """Ours is one of several."""
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
    """Somebody has put it there."""
    before = home.config.read_text() + "\n[plugins]\nsso = awscli_sso_of_somebody\n"
    home.config.write_text(before)
    done = configure()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "awscli_sso_of_somebody" in done.stderr
    assert home.config.read_text() == before


@pytest.mark.skipif(not os.access(aws_cli.PATH, os.X_OK), reason="no AWS CLI v2: run make test")
def test_version_2_is_told_that_it_has_these_commands(configure: Executable, home: Home) -> None:
    """The line would do nothing there, and people would look for what it does."""
    before = home.config.read_text()
    done = configure("plugin", "--yes", "--aws", aws_cli.PATH)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "which already has these commands" in done.stderr
    assert home.config.read_text() == before


def test_a_python_without_us_is_told_how_to_get_us(
    configure: Executable, home: Home, tmp_path: Path
) -> None:
    """With the line, that AWS CLI would end every command in a traceback."""
    folder = tmp_path / "elsewhere"
    venv.create(folder, symlinks=True)
    site = next(Path(sys.prefix).glob("lib/python3.*/site-packages"))
    script = f'#!{folder}/bin/python\nimport sys\nsys.path.append("{site}")\n'
    # All of the AWS CLI, and nothing of ours.
    script += 'sys.modules["credential_process"] = None\nfrom awscli.clidriver import main\nsys.exit(main())\n'
    aws = folder / "bin" / "aws"
    aws.write_text(script)
    aws.chmod(0o755)
    before = home.config.read_text()
    done = configure("plugin", "--yes", "--aws", str(aws))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"run: {folder}/bin/python -m pip install sso-credential-process" in done.stderr
    assert home.config.read_text() == before


def test_no_aws_cli_is_told_in_one_line(configure: Executable) -> None:
    """With the option that names one."""
    done = configure("plugin", "--yes", "--aws", "no-such-aws")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--aws PATH" in done.stderr


def test_what_an_aws_cli_leaves_running_is_not_waited_for(
    configure: Executable, tmp_path: Path
) -> None:
    """On Windows, it is a batch file: if that is ended because it hangs, its Python is left."""
    aws, left = tmp_path / "aws", tmp_path / "left"
    aws.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {left}\necho aws-cli/2.0.0 Python/3.12.0\n")
    aws.chmod(0o755)
    try:
        done = configure("plugin", "--yes", "--aws", str(aws))
    finally:
        os.kill(int(left.read_text()), signal.SIGKILL)
    assert done.returncode == 2
    assert "is version 2.0.0, which already has these commands" in done.stderr
