"""``aws sso logout``, for version 1: sign out of everything, as in version 2."""

from __future__ import annotations

import glob
import json
import os
from typing import TYPE_CHECKING, Any

from awscli.customizations.commands import BasicCommand
from awscli.customizations.utils import uni_print

from credential_process import (
    files,
    identifiers,
    library,
    paths,
)
from credential_process.client import arguments
from credential_process.config import sessions, used_start_urls
from credential_process.errors import CredentialProcessError
from credential_process.session import sign_out
from credential_process.session.context import SessionContext
from credential_process.session.service_clients import ServiceClients
from credential_process.session_reference import SessionReference
from credential_process.stores import token_cache

if TYPE_CHECKING:
    from collections.abc import Iterator


class LogoutCommand(BasicCommand):  # type: ignore[misc]  # awscli is untyped
    """Sign out of all sessions; with options, run the operation of the API, which ends one token."""

    NAME = "logout"
    DESCRIPTION = (
        "Removes all cached AWS IAM Identity Center access tokens and any cached temporary AWS credentials "
        "retrieved with them across all profiles. To use these profiles again, run: ``aws sso login``. With "
        "``--access-token``, it is the Logout operation of the API. (From sso-credential-process.)"
    )

    def __init__(self, session: Any, operation: Any) -> None:  # noqa: ANN401  awscli is untyped
        super().__init__(session)
        self._operation = operation

    def __call__(self, args: list[str], parsed_globals: Any) -> Any:  # noqa: ANN401  the same
        """Run the command of version 2, or the operation of the API."""
        if args and args != ["help"]:
            return self._operation(args, parsed_globals)
        return super().__call__(args, parsed_globals)

    def _run_main(self, parsed_args: Any, parsed_globals: Any) -> int:  # noqa: ANN401, ARG002  awscli's signature
        cache = os.path.expanduser(os.path.join("~", ".aws", "sso", "cache"))
        root = arguments.state_root()
        for named in _sessions(root, cache):
            _sign_out(named)
        for path, token in _objects(cache):
            # Tokens of sessions that are in no config any more. Other tools store other tokens here, too.
            if isinstance(token.get("accessToken"), str) and token.get("startUrl"):
                _forget(path, _session_of(token))
        for path, credentials in _objects(
            os.path.expanduser(os.path.join("~", ".aws", "cli", "cache"))
        ):
            if credentials.get("ProviderType") == "sso":
                files.remove(path)
        return 0


def _sessions(root: str, cache: str) -> list[SessionReference]:
    """List the sessions that have files to remove."""
    named = [SessionReference(name) for name in sessions.names(paths.config_file())]
    named += used_start_urls.find(root, cache)
    named += [
        session
        for path, token in _objects(cache)
        if (session := _session_of(token)) and path == token_cache.path(cache, session.start_url)
    ]
    return [each for each in dict.fromkeys(named) if _has_traces(each, root, cache)]


def _has_traces(session: SessionReference, root: str, cache: str) -> bool:
    token = token_cache.path(cache, session.label)
    return os.path.isdir(session.folder(root)) or os.path.lexists(token)


def _sign_out(session: SessionReference) -> None:
    try:
        library.logout(session.start_url, session.region, sso_session=session.name)
    except CredentialProcessError as error:
        uni_print(f"{error}\n")


def _session_of(token: dict[str, Any]) -> SessionReference | None:
    """Return the start URL and region that a token file names; None where either is not valid."""
    start_url, region = str(token.get("startUrl", "")), str(token.get("region", ""))
    if identifiers.is_start_url(start_url) and identifiers.is_region(region):
        return SessionReference("", start_url, region)
    return None


def _forget(path: str, session: SessionReference | None) -> None:
    """Delete a token file, and end its session at AWS, over the same endpoint as the broker.

    The AWS CLI's own client would follow a global ``AWS_ENDPOINT_URL`` or an ``endpoint_url`` of the profile, and
    send the token to an emulator of another service.
    """
    if session is None:
        files.remove(path)
        return
    context = SessionContext.here(session)
    token = context.tokens.read_file(path)
    files.remove(path)
    failure = token and sign_out.failure_to_revoke(token, context, ServiceClients())
    if failure:
        uni_print(f"signed out here, but not at {session.start_url}: {failure}\n")


def _objects(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the JSON objects in a folder, and skip other files."""
    for path in glob.iglob(os.path.join(glob.escape(folder), "*.json")):
        try:
            content = json.loads(files.read(path) or "")
        except (ValueError, RecursionError):
            continue
        if isinstance(content, dict):
            yield path, content
