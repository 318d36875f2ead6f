"""`serve`: answer SDKs in containers and on remote machines, in the foreground, until Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from credential_process.cli.options import option
from credential_process.cli.printing import stop_at_closed_pipe
from credential_process.cli.role_options import roles_options
from credential_process.client import arguments
from credential_process.errors import Unavailable, UsageError, printable
from credential_process.serve import variables
from credential_process.serve.endpoint import ADDRESSES, Endpoint
from credential_process.serve.role_source import SIGN_IN_SECONDS, RoleSource
from credential_process.serve.token_file import TokenFile
from credential_process.stores import access_role
from credential_process.system import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.cli.role_options import Role


@click.command()
@roles_options
@option(
    "--address",
    callback=lambda *given: _check_address(given[-1]),
    default=ADDRESSES[0],
    show_default=True,
    help=f"Listen on this address: {', '.join(ADDRESSES[:-1])} or {ADDRESSES[-1]}.",
)
@option("--port", type=click.IntRange(0, 65535), default=0)
@option("--token-file", default=None, show_default="a new one, removed at the end")
@option(
    "--wait",
    type=click.IntRange(0, 600),
    default=None,
    help="Let a request wait this long for an open sign-in. By default, it is answered before any SDK gives up.",
)
@option("--print-env")
@option("--env-file")
def serve(
    roles: list[Role],
    *,
    address: str,
    port: int,
    token_file: str | None,
    wait: int | None,
    print_env: bool,
    env_file: str | None,
) -> None:
    """Serve credentials of roles to SDKs in containers and on remote machines, until Ctrl-C.

    SDKs ask as they do in ECS and EKS, need no profile, and show a token. Sign-ins happen here, where serve runs.

    \b
        sso-credential-process serve --profile dev --env-file dev.env
        docker run --network host --env-file dev.env IMAGE
    """  # noqa: D301  click reads the character, not its name
    seconds = SIGN_IN_SECONDS if wait is None else wait
    served = {_path(role): role for role in roles}
    sources = {
        path: RoleSource(role.options, sign_in_seconds=seconds) for path, role in served.items()
    }
    token = TokenFile.at(token_file) if token_file else TokenFile.new(arguments.state_root())
    processes.defer_stop()
    with contextlib.ExitStack() as stack:
        # Before anything is written, so that a second one on the same port changes nothing.
        endpoint = stack.enter_context(_listening((address, port), sources, token))
        stack.callback(token.close)
        token.write()
        urls = [f"{endpoint.url}{quote(path, safe='/')}" for path in served]
        region = roles[0].region
        if env_file:
            text = variables.for_container(urls, token, region)
            stack.enter_context(variables.env_file(env_file, text))
        endpoint.start()
        stack.callback(endpoint.stop)
        if print_env:
            _print(variables.for_shell(urls, token, region))
        click.echo(_explanation(urls, token), err=True, nl=False)
        processes.wait_for_stop()


def _check_address(address: str) -> str:
    if address not in ADDRESSES:
        raise UsageError(
            f"--address: SDKs do not ask {printable(address, limit=60)} over plain HTTP",
            hint=f"give one of {', '.join(ADDRESSES)}",
        )
    return address


def _path(role: Role) -> str:
    """Return the path of a role, not yet escaped."""
    if role.profile:
        return f"/profile/{role.profile}"
    access = access_role.of_options(role.options)
    if access is not None:
        return f"/role/{access.account_id}/{access.path_and_name.removeprefix('role/')}"
    return f"/role/{role.options['--account-id']}/{role.options['--role-name']}"


@contextlib.contextmanager
def _listening(
    address: tuple[str, int], sources: dict[str, RoleSource], token: TokenFile
) -> Iterator[Endpoint]:
    try:
        endpoint = Endpoint(address, sources, token=token.token, on_idle=token.restore)
    except OSError as error:
        hints = {
            errno.EADDRINUSE: "another serve may be running; give another --port, or none",
            errno.EADDRNOTAVAIL: "first add the address to a network interface of this computer",
            errno.EACCES: "give a --port above 1023",
        }
        raise Unavailable(
            f"serve cannot listen on port {address[1]} of {address[0]}: {error.strerror}",
            hint=hints.get(error.errno or 0, ""),
        ) from error
    with contextlib.closing(endpoint):
        yield endpoint


def _print(text: str) -> None:
    try:
        click.echo(text, nl=False)
    except OSError as error:
        stop_at_closed_pipe(error)


def _explanation(urls: list[str], token: TokenFile) -> str:
    addresses = "".join(f"  {url}\n" for url in urls)
    return f"""\
Serving credentials until Ctrl-C. Set AWS_CONTAINER_CREDENTIALS_FULL_URI to
{addresses}\
and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE to
  {token.path}
Every program with the token can use these roles.
"""
