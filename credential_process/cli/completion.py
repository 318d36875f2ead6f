"""`completion`: print the script that lets a shell complete commands, options, sessions and profiles."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_PROGRAM = "sso-credential-process"
_VARIABLE = "_SSO_CREDENTIAL_PROCESS_COMPLETE"


class _ZshComplete(ZshComplete):
    @property
    def func_name(self) -> str:
        """Name the function after its file: otherwise zsh calls the file again, and the second Tab does nothing."""
        return f"_{_PROGRAM}"


_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": _ZshComplete,
    "fish": FishComplete,
}


@click.command()
@click.argument("shell", type=click.Choice(tuple(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options, and the names of sessions and profiles.

    \b
    bash  sso-credential-process completion bash > ~/.local/share/bash-completion/completions/sso-credential-process
    zsh   sso-credential-process completion zsh > ~/.zfunc/_sso-credential-process
    fish  sso-credential-process completion fish > ~/.config/fish/completions/sso-credential-process.fish

    Start a new shell to use it. zsh needs `fpath+=~/.zfunc` before `compinit` in ~/.zshrc. The script calls
    sso-credential-process for each completion, so it never goes out of date.
    """  # noqa: D301  click reads the character, not its name
    complete = _SHELLS[shell](context.find_root().command, {}, _PROGRAM, _VARIABLE)
    click.echo(complete.source())
