"""A calling program with a well-known name: a script that runs its arguments."""

from pathlib import Path


def installed(folder: Path) -> tuple[str, ...]:
    """Install it, and return the command that runs another one as its child."""
    script = folder / "terraform"
    # No `exec`: it has to stay the parent process, whose name is shown.
    script.write_text('#!/bin/sh\n"$@"\nexit $?\n')
    script.chmod(0o700)
    return (str(script),)
