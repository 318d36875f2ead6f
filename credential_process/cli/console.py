"""`console`: open the AWS console with a role, through a shortcut link of the access portal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from credential_process import paths
from credential_process.cli.options import option
from credential_process.cli.role_options import role_options
from credential_process.client import browser, interaction
from credential_process.config import sso_session as configured_session
from credential_process.errors import SignInNeeded
from credential_process.library.console import of_role

if TYPE_CHECKING:
    from credential_process.cli.role_options import Role


@click.command()
@partial(role_options, signs_in=False)
@option("--destination")
@option("--print", "is_printed")
def console(role: Role, *, destination: str | None, is_printed: bool) -> None:
    """Open the AWS console with a role in your browser.

    Opens a shortcut link of the access portal, which asks you to sign in there if needed. Needs no credentials and does
    not contact AWS; the link contains no secret and can be shared with anyone who has the role.

    \b
        sso-credential-process console --profile dev
        sso-credential-process console --profile dev \\
            --destination https://eu-west-1.console.aws.amazon.com/s3/home
    """  # noqa: D301  click reads the character, not its name
    url = of_role(role.options, destination)
    if is_printed:
        click.echo(url)
        return
    reach, command = _browser(role.options.get("--sso-session", ""))
    if reach == "none":
        raise SignInNeeded(
            "there is no browser or terminal here", hint="to print the address, add --print"
        )
    problem = browser.show(url, command) if reach == "browser" else ""
    if problem:
        click.echo(f"No browser is opened: {problem}.", err=True)
    if reach == "browser" and not problem:
        click.echo("Opening the AWS console in your browser. If it does not open, visit:", err=True)
    else:
        click.echo("To open the AWS console, visit:", err=True)
    click.echo(f"  {url}", err=True)


def _browser(session: str) -> tuple[str, str]:
    """Return ``browser``, ``terminal`` or ``none``, as for an explicit sign-in, and the session's command."""
    given, command = {"kind": "token"}, ""
    if session:
        configured = configured_session.read(paths.config_file(), session)
        command = configured.browser_command
        if not interaction.opens_page(configured.browser):
            given |= interaction.WITHOUT_BROWSER
    return interaction.fields(given)["reach"], command
