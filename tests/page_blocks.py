"""Follow the instructions of a documentation page, block by block, as its reader would.

A block's info string decides what happens: ``ini`` goes into ``~/.aws/config``, ``ini after`` must be there by then,
``sh`` is run by bash, ``python`` by Python, ``json`` must parse. ``sh install`` installs, and is not run; ``text`` and
``console`` show what is printed. Anything else fails, so that no block is skipped by mistake.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from testing.executable import PATH
from testing.home import Home

PAGES = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SHOWN = ("sh install", "text", "console")


@dataclass(frozen=True, slots=True)
class Reader:
    """A home, and the environment of a shell in it."""

    home: Home
    environment: dict[str, str]

    def read(self, page: Path) -> str:
        """Follow a page in its order; return everything that is printed."""
        return self.follow(page.read_text())

    def follow(self, part: str) -> str:
        """Follow a part of a page."""
        return "".join(self._do(kind, text) for kind, text in blocks(part) if kind not in _SHOWN)

    def _do(self, kind: str, text: str) -> str:
        match kind:
            case "ini":
                self._configure(text)
            case "ini after":
                assert sections(here(text)) <= sections(self.home.config.read_text())
            case "sh":
                return self._run("bash", "-euo", "pipefail", "-c", text)
            case "python":
                return self._run(str(PATH.with_name("python")), "-W", "error", "-c", text)
            case "json":
                for document in [text] if text.lstrip().startswith("{\n") else text.splitlines():
                    json.loads(document)
            case _:
                raise AssertionError(f"what is a block of {kind!r}?\n{text}")
        return ""

    def _configure(self, text: str) -> None:
        """Copy a block into the config."""
        with self.home.config.open("a") as config:
            config.write(here(text) + "\n")

    def _run(self, *command: str) -> str:
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
        return done.stdout


def blocks(part: str) -> list[tuple[str, str]]:
    """Return the blocks of a page, or of a part of it, each with its kind."""
    return [(kind.strip(), text) for kind, text in _BLOCK.findall(part)]


def sections(config: str) -> set[str]:
    """Return the sections of a config as they are written."""
    return {section.rstrip() for section in re.split(r"^(?=\[)", config, flags=re.MULTILINE)}


def here(text: str) -> str:
    """Put the path of this executable into a config, and return it."""
    return re.sub(r"\S*/sso-credential-process\b", str(PATH), text)
