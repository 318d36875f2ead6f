"""The variables that lead SDKs to the endpoint, for a shell on this computer and for a container."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from credential_process import files
from credential_process.errors import UsageError
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credential_process.serve.token_file import TokenFile

_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105  the name of a variable
_MARK = "# written by sso-credential-process serve"


def for_shell(urls: Sequence[str], token_file: TokenFile, region: str) -> str:
    """Return commands for a shell of this user, which set the variables for the first URL; the others are comments.

    The token stays in its file.
    """
    variables = {_URI: urls[0], f"{_TOKEN}_FILE": token_file.path, **_region(region)}
    lines = [advice.assignment(*variable) for variable in variables.items()]
    return "".join(f"{line}\n" for line in [*lines, *_others(urls)])


def for_container(urls: Sequence[str], token_file: TokenFile, region: str) -> str:
    """Return the same for ``docker run --env-file``, with the token itself.

    A mounted file could not be read by the user of the container, unless both have the same number, and Java and Ruby
    have read the variable for years longer than the file.
    """
    variables = {_URI: urls[0], _TOKEN: token_file.token, **_region(region)}
    lines = [f"{name}={value}" for name, value in variables.items()]
    return "".join(f"{line}\n" for line in [_MARK, *lines, *_others(urls)])


@contextlib.contextmanager
def env_file(path: str, text: str) -> Iterator[None]:
    """Write a file for a container, 0600, and remove it at the end; raises `UsageError` for another program's file."""
    path = os.path.abspath(os.path.expanduser(path))
    if os.path.lexists(path) and not (files.read(path) or "").startswith(_MARK):
        raise UsageError(
            f"--env-file: {path} exists, and serve did not write it", hint="give another name"
        )
    files.replace(path, text, durable=False)
    try:
        yield
    finally:
        # Another `serve` may have written its own meanwhile.
        if files.read(path) == text:
            files.remove(path)


def _region(region: str) -> dict[str, str]:
    """Return the variables with the region of the profile, which a container has no config for."""
    return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}


def _others(urls: Sequence[str]) -> list[str]:
    return [f"# {_URI}={url}" for url in urls[1:]]
