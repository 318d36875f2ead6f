"""Runs of a client: processes that report their caller identity, once or repeatedly."""

from __future__ import annotations

import json
import os
import select
import shlex
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from campaigns.matrix.stage import Failed
from testing import bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns.matrix.stage import Stage
    from testing.people import Person

ANSWER_SECONDS = 240
END_SECONDS = 240


@dataclass(frozen=True, slots=True)
class End:
    """How a process of a client ended, and how long it took."""

    exit_code: int
    stdout: str
    text: str
    seconds: float


def start(here: Stage, person: Person) -> subprocess.Popen[str]:
    """Start a process of the client."""
    return _popen(here, person, subprocess.PIPE)


def end(process: subprocess.Popen[str], began: float) -> End:
    """Ask a process for its identity once, and wait until it has ended."""
    stdout, text = process.communicate("\n", timeout=END_SECONDS)
    return End(process.returncode, stdout, text, time.monotonic() - began)


def call(here: Stage, person: Person) -> End:
    """Run the client from its start to its end, for one answer."""
    began = time.monotonic()
    return end(start(here, person), began)


def check(here: Stage, ended: End) -> None:
    """Raise Failed unless the client has the identity of the profile, and prints nothing else."""
    if ended.exit_code:
        raise Failed(f"exit {ended.exit_code}: {ended.text}")
    if "sso-credential-process" in ended.text:
        raise Failed(f"a success that is not silent: {ended.text}")
    _check_answer(here, ended.stdout)


@contextmanager
def conversation(here: Stage, person: Person) -> Iterator[Callable[[], None]]:
    """Return a function that asks repeatedly, in one process if the client is a library."""
    if here.built.client.is_one_call:
        yield lambda: check(here, call(here, person))
        return
    said = here.folder / "stderr"
    with said.open("w") as stderr, _popen(here, person, stderr) as process:

        def ask() -> None:
            assert process.stdin
            assert process.stdout
            process.stdin.write("\n")
            process.stdin.flush()
            if not select.select([process.stdout], [], [], ANSWER_SECONDS)[0]:
                process.kill()
                raise Failed(f"no answer within {ANSWER_SECONDS} s")
            if not (line := process.stdout.readline()):
                raise Failed(said.read_text())
            _check_answer(here, line)

        yield ask


def _popen(here: Stage, person: Person, stderr: int | IO[str]) -> subprocess.Popen[str]:
    client = here.built.client
    places = {
        "home": str(here.home.path),
        "folder": str(here.built.folder),
        "path": os.environ["PATH"],
        "sts": here.sandbox.url,
    }
    own = {name: value.format(**places) for name, value in client.environment.items()}
    return subprocess.Popen(
        shlex.split(client.command.format(**places)),
        cwd=here.built.folder,
        env={"PATH": places["path"], "BROWSER": person.browser, **here.environment, **own},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )


def _check_answer(here: Stage, text: str) -> None:
    answer = json.loads(text)
    if not here.built.client.reads_a_bucket:
        if answer["Account"] != here.account_id or "_Developer_" not in answer["Arn"]:
            raise Failed(f"another identity: {text}")
        return
    signer = here.store.signers[-1]
    document = here.home.document(here.account_id, "Developer").read_text()
    if answer["Size"] != bucket.SIZE or signer is None or not all(map(document.count, signer)):
        raise Failed(f"not signed with what we handed out: {text}")
