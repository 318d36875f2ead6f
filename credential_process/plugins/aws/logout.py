"""``aws sso logout``, for version 1: out of everything, as in version 2."""

from __future__ import annotations

import glob
import json
import os
from typing import TYPE_CHECKING, Any

import botocore.config
import botocore.exceptions
from awscli.customizations.commands import BasicCommand
from awscli.customizations.utils import uni_print
from botocore import UNSIGNED

from credential_process import arguments, documents, files, library, token_cache
from credential_process.config import sessions
from credential_process.errors import CredentialProcessError
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Iterator


class LogoutCommand(BasicCommand):  # type: ignore[misc]  # awscli is untyped
    """Sign out of all sessions; with options it is the operation of the API, which ends one token."""

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
            # Those of sessions that nothing here names any more. Other tools keep other tokens there, too.
            if isinstance(token.get("accessToken"), str) and token.get("startUrl"):
                self._revoke(token)
                files.remove(path)
        for path, credentials in _objects(
            os.path.expanduser(os.path.join("~", ".aws", "cli", "cache"))
        ):
            if credentials.get("ProviderType") == "sso":
                files.remove(path)
        return 0

    def _revoke(self, token: dict[str, Any]) -> None:
        config = botocore.config.Config(region_name=token.get("region"), signature_version=UNSIGNED)
        try:
            self._session.create_client("sso", config=config).logout(
                accessToken=token["accessToken"]
            )
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, ValueError):
            pass  # it has ended already, or ends by itself


def _sessions(root: str, cache: str) -> list[SessionReference]:
    """List the sessions that have anything here to be removed."""
    named = [SessionReference(name) for name in sessions.names(documents.config_file())]
    named += sessions.of_start_urls(root, cache)
    named += [
        SessionReference("", token["startUrl"], token["region"])
        for path, token in _objects(cache)
        if path == token_cache.path(cache, str(token.get("startUrl", ""))) and token.get("region")
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


def _objects(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the JSON objects in a folder; what is none is passed over."""
    for path in glob.iglob(os.path.join(glob.escape(folder), "*.json")):
        try:
            content = json.loads(files.read(path) or "")
        except (ValueError, RecursionError):
            continue
        if isinstance(content, dict):
            yield path, content
