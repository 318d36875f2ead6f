"""The path of the config file, from AWS_CONFIG_FILE as boto3 reads it."""

import subprocess
import sys
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable
from testing.home import Home

WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"


@pytest.fixture
def elsewhere(signed_in: Home) -> Path:
    """Move the config to another folder, which only AWS_CONFIG_FILE leads to."""
    config = signed_in.path / "x y" / "cfg"
    config.parent.mkdir()
    signed_in.config.rename(config)
    return config


@pytest.mark.parametrize(
    "named",
    ["$HOME/x y/cfg", "${HOME}/x y/cfg", "~/$FOLDER/cfg", "~/x y/cfg", "~/x y/../$FOLDER/cfg"],
)
@pytest.mark.usefixtures("elsewhere")
def test_variables_in_its_path_are_expanded(get: Executable, sandbox: Sandbox, named: str) -> None:
    """Programs that read .env files expand nothing, and boto3 does it for them."""
    environment = {**get.environment, "AWS_CONFIG_FILE": named, "FOLDER": "x y"}
    assert [get(environment=environment).returncode for _ in range(2)] == [0, 0]
    assert sandbox.counters()["role_credentials"] == 1


def test_a_variable_that_is_not_set_is_not_expanded(get: Executable, signed_in: Home) -> None:
    """It may be the literal name of a folder."""
    config = signed_in.path / "$NOSUCH" / "cfg"
    config.parent.mkdir()
    signed_in.config.rename(config)
    environment = {**get.environment, "AWS_CONFIG_FILE": "~/$NOSUCH/cfg"}
    assert get(environment=environment).returncode == 0


def test_boto3_and_all_commands_find_the_same_files(
    get: Executable, elsewhere: Path, signed_in: Home
) -> None:
    """What `configure` writes must be where boto3 looks for it."""
    environment = {
        **get.environment,
        "AWS_CONFIG_FILE": "$HOME/x y/cfg",
        "AWS_SHARED_CREDENTIALS_FILE": "$HOME/x y/keys",
        "AWS_PROFILE": "Production.Developer",
    }
    populate = ("configure", "populate", "--region", "us-east-1", "--yes", "--credentials-file")
    for command in (populate, ("check", "--quiet")):
        subprocess.run([PATH, *command], env=environment, check=True, cwd=signed_in.path)
    assert "[profile Production.Developer]" in elsewhere.read_text()
    assert "[Production.Developer]" in elsewhere.with_name("keys").read_text()
    done = subprocess.run(
        [sys.executable, "-I", "-c", WHO],
        env=environment,
        cwd=signed_in.path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "111122220001\n"
    assert sorted(path.name for path in signed_in.path.iterdir()) == [".aws", "x y"]
