"""`completion`: print the script that lets a shell complete commands, options, sessions and profiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete, get_completion_class

from credential_process.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete

_PROGRAM = "sso-credential-process"
_VARIABLE = "_SSO_CREDENTIAL_PROCESS_COMPLETE"
_SHELLS = ("bash", "zsh", "fish", "powershell")
_OLDEST_BASH = (4, 4)


class _BashComplete(BashComplete):
    @staticmethod
    def _check_version() -> None:
        """Report a bash that is too old with a clear message, because most of its users cannot know the reason."""
        version = _version_of_bash()
        if version and version < _OLDEST_BASH:
            found, needed = (".".join(map(str, each)) for each in (version, _OLDEST_BASH))
            click.echo(
                f"The script needs bash {needed}, and the bash on PATH is {found}, as on macOS. Install a newer one "
                "(on macOS: brew install bash), or use zsh.",
                err=True,
            )


class _ZshComplete(ZshComplete):
    @property
    def func_name(self) -> str:
        """Name the function after its file: otherwise zsh calls the file again, and the second Tab does nothing."""
        return f"_{_PROGRAM}"


class _FishComplete(FishComplete):
    # click's script splits at every comma, so that a description ends at its first one.
    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


_OWN: dict[str, type[ShellComplete]] = {
    "bash": _BashComplete,
    "zsh": _ZshComplete,
    "fish": _FishComplete,
}


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options, and the names of sessions and profiles.

    \b
    bash  sso-credential-process completion bash > ~/.local/share/bash-completion/completions/sso-credential-process
    zsh   sso-credential-process completion zsh > ~/.zfunc/_sso-credential-process
    fish  sso-credential-process completion fish > ~/.config/fish/completions/sso-credential-process.fish
    powershell  sso-credential-process completion powershell | Add-Content $PROFILE

    Start a new shell to use it. bash must be 4.4 or newer; macOS has 3.2. zsh needs `fpath+=~/.zfunc` before
    `compinit` in ~/.zshrc. The script calls sso-credential-process for each completion, so it never goes out of date.
    """  # noqa: D301  click reads the character, not its name
    kind = _OWN.get(shell) or get_completion_class(shell)
    if kind is None:
        raise UsageError(
            f"completion for {shell} needs click 8.5, and this is click {_version_of_click()}",
            hint="install a newer one: pip install --upgrade click",
        )
    complete = kind(context.find_root().command, {}, _PROGRAM, _VARIABLE)
    click.echo(complete.source())


def _version_of_bash() -> tuple[int, int] | None:
    """Return the version of the bash on `PATH`; None if there is none, or it does not show its version."""
    path = shutil.which("bash")
    if path is None:
        return None
    command = [path, "--norc", "-c", 'echo "$BASH_VERSION"']
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    found = re.match(r"(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else None


def _version_of_click() -> str:
    from importlib.metadata import version  # slow, and only this message needs it

    return version("click")
