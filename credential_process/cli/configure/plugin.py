"""`configure plugin`: add the sso commands of the AWS CLI version 2 to version 1."""

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
from credential_process.config import section_text
from credential_process.errors import UsageError, printable
from credential_process.system import command_lines

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
    """Add the sso commands of the AWS CLI version 2 to version 1.

    Adds one line to [plugins] in ~/.aws/config, which adds `aws sso login`, `aws sso logout`, `aws configure sso` and
    `aws configure export-credentials`, and lets profiles with sso_* keys sign in when they are used.
    sso-credential-process must be installed in the Python of the AWS CLI; this is checked first.
    """
    if not remove:
        _try_out(command)
    writing.edit(writing.config, _remove if remove else _add)


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
                hint="remove it, or give it another name",
            )
        config.replace(section, section_text.merged(section, "", _LINE, newline=config.newline))
        return
    config.add("plugins", section_text.new_section("plugins", "", _LINE, config.newline))


def _remove(config: Sections) -> None:
    for section in config.all:
        keys = {key for key, value in section.options.items() if value == _MODULE}
        if section.title == "plugins" and keys:
            if keys == section.options.keys():
                config.remove(section)
            else:
                text = section_text.merged(section, "", {}, without=keys, newline=config.newline)
                config.replace(section, text)


@dataclass(frozen=True, slots=True)
class _AwsCli:
    """An AWS CLI: its path, its version and the version of its Python."""

    path: str
    version: str
    python: tuple[int, ...]

    @property
    def interpreter(self) -> str:
        """The command of the Python that its script names, or that is beside it; empty if neither, as for a shim."""
        text = files.read(self.path, limit=1 << 16) or ""
        # pip uses the second form if the path is too long for the kernel.
        found = re.match(r"#!\s*(\S*python\S*)", text) or re.search(
            r"^'''exec' (\S+)", text, re.MULTILINE
        )
        beside = filter(os.path.isfile, command_lines.HERE.interpreters(self.path))
        return found[1] if found else next(map(command_lines.HERE.quote, beside), "")


def _try_out(command: str) -> None:
    """Raise `UsageError` if the plugin would be useless, or would break the AWS CLI."""
    aws = _find(command)
    if not aws.version.startswith("1."):
        raise UsageError(
            f"{aws.path} is version {aws.version}, which already has these commands",
            hint="for a version 1 elsewhere, give --aws PATH",
        )
    if aws.python < _OLDEST_PYTHON:
        python = ".".join(map(str, aws.python))
        raise UsageError(
            f"{aws.path} runs with Python {python}, and sso-credential-process needs 3.10",
            hint="install the AWS CLI with a newer Python",
        )
    # Not `NamedTemporaryFile`: on Windows, no other program can read that while it is open.
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "config")
        files.replace(config, f"[plugins]\nsso = {_MODULE}\n")
        exit_code, _ = _run(aws.path, config)
        if exit_code != 0:
            python, package = aws.interpreter, f"sso-credential-process=={__version__}"
            raise UsageError(
                f"the Python of {aws.path} cannot import sso-credential-process",
                hint=f"run: {python} -m pip install {package}"
                if python
                else f"install {package} there, or give the path of the AWS CLI itself with --aws",
            )


def _find(command: str) -> _AwsCli:
    path = shutil.which(command)
    if path is None:
        raise UsageError(f"{command}: command not found", hint="give --aws PATH")
    _, printed = _run(path, os.devnull)
    found = _VERSIONS.search(printed)
    if found is None:
        raise UsageError(
            f"{path} --version does not report a version of the AWS CLI", hint="give --aws PATH"
        )
    return _AwsCli(path, found["aws"], tuple(map(int, found["python"].split("."))))


def _run(path: str, config: str) -> tuple[int, str]:
    """Run ``--version`` with a config file; return the exit code, and what was printed. Raises `UsageError`."""
    # Not a pipe: on Windows, `aws` is a batch file, and its Python would keep a pipe open after the time is over.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            done = subprocess.run(
                [path, "--version"],
                env={**os.environ, "AWS_CONFIG_FILE": config},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageError(f"{path} cannot be run: {error}", hint="give --aws PATH") from None
        output.seek(0)
        return done.returncode, output.read()
