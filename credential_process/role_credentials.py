"""What becomes of a want for a role: a document that is there, or a fetch, once there is a token.

`RoleCredentials` decides on the broker's own thread, from files alone; only its errands to the service run
on others. A want is decided anew whenever something that it waited for has happened.
"""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from credential_process import documents, files
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.origin import Origin

if TYPE_CHECKING:
    from credential_process.documents import Document
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.loop import Loop
    from credential_process.mailbox import Want
    from credential_process.origin import Services
    from credential_process.session_tokens import SessionTokens
    from credential_process.token_cache import Token

Key = tuple[Origin, str, str]  # whose, account, role

_LEAST_LIFE_SECONDS = 60


class RoleCredentials:
    """Answers wants for roles."""

    def __init__(
        self,
        session_folder: str,
        services: Services,
        tokens: SessionTokens,
        loop: Loop,
    ) -> None:
        self._folder = session_folder
        self._services = services
        self._tokens = tokens
        self._loop = loop
        self._fetching: dict[Key, list[Want]] = {}

    @property
    def is_busy(self) -> bool:
        """Tell whether errands are under way."""
        return bool(self._fetching)

    def decide(self, want: Want) -> None:
        """Answer a want, or put it where it waits; raises ours or `OSError`."""
        origin = Origin.of(want.fields, self._folder)
        document = self._document(want, origin)
        if document is not None and document.is_fresh(time.time()):
            self._replay(want, origin, document)
        elif self._tokens.renew_if_due(want, origin):
            pass
        elif (token := self._tokens.token(origin)) is not None:
            self._fetch(want, origin, token)
        elif _still_lives(document):
            # A person is asked only when nothing valid is left to hand out.
            self._loop.succeed(want)
        else:
            self._tokens.sign_in(want, origin)

    def _replay(self, want: Want, origin: Origin, document: Document) -> None:
        if document.config != origin.config:
            # The config has changed, the session in it has not.
            document.config = origin.config
            documents.store(self._path(want), document)
        self._loop.succeed(want)

    def _document(self, want: Want, origin: Origin) -> Document | None:
        document = documents.read(self._path(want), time.time())
        session = origin.session
        asked = (*_role(want), session.name, session.start_url, session.region)
        if document is None or not document.is_for(*asked):
            return None
        return document if document.token_file == origin.tokens.file else None

    def _path(self, want: Want) -> str:
        return documents.role_path(self._folder, *_role(want))

    def _fetch(self, want: Want, origin: Origin, token: Token) -> None:
        key = (origin, *_role(want))
        if key in self._fetching:
            self._fetching[key].append(want)
            return
        self._fetching[key] = [want]
        self._loop.work(lambda: self._run_fetch(key, want, token))

    def _run_fetch(self, key: Key, want: Want, token: Token) -> None:
        origin, account, role = key
        failure: CredentialProcessError | None = None
        try:
            keys = self._services.at(origin).role_credentials(
                token.access_token, account_id=account, role_name=role
            )
            documents.store(self._path(want), _new_document(key, keys))
            if not os.path.lexists(origin.tokens.file):
                # Looked at last: a sign-out takes the token away first, and then what is stored.
                files.remove(self._path(want))
                raise SignInNeeded(
                    f"{origin.session.label} was signed out",
                    hint=f"run: sso-credential-process login {origin.session.options}",
                )
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = unwritable(error)
        self._loop.tell(lambda: self._fetched(key, token, failure))

    def _fetched(self, key: Key, token: Token, failure: CredentialProcessError | None) -> None:
        origin, account, role = key
        wants = self._fetching.pop(key)
        if isinstance(failure, Unauthorized):
            self._tokens.refused(wants, origin, token, failure)
            return
        if not isinstance(failure, Unavailable):
            self._tokens.accepted()
        if isinstance(failure, Refused):
            failure = Refused(
                f"{origin.session.label} gives no access to role {role} in account {account}: {failure.message}",
                hint="check both, and ask your administrator for the assignment",
            )
        for want in wants:
            self.end(want, origin, failure)

    def end(self, want: Want, origin: Origin, failure: CredentialProcessError | None) -> None:
        """Answer a want; while the service is in trouble, with what it gave before if that still lives."""
        if failure is None or (
            isinstance(failure, Unavailable) and _still_lives(self._document(want, origin))
        ):
            self._loop.succeed(want)
        else:
            self._loop.fail(want, failure)


def _role(want: Want) -> tuple[str, str]:
    return want.fields.get("account", ""), want.fields.get("role", "")


def _still_lives(document: Document | None) -> bool:
    """Tell whether a line can still be handed out while it cannot be renewed; not after a sign-out."""
    if document is None or not os.path.exists(document.token_file):
        return False
    return time.time() + _LEAST_LIFE_SECONDS <= document.expires_at


def _new_document(key: Key, keys: RoleKeys) -> Document:
    origin, account, role = key
    now = int(time.time())
    if keys.expires_at <= now:
        raise Unavailable(
            "the credentials that came have expired by this computer's clock",
            hint=f"set the clock; sso-credential-process check {origin.session.options} tells by how much",
        )
    session = origin.session
    # No session is longer; one that looks so was dated by a clock ahead of ours. The line says what it said.
    expires_at = min(keys.expires_at, now + documents.LONGEST_ROLE_SESSION_SECONDS)
    expiration = datetime.fromtimestamp(keys.expires_at, timezone.utc)
    # Key order and form are the contract: readers of 1,024 bytes and strict parsers of dates are out there.
    line = {
        "Version": 1,
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
        "SessionToken": keys.session_token,
        "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return documents.Document(
        account_id=account,
        role_name=role,
        refresh_at=documents.refresh_at(expires_at, now),
        expires_at=expires_at,
        session=session.name,
        start_url=session.start_url,
        region=session.region,
        token_file=origin.tokens.file,
        config=origin.config,
        line=json.dumps(line, separators=(",", ":")) + "\n",
    )


def unwritable(error: OSError) -> Unavailable:
    """Say that the state folder cannot be written."""
    return unusable("state cannot be written", error)
