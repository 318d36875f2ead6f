"""The help of `get`; running it is the business of the short way in `__main__`."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--sso-session", metavar="NAME", help="The [sso-session NAME] of ~/.aws/config to sign in to."
)
@click.option(
    "--start-url", metavar="URL", help="Instead of a session: the start URL of the access portal."
)
@click.option(
    "--sso-region", metavar="REGION", help="The region of IAM Identity Center, with --start-url."
)
@click.option("--account-id", metavar="ID", help="The account, 12 digits.")
@click.option("--role-name", metavar="NAME", help="The role (permission set) in it.")
@click.option(
    "--account-id-in-output", is_flag=True, help="Add AccountId; the line passes 1,024 bytes then."
)
@click.option(
    "--wait",
    metavar="SECONDS",
    help="Leave after so many seconds; 50 unless the caller sets no limit.",
)
@click.option(
    "--no-login", is_flag=True, help="Never ask a person; exit 3 when that would be needed."
)
@click.option(
    "--no-browser", is_flag=True, help="Open no browser; show the address on the terminal."
)
@click.option(
    "--device-code", is_flag=True, help="Show a code on the terminal, for a browser elsewhere."
)
@click.option("--debug", is_flag=True, help="Write more to the broker's log.")
def get(**options: object) -> None:
    """Print credentials of a role as credential_process JSON.

    Signs in through the browser when nobody is signed in; concurrent calls share one sign-in.

    \b
    Exit codes: 0 done, 1 a sign-in is open, 2 usage or configuration, 3 sign-in needed,
    4 a person or the service said no, 5 service or network unusable, 70 our defect, 130 interrupted.
    """  # noqa: D301  click reads the character, not its name
