"""`completion`: what a shell needs to complete our commands, options, sessions and profiles."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_PROGRAM = "sso-credential-process"
_VARIABLE = "_SSO_CREDENTIAL_PROCESS_COMPLETE"


class _ZshComplete(ZshComplete):
    @property
    def func_name(self) -> str:
        """Name the function after its file: zsh goes on calling the file otherwise, and the second Tab is lost."""
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
    """Print what SHELL needs to complete commands, options, and the names of sessions and profiles.

    \b
    bash  sso-credential-process completion bash > ~/.local/share/bash-completion/completions/sso-credential-process
    zsh   sso-credential-process completion zsh > ~/.zfunc/_sso-credential-process
    fish  sso-credential-process completion fish > ~/.config/fish/completions/sso-credential-process.fish

    A new shell has it then; zsh needs `fpath+=~/.zfunc` before `compinit` in ~/.zshrc. It is a few lines, which
    ask this program when Tab is pressed, and so never goes out of date.
    """  # noqa: D301  click reads the character, not its name
    complete = _SHELLS[shell](context.find_root().command, {}, _PROGRAM, _VARIABLE)
    click.echo(complete.source())
