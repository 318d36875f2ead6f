"""What follows when new tokens are stored, and how an exchange of tokens is finished or undone.

The process that made it may have been killed, or the user may have signed out meanwhile.
All but `revoke` is called while `TokenStore.exchanging` holds the lock.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from credential_process import documents, files
from credential_process.errors import CredentialProcessError
from credential_process.stores import document_store, sign_in_record, token_journal
from credential_process.system import disk

if TYPE_CHECKING:
    from credential_process.identity_center import IdentityCenter
    from credential_process.session.token_store import TokenStore
    from credential_process.stores.sign_in_record import SignInRecord
    from credential_process.stores.token_cache import Token


def recover(tokens: TokenStore, service: IdentityCenter) -> None:
    """Finish or undo the exchange of a process that was killed."""
    for journal in token_journal.found(tokens.paths[0]):
        refreshed, current = tokens.read_file(journal), tokens.read_file(tokens.paths[0])
        if refreshed is None:
            files.remove(journal)  # killed before the reply was written
        elif current is not None and journal == token_journal.path(
            tokens.paths[0], current.access_token
        ):
            record = record_refresh(tokens, current, refreshed)
            disk.replace(journal, tokens.paths[0], precious=True)
            files.sync_folder(tokens.cache)
            if tokens.has_ended(record):
                remove_and_revoke(tokens, refreshed, service)
            else:
                finish_refresh(tokens, record, refreshed)
        else:
            files.remove(journal)
            revoke(refreshed, service)


def record_refresh(tokens: TokenStore, token: Token, refreshed: Token) -> SignInRecord:
    """Write both tokens into the record if the disk has room for that; return the record as it is then.

    Without room, the new token counts as another sign-in, which costs a fetch for each role but no token.
    """
    record = sign_in_record.read(tokens.folder).refreshing(
        token.access_token, refreshed.access_token, tokens.oidc_endpoint
    )
    with contextlib.suppress(OSError):
        sign_in_record.write(tokens.folder, record)
    return sign_in_record.read(tokens.folder)


def finish_refresh(tokens: TokenStore, record: SignInRecord, refreshed: Token) -> None:
    """Make the record and the documents belong to the new token alone."""
    if not record.lists(refreshed.access_token):
        return
    with contextlib.suppress(OSError):
        sign_in_record.write(tokens.folder, record.refreshed(refreshed.access_token))
    folders = document_store.folders_of(tokens.folder)
    document_store.restamp(folders, record.id, documents.stamp(tokens.paths[0]))
    if tokens.has_ended(record):
        document_store.forget(folders)  # signed out meanwhile


def remove_and_revoke(tokens: TokenStore, token: Token, service: IdentityCenter) -> None:
    """Remove a token that was stored during a sign-out, and revoke it."""
    remove(tokens, token)
    revoke(token, service)


def remove(tokens: TokenStore, token: Token) -> None:
    """Remove a token that was stored during a sign-out."""
    now = tokens.read_file(tokens.paths[0])
    if now is not None and now.access_token == token.access_token:
        files.remove(tokens.paths[0])
    tokens.end_record()


def revoke(token: Token, service: IdentityCenter) -> None:
    """Revoke a token that is not used, if the service can be reached."""
    with contextlib.suppress(CredentialProcessError):
        service.logout(token.access_token)
