"""What becomes of a want for a role: a document that is there, or a fetch, once there is a token.

`RoleCredentials` decides on the broker's own thread, from files alone; only its errands to the service run
on others. A want is decided again whenever something that it waited for has happened.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from credential_process import documents, files
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.session.context import SessionContext
from credential_process.stores import document_store

if TYPE_CHECKING:
    from credential_process.broker.loop import Loop
    from credential_process.broker.token_provider import TokenProvider
    from credential_process.documents import Document
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

_LEAST_LIFE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fetch:
    """Credentials to be fetched: of which role, as which caller sees the session, in which sign-in."""

    context: SessionContext
    sign_in: str
    account_id: str
    role_name: str


class RoleCredentials:
    """Answers wants for roles."""

    def __init__(
        self,
        session_folder: str,
        services: ServiceClients,
        tokens: TokenProvider,
        loop: Loop,
    ) -> None:
        self._folder = session_folder
        self._services = services
        self._tokens = tokens
        self._loop = loop
        self._fetching: dict[Fetch, list[Want]] = {}

    @property
    def is_busy(self) -> bool:
        """Return whether fetches are under way."""
        return bool(self._fetching)

    def reconcile(self, want: Want) -> None:
        """Answer a want, or put it where it waits; raises ours or `OSError`."""
        context = SessionContext.of(want.fields, self._folder)
        cached = self._cached(want, context)
        if cached is not None and cached.is_fresh(time.time()):
            self._loop.succeed(want)
        elif self._tokens.refresh_if_due(want, context):
            pass
        elif (signed_in := self._tokens.signed_in(context)) is not None:
            self._fetch(want, context, signed_in)
        elif _still_lives(cached):
            # The user is asked only when nothing valid is left to hand out.
            self._loop.succeed(want)
        else:
            self._tokens.sign_in(want, context)

    def end(
        self, want: Want, context: SessionContext, failure: CredentialProcessError | None
    ) -> None:
        """Answer a want; while the service is in trouble, with what it gave before if that is still valid."""
        if failure is None or (
            isinstance(failure, Unavailable) and _still_lives(self._cached(want, context))
        ):
            self._loop.succeed(want)
        else:
            self._loop.fail(want, failure)

    def _cached(self, want: Want, context: SessionContext) -> Document | None:
        """Return the document that answers a want, stored again where only a stamp in it is out of date."""
        path = documents.role_path(self._folder, want.account_id, want.role_name)
        document = documents.read(path, time.time())
        signed_in = context.tokens.signed_in()
        if document is None or signed_in is None or not context.owns(document, signed_in):
            return None
        if document.subject != documents.role_subject(want.account_id, want.role_name):
            return None
        if (document.config, document.token) != (context.config, signed_in.stamp):
            document.config, document.token = context.config, signed_in.stamp
            document_store.store(path, document)
        return document

    def _fetch(self, want: Want, context: SessionContext, signed_in: SignedIn) -> None:
        fetch = Fetch(context, signed_in.id, want.account_id, want.role_name)
        if fetch in self._fetching:
            self._fetching[fetch].append(want)
            return
        self._fetching[fetch] = [want]
        self._loop.run_in_thread(lambda: self._run(fetch, signed_in))

    def _run(self, fetch: Fetch, signed_in: SignedIn) -> None:
        failure: CredentialProcessError | None = None
        try:
            keys = self._services.at(fetch.context).role_credentials(
                signed_in.token.access_token,
                account_id=fetch.account_id,
                role_name=fetch.role_name,
            )
            self._store(fetch, keys)
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = unwritable(error)
        self._loop.post(lambda: self._fetched(fetch, signed_in, failure))

    def _store(self, fetch: Fetch, keys: RoleKeys) -> None:
        """Store credentials, unless the user has signed out or changed since they were asked for."""
        now = fetch.context.tokens.signed_in()
        if now is None or now.id != fetch.sign_in:
            return
        path = documents.role_path(self._folder, fetch.account_id, fetch.role_name)
        document_store.store(path, _new_document(fetch, keys, now))
        if _has_changed(fetch):
            # Check last: a sign-out deletes the token before the documents, so this catches the race.
            files.remove(path)

    def _fetched(
        self, fetch: Fetch, signed_in: SignedIn, failure: CredentialProcessError | None
    ) -> None:
        context, wants = fetch.context, self._fetching.pop(fetch)
        if _has_changed(fetch):
            for want in wants:
                self._loop.reconcile_again(want)
            return
        if isinstance(failure, Unauthorized):
            self._tokens.refused(wants, context, signed_in.token, failure)
            return
        if not isinstance(failure, Unavailable):
            self._tokens.accepted()
        if isinstance(failure, Refused):
            failure = Refused(
                f"{context.session.label} gives no access to role {fetch.role_name} in account "
                f"{fetch.account_id}: {failure.message}",
                hint="check both, and ask your administrator for the assignment",
            )
        for want in wants:
            self.end(want, context, failure)


def _has_changed(fetch: Fetch) -> bool:
    """Return whether the user has signed out, or another user signed in, since a fetch began."""
    return not fetch.context.tokens.are_of(fetch.sign_in)


def _still_lives(document: Document | None) -> bool:
    """Return whether a line can still be handed out while it cannot be fetched again."""
    return document is not None and time.time() + _LEAST_LIFE_SECONDS <= document.expires_at


def _new_document(fetch: Fetch, keys: RoleKeys, signed_in: SignedIn) -> Document:
    context, session = fetch.context, fetch.context.session
    now = int(time.time())
    if keys.expires_at <= now:
        raise Unavailable(
            "the credentials that came have expired by this computer's clock",
            hint=f"set the clock; sso-credential-process check {session.options} tells by how much",
        )
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
        subject=documents.role_subject(fetch.account_id, fetch.role_name),
        refresh_at=document_store.refresh_at(expires_at, now),
        expires_at=expires_at,
        session=session.name,
        start_url=session.start_url,
        region=session.region,
        endpoints=context.endpoints,
        sign_in=signed_in.id,
        config=context.config,
        token=signed_in.stamp,
        line=json.dumps(line, separators=(",", ":")) + "\n",
    )


def unwritable(error: OSError) -> Unavailable:
    """Return the error for a state folder that cannot be written."""
    return unusable("state cannot be written", error)
