"""The documents that answer wants for roles: the cached one, or the new one of a `Fetch`, with the service's reply."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

from credential_process import documents, paths
from credential_process.documents import Document
from credential_process.errors import Unavailable
from credential_process.stores import document_store

if TYPE_CHECKING:
    from credential_process.identity_center.replies import RoleKeys
    from credential_process.session.context import SessionContext
    from credential_process.session.token_store import SignedIn
    from credential_process.stores.want import Want

_LEAST_LIFE_SECONDS = 60


def cached(
    want: Want, context: SessionContext, session_folder: str, chain: str | None = None
) -> Document | None:
    """Return the document that answers a want; it is stored again if only a stamp in it is out of date.

    With `chain`, it is that of another chain of roles that begins with the role of the want.
    """
    chain = want.chain if chain is None else chain
    path = paths.role_path(session_folder, want.account_id, want.role_name, chain)
    document = documents.read(path, time.time())
    signed_in = context.tokens.signed_in()
    if document is None or signed_in is None or not context.owns(document, signed_in):
        return None
    if document.subject != documents.role_subject(want.account_id, want.role_name, chain):
        return None
    stamps = (context.config, context.machine, signed_in.stamp)
    if (document.config, document.machine, document.token) != stamps:
        document.config, document.machine, document.token = stamps
        document_store.store(path, document)
    return document


def is_usable(document: Document | None) -> bool:
    """Return whether credentials can still be handed out while they cannot be fetched again."""
    return document is not None and time.time() + _LEAST_LIFE_SECONDS <= document.expires_at


class Fetch(NamedTuple):
    """A request for the credentials of a role, in the session as a caller sees it, with the sign-in of this id.

    With a `chain`, it is for the last role of that.
    """

    context: SessionContext
    sign_in: str
    account_id: str
    role_name: str
    chain: str = ""

    @property
    def subject(self) -> str:
        """The subject of its document."""
        return documents.role_subject(self.account_id, self.role_name, self.chain)

    def path(self, session_folder: str) -> str:
        """Return the path of its document."""
        return paths.role_path(session_folder, self.account_id, self.role_name, self.chain)

    @property
    def is_outdated(self) -> bool:
        """Whether the user has signed out, or another user signed in, since it began."""
        return not self.context.tokens.are_of(self.sign_in)


def new(context: SessionContext, signed_in: SignedIn, subject: str, keys: RoleKeys) -> Document:
    """Return the document for new credentials; raises `Unavailable` if they have expired already."""
    session = context.session
    now = int(time.time())
    if keys.expires_at <= now:
        raise Unavailable(
            "by this computer's clock, the credentials from the service have already expired",
            hint=f"set the clock; to see by how much it is off, run: sso-credential-process check {session.options}",
        )
    # A role session never lasts longer; if it seems to, this computer's clock is behind. The line keeps AWS's date.
    expires_at = min(keys.expires_at, now + documents.LONGEST_ROLE_SESSION_SECONDS)
    return Document(
        subject=subject,
        refresh_at=document_store.refresh_at(expires_at, now),
        expires_at=expires_at,
        session=session.name,
        start_url=session.start_url,
        region=session.region,
        endpoints=context.endpoints,
        sign_in=signed_in.id,
        config=context.config,
        machine=context.machine,
        token=signed_in.stamp,
        line=_line(keys),
    )


def keys_in(document: Document) -> RoleKeys:
    """Return the credentials in a document, to assume another role with them."""
    from credential_process.identity_center.replies import (
        RoleKeys,  # which loads more than most answers need
    )

    line = json.loads(document.line)
    return RoleKeys(
        line["AccessKeyId"], line["SecretAccessKey"], line["SessionToken"], document.expires_at
    )


def _line(keys: RoleKeys) -> str:
    expiration = datetime.fromtimestamp(keys.expires_at, timezone.utc)
    # Key order and form are the contract: some readers stop at 1,024 bytes, and some parse dates strictly.
    line = {
        "Version": 1,
        "AccessKeyId": keys.access_key_id,
        "SecretAccessKey": keys.secret_access_key,
        "SessionToken": keys.session_token,
        "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return json.dumps(line, separators=(",", ":")) + "\n"
