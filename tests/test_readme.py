"""Every block of the README is executed, in its order, in a sandbox.

A block's info string says what it is: ``ini`` goes into ``~/.aws/config``, ``sh`` is run by bash,
``python`` by Python, ``json`` must parse. ``sh install`` installs, and is not run; ``text`` and
``console`` show what is printed. Anything else fails, so that no block is skipped by mistake.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from tests.executable import PATH
from tests.home import Home

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHOWN = ("sh install", "text", "console")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who types what the README says."""

    home: Home
    environment: dict[str, str]

    def ini(self, text: str) -> None:
        """Copy a block into the config, with the path where the executable is here."""
        executable = re.compile(r"\S*/sso-credential-process\b")
        with self.home.config.open("a") as config:
            config.write(executable.sub(str(PATH), text) + "\n")

    def sh(self, text: str) -> None:
        """Type a block into a shell."""
        self._run("bash", "-euo", "pipefail", "-c", text)

    def python(self, text: str) -> None:
        """Run a block as a program."""
        self._run(sys.executable, "-W", "error", "-c", text)

    def json(self, text: str) -> None:
        """Read a block, of one document or one a line."""
        for document in [text] if text.lstrip().startswith("{\n") else text.splitlines():
            json.loads(document)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            cwd=self.home.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
            start_new_session=True,
        )
        assert done.returncode == 0, f"{command[-1]}\n{done.stdout}"


READ = {"ini": Reader.ini, "sh": Reader.sh, "python": Reader.python, "json": Reader.json}


@pytest.fixture
def reader(home: Home, environment: dict[str, str], sandbox: Sandbox) -> Reader:
    """Start with an empty config, so that the README's own is all there is."""
    home.config.write_text("")
    assert sandbox.accounts[0].account_id == "111122220001"
    return Reader(home, {**environment, "AWS_DEFAULT_REGION": "us-east-1"})


def test_every_block_of_the_readme_works(reader: Reader) -> None:
    """The README is the first thing that people run; nobody trusts a project whose README fails."""
    for kind, text in BLOCK.findall(README.read_text()):
        if kind.strip() not in SHOWN:
            assert kind.strip() in READ, f"what is a block of {kind!r}?\n{text}"
            READ[kind.strip()](reader, text)


def test_the_readme_has_blocks_to_run() -> None:
    """If the pattern found none, the test above would pass for ever."""
    kinds = {kind.strip() for kind, _ in BLOCK.findall(README.read_text())}
    assert {"ini", "sh"} <= kinds
