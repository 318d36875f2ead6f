"""Sign out: first on this computer, without a broker, then at the service if it can be reached."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from credential_process import files
from credential_process.errors import (
    Refused,
    Unauthorized,
    Unavailable,
    unusable,
)
from credential_process.session.client_registration import ClientRegistrations
from credential_process.stores import (
    document_store,
    sign_in_record,
    token_cache,
    token_journal,
)
from credential_process.stores.open_page import OpenPage
from credential_process.stores.open_sign_in import OpenCode, close_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.identity_center import IdentityCenter
    from credential_process.session.context import SessionContext
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import TokenStore
    from credential_process.stores.token_cache import Token

log = logging.getLogger(__name__)


class Removed(NamedTuple):
    """The tokens that a sign-out has deleted: those to be revoked, and those from another OIDC endpoint."""

    tokens: tuple[Token, ...]
    of_other_endpoint: tuple[Token, ...]


def sign_out(context: SessionContext, *, keep_sign_in_open: bool = False) -> Removed:
    """Delete everything of a session on this computer, and return the tokens, which should be revoked next.

    Brokers notice that the files are gone: they drop replies that are under way. An open sign-in ends, unless
    `keep_sign_in_open`. Raises `Unavailable` if a file cannot be deleted.
    """
    if not keep_sign_in_open:
        close_all(context.tokens.folder)
    removed = _delete_tokens(context.tokens)
    for kind in (OpenPage, OpenCode):
        ClientRegistrations(context, kind.flow).forget()
    return removed


def revoke(removed: Removed, context: SessionContext, services: ServiceClients) -> None:
    """End the sessions of deleted tokens at the service; raises `Unavailable` if one may not have ended."""
    failures = [_failure_to_revoke(token, context, services) for token in removed.tokens]
    if removed.of_other_endpoint:
        # The token is not sent there: it belongs to another service.
        failures.append(
            Unavailable("the token is not from the endpoint in AWS_ENDPOINT_URL_SSO_OIDC")
        )
    for failure in filter(None, failures):
        raise Unavailable(
            f"signed out here, but not at IAM Identity Center: {failure.message}",
            hint=f"the session there expires, or can be ended at {context.session.service_url}",
        )


def _failure_to_revoke(
    token: Token, context: SessionContext, services: ServiceClients
) -> Unavailable | None:
    try:
        _revoke(services.at(context), token)
    except (Unauthorized, Refused) as error:
        log.info("there was no session to end: %s", error.message)
    except Unavailable as error:
        return error
    return None


def _revoke(service: IdentityCenter, token: Token) -> None:
    """End a session. An expired access token cannot end it, but its refresh token could still continue it."""
    now = time.time()
    access_token = token.access_token
    if not token.is_valid(now, seconds=0):
        if token.registration is None or not token.can_be_refreshed(now):
            return
        access_token = service.refresh(token.registration, token.refresh_token).access_token
    service.logout(access_token)


def _delete_tokens(tokens: TokenStore) -> Removed:
    """Delete the token and everything cached with it.

    It works while another process holds the lock: that one reads in the record that the user has signed out. A token
    of another region or start URL under this name is left alone. Raises `Unavailable` if files cannot be deleted.
    """
    removed: dict[str, Token] = {}
    before = sign_in_record.read(tokens.folder)
    try:
        with _lock_if_free(tokens):
            record = tokens.end_record()
            _remove_tokens(tokens, removed)
            # A refresh that was under way may have overwritten the record.
            while tokens.has_ended(record):
                record = tokens.end_record()
                _remove_tokens(tokens, removed)
    except OSError as error:
        raise unusable("the token file cannot be deleted", error) from None
    is_other = before.oidc_endpoint != tokens.oidc_endpoint
    others = {token for token in removed if is_other and before.lists(token)}
    return Removed(
        tuple(token for access, token in removed.items() if access not in others),
        tuple(removed[access] for access in others),
    )


def _remove_tokens(tokens: TokenStore, removed: dict[str, Token]) -> None:
    tokens.settle()
    for file in (*tokens.paths, *token_journal.found(tokens.paths[0])):
        token = tokens.read_file(file)
        if token is not None:
            removed[token.access_token] = token
        if token is not None or token_cache.is_unfinished(file):
            # A program that takes no lock may have been faster.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(file)
    document_store.forget(document_store.folders_of(tokens.folder))


@contextlib.contextmanager
def _lock_if_free(tokens: TokenStore) -> Iterator[None]:
    """Hold the lock; continue without it if another process keeps it for longer than half a second."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # `TimeoutError` is one
            held.enter_context(files.lock(tokens.lock_path, timeout_seconds=0.5))
        yield
