"""`configure plugin`: give the AWS CLI version 1 the commands that version 2 has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from credential_process import __version__, files
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.options import option
from credential_process.config import sections
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Sections

_MODULE = "credential_process.plugins.awscli"
_LINE = {"sso": _MODULE}
_VERSIONS = re.compile(r"aws-cli/(?P<aws>\S+) Python/(?P<python>3\.\d+)")
_SECONDS = 60
_OLDEST_PYTHON = (3, 10)


@click.command()
@option("--remove")
@option("--aws", "command", default="aws", show_default="the one on PATH")
@writing_options
def plugin(*, remove: bool, command: str, writing: Writing) -> None:
    """Give the AWS CLI version 1 the commands that version 2 has.

    It adds one line to [plugins] of ~/.aws/config. From then on there are `aws sso login`, `aws sso logout`,
    `aws configure sso` and `aws configure export-credentials`, and profiles with sso_* keys sign in when they are
    used. The AWS CLI has to find sso-credential-process in its own Python, which is tried first.
    """
    if not remove:
        _try_out(command)
    writing.edit(writing.config, _take_out if remove else _add)


def _add(config: Sections) -> None:
    for section in config.all:
        if section.title != "plugins":
            continue
        if _MODULE in section.options.values():
            return
        other = section.options.get("sso")
        if other is not None:
            raise UsageError(
                f"[plugins] has another plugin of this name: sso = {printable(other, limit=80)}",
                hint="take it out, or give it another name",
            )
        config.replace(section, sections.merged(section, "", _LINE, newline=config.newline))
        return
    config.add("plugins", sections.new_section("plugins", "", _LINE, config.newline))


def _take_out(config: Sections) -> None:
    for section in config.all:
        ours = {key for key, value in section.options.items() if value == _MODULE}
        if section.title == "plugins" and ours:
            if ours == section.options.keys():
                config.take_out(section)
            else:
                text = sections.merged(section, "", {}, without=ours, newline=config.newline)
                config.replace(section, text)


@dataclass(frozen=True, slots=True)
class _AwsCli:
    """An AWS CLI: where it is, its version and that of its Python."""

    path: str
    version: str
    python: tuple[int, ...]

    @property
    def interpreter(self) -> str:
        """The Python that its script names, as a command."""
        text = files.read(self.path, limit=1 << 16) or ""
        # The second form is pip's, where the path is too long for the kernel.
        found = re.match(r"#!\s*(\S*python\S*)", text) or re.search(
            r"^'''exec' (\S+)", text, re.MULTILINE
        )
        return found[1] if found else "its Python"


def _try_out(command: str) -> None:
    """Raise `UsageError` where the plugin is of no use, or would break the AWS CLI."""
    aws = _find(command)
    if not aws.version.startswith("1."):
        raise UsageError(
            f"{aws.path} is version {aws.version}, which has these commands already",
            hint="there is nothing to add; for a version 1 elsewhere, give --aws PATH",
        )
    if aws.python < _OLDEST_PYTHON:
        python = ".".join(map(str, aws.python))
        raise UsageError(
            f"{aws.path} runs with Python {python}, and sso-credential-process needs 3.10",
            hint="install the AWS CLI with a newer Python",
        )
    with tempfile.NamedTemporaryFile("w", suffix=".config") as config:
        config.write(f"[plugins]\nsso = {_MODULE}\n")
        config.flush()
        if _run(aws.path, config.name).returncode != 0:
            raise UsageError(
                f"{aws.path} runs with {aws.interpreter}, which has no sso-credential-process",
                hint=f"run: {aws.interpreter} -m pip install sso-credential-process=={__version__}",
            )


def _find(command: str) -> _AwsCli:
    path = shutil.which(command)
    if path is None:
        raise UsageError(f"there is no {command} to run", hint="give --aws PATH")
    done = _run(path, os.devnull)
    found = _VERSIONS.search(done.stdout)
    if found is None:
        raise UsageError(
            f"{path} --version does not say which AWS CLI it is", hint="give --aws PATH"
        )
    return _AwsCli(path, found["aws"], tuple(map(int, found["python"].split("."))))


def _run(path: str, config: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [path, "--version"],
            env={**os.environ, "AWS_CONFIG_FILE": config},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{path} cannot be run: {error}", hint="give --aws PATH") from None
