"""Build the clients in separate folders; clients that have been built already are left as they are."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaigns.matrix.clients import Client

PROGRAMS = Path(__file__).with_name("programs")
FOLDER = Path(sys.prefix) / "clients"


class NotBuilt(Exception):
    """A client could not be built here; its text is the last line of the build's output."""


@dataclass(frozen=True, slots=True)
class Built:
    """A client that can be run: its folder, and the versions of SDK and runtime."""

    client: Client
    folder: Path
    version: str


def build(client: Client) -> Built:
    """Build a client unless it has been built from the same sources; raises NotBuilt."""
    folder = FOLDER / "".join(letter for letter in client.name if letter.isalnum())
    stamp, digest = folder / "built-from", _digest(client)
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(folder, ignore_errors=True)
        if client.program:
            shutil.copytree(PROGRAMS / client.program, folder)
        folder.mkdir(parents=True, exist_ok=True)
        _shell(client.build, folder)
        stamp.write_text(digest)
    return Built(client, folder, ", ".join(_shell(client.version, folder).split("\n")))


def _digest(client: Client) -> str:
    digest = hashlib.sha256(f"{sys.version} {client.build}".encode())
    for file in sorted((PROGRAMS / client.program).rglob("*")) if client.program else ():
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _shell(command: str, folder: Path) -> str:
    pythons = map(str, Path.home().glob(".pyenv/versions/*/bin"))  # where pyenv installs them
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([*pythons, os.environ["PATH"]]),
        "PYTHON": sys.executable,
    }
    done = subprocess.run(
        ["nice", "-n", "15", "sh", "-ec", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise NotBuilt(said[-1] if said else f"exit {done.returncode} of {command}")
    return done.stdout.strip()
