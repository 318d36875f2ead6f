"""docs/uninstall.md: its commands are run, and nothing of the product is left."""

import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from testing import installation
from testing.executable import Executable
from testing.home import Home
from tests.page_blocks import PAGES, Reader

PAGE = (PAGES / "docs" / "uninstall.md").read_text()
OWN = """
[profile own]
sso_session = corp
sso_account_id = 111122220001
sso_role_name = Developer
region = eu-west-1
"""
PLUGIN = "\n[plugins]\nsso = credential_process.plugins.awscli\n"
USE = """
sso-credential-process configure populate --region eu-west-1 --credentials-file --yes
mkdir -p ~/.local/share/bash-completion/completions
sso-credential-process completion bash > ~/.local/share/bash-completion/completions/sso-credential-process
"""


def without(heading: str) -> str:
    """Return the page without one of its alternatives."""
    return re.sub(rf"^### {heading}\n.*?(?=^##)", "", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Install the product in an environment of its own, with pip; return the folder of its programs."""
    folder = tmp_path / "environment"
    script = installation.make(folder)
    shebang, *lines = script.read_text().splitlines(keepends=True)
    for file in metadata.files("sso-credential-process") or ():
        copy = (installation.modules(folder) / file).resolve()
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(file.locate()), copy)
    script.write_text("".join([shebang, *lines]))
    pip = script.with_name("pip")
    pip.write_text(
        f"{shebang}import sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
    )
    pip.chmod(0o755)
    return script.parent


@pytest.fixture
def reader(home: Home, environment: dict[str, str], programs: Path) -> Reader:
    """Return a user who has that installation first on the `PATH`."""
    return Reader(home, {**environment, "PATH": f"{programs}:{environment['PATH']}"})


@pytest.fixture
def before(home: Home, get: Executable, reader: Reader) -> str:
    """Use everything that leaves something behind; return the config of before."""
    with home.config.open("a") as config:
        config.write(OWN)
    text = home.config.read_text()
    with home.config.open("a") as config:
        config.write(PLUGIN)
    assert get().returncode == 0
    reader.follow(f"```sh\n{USE}```\n")
    return text


def left(home: Home) -> set[str]:
    """Return the files and folders below the home that the product may have made."""
    names = {str(path.relative_to(home.path)) for path in home.path.rglob("*")}
    return {name for name in names if "sso-credential-process" in name or "backup" in name}


@pytest.mark.usefixtures("before")
def test_profiles_can_be_kept_without_the_program(
    home: Home, reader: Reader, programs: Path
) -> None:
    """Users who leave still have to work, with the AWS CLI alone."""
    reader.follow(without("Remove them"))
    text = home.config.read_text()
    assert "[profile Production.Developer]\n" in text
    assert ("credential_process" in text, text.count("sso_role_name")) == (False, 7)
    assert left(home) == set()
    assert not (programs / "sso-credential-process").exists()


def test_nothing_is_left_but_what_was_there_before(
    home: Home, reader: Reader, programs: Path, before: str
) -> None:
    """Users only try a program that they can get rid of again."""
    reader.follow(without("Keep them"))
    assert home.config.read_text() == before
    assert (home.aws / "credentials").read_text().strip() == ""
    assert left(home) == set()
    assert list((home.aws / "sso" / "cache").iterdir()) == []
    assert not (programs / "sso-credential-process").exists()
    modules = installation.modules(programs.parent)
    assert list(modules.glob("*credential_process*")) == []


def test_the_alternatives_are_both_on_the_page() -> None:
    """If the pattern found none, the tests above would follow both of them."""
    assert PAGE.count("\n```sh\n") == 6
    assert without("Keep them").count("\n```sh\n") == without("Remove them").count("\n```sh\n") == 5
