"""Sign out: first on this computer, without a broker, then at the service if it can be reached."""

from __future__ import annotations

import contextlib
import logging
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
from credential_process.stores.authorization_code_sign_in import AuthorizationCodeSignIn
from credential_process.stores.device_code_sign_in import DeviceCodeSignIn
from credential_process.stores.open_sign_in import close_all
from credential_process.system import disk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.identity_center import IdentityCenter
    from credential_process.session.context import SessionContext
    from credential_process.session.service_clients import ServiceClients
    from credential_process.session.token_store import TokenStore
    from credential_process.stores.token_cache import Token

log = logging.getLogger(__name__)


class Removed(NamedTuple):
    """The tokens that a sign-out has deleted: those to be revoked, and those from another OIDC endpoint.

    `failure` reports that a file could not be deleted, if there is one.
    """

    tokens: tuple[Token, ...]
    of_other_endpoint: tuple[Token, ...]
    failure: Unavailable | None = None


def sign_out(context: SessionContext, *, keep_sign_in_open: bool = False) -> Removed:
    """Delete everything of a session on this computer, and return the tokens, which should be revoked next.

    Brokers notice that the files are gone: they drop replies that are under way, and revoke the tokens of a sign-in
    that ends in that moment (`token_exchange`). An open sign-in ends, unless `keep_sign_in_open`.
    """
    if not keep_sign_in_open:
        close_all(context.tokens.folder)
    removed = _delete_tokens(context.tokens)
    for kind in (AuthorizationCodeSignIn, DeviceCodeSignIn):
        ClientRegistrations(context, kind.flow).forget()
    return removed


def revoke(removed: Removed, context: SessionContext, services: ServiceClients) -> None:
    """End the sessions of deleted tokens at the service.

    Raises `Unavailable` if one may not have ended, or if a file could not be deleted.
    """
    failures = [failure_to_revoke(token, context, services) for token in removed.tokens]
    if removed.of_other_endpoint:
        # The token is not sent there: it belongs to another service.
        failures.append(
            Unavailable("the token is not from the endpoint in AWS_ENDPOINT_URL_SSO_OIDC")
        )
    if removed.failure is not None:
        raise removed.failure
    for failure in filter(None, failures):
        raise Unavailable(
            f"signed out here, but not at IAM Identity Center: {failure.message}",
            hint=f"the session there expires, or can be ended at {context.session.service_url}",
        )


def failure_to_revoke(
    token: Token, context: SessionContext, services: ServiceClients
) -> Unavailable | None:
    """End the session of a token at the service; return why it may not have ended, if so."""
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
    of another region or start URL under this name is left alone.
    """
    removed: dict[str, Token] = {}
    before = sign_in_record.read(tokens.folder)
    with _lock_if_free(tokens) as is_locked:
        record = tokens.end_record()
        error = _remove_tokens(tokens, removed, is_locked=is_locked)
        # A refresh that was under way may have overwritten the record.
        while tokens.has_ended(record):
            record = tokens.end_record()
            error = _remove_tokens(tokens, removed, is_locked=is_locked)
    is_other = before.oidc_endpoint != tokens.oidc_endpoint
    others = {token for token in removed if is_other and before.lists(token)}
    return Removed(
        tuple(token for access, token in removed.items() if access not in others),
        tuple(removed[access] for access in others),
        unusable("the token file cannot be deleted", error) if error else None,
    )


def _remove_tokens(
    tokens: TokenStore, removed: dict[str, Token], *, is_locked: bool
) -> OSError | None:
    """Add to `removed` the tokens that are deleted; return why a file could not be, if there is one."""
    failure = None
    tokens.settle()
    journals = token_journal.found(tokens.paths[0])
    for file in (*tokens.paths, *journals):
        token = tokens.read_file(file)
        if token is None and not token_cache.is_unfinished(file):
            continue
        try:
            disk.remove(file)
        except FileNotFoundError:
            pass  # a program that takes no lock may have been faster
        except OSError as error:
            # The process that holds the lock has its journal open, which Windows does not remove then. It reads in
            # the record that the user has signed out, and removes its token.
            if is_locked or file not in journals:
                failure = failure or error
            continue
        if token is not None:
            removed[token.access_token] = token
    document_store.forget(document_store.folders_of(tokens.folder))
    return failure


@contextlib.contextmanager
def _lock_if_free(tokens: TokenStore) -> Iterator[bool]:
    """Hold the lock; continue without it, and yield False, if another process keeps it for half a second."""
    with contextlib.ExitStack() as held:
        is_locked = False
        with contextlib.suppress(OSError):  # `TimeoutError` is one
            held.enter_context(files.lock(tokens.lock_path, timeout_seconds=0.5))
            is_locked = True
        yield is_locked
