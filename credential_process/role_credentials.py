"""What becomes of a want: a document that is there, a fetch, a renewal of the token, or a sign-in.

`RoleCredentials` decides on the broker's own thread, from files alone; only its errands to the service run
on others. A want is decided anew whenever something that it waited for has happened.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections import defaultdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from credential_process import access_tokens, documents
from credential_process.errors import (
    CredentialProcessError,
    Refused,
    SignInNeeded,
    Unauthorized,
    Unavailable,
)
from credential_process.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.documents import Document
    from credential_process.identity_center import RoleKeys
    from credential_process.mailbox import Want
    from credential_process.origin import Services
    from credential_process.sign_in.desk import SignInDesk
    from credential_process.token_cache import Token

log = logging.getLogger(__name__)

_LEAST_LIFE_SECONDS = 60
_FAILED_RENEWAL_SECONDS = 60
_NEW_SIGN_IN_SECONDS = 60


class RoleCredentials:
    """Answers wants through `succeed` and `fail`; `work` and `tell` as for the `SignInDesk`."""

    def __init__(
        self,
        session_folder: str,
        services: Services,
        desk: SignInDesk,
        *,
        work: Callable[[Callable[[], None]], None],
        tell: Callable[[Callable[[], None]], None],
        succeed: Callable[[Want], None],
        fail: Callable[[Want, CredentialProcessError], None],
    ) -> None:
        self._folder = session_folder
        self._services = services
        self._desk = desk
        self._work = work
        self._tell = tell
        self._succeed = succeed
        self._fail = fail
        self._fetching: dict[tuple[Origin, str, str], list[Want]] = {}
        self._renewing: dict[Origin, list[Want]] = {}
        self._signing_in: defaultdict[Origin, list[Want]] = defaultdict(list)
        self._refused: set[str] = set()
        self._renewed: set[str] = set()
        self._signed_in_at: dict[Origin, float] = {}
        self._renewal_failed_at: dict[Origin, float] = {}

    @property
    def is_busy(self) -> bool:
        """Tell whether errands are under way."""
        return bool(self._fetching or self._renewing)

    def decide(self, want: Want) -> None:
        """Answer a want, or put it where it waits."""
        try:
            origin = Origin.of(want.fields, self._folder)
            if want.fields.get("kind") == "token":
                self._want_token(want, origin)
            else:
                self._want_role(want, origin)
        except CredentialProcessError as error:
            self._fail(want, error)
        except OSError as error:
            self._fail(want, _full(error))

    def signed_in(self, origin: Origin, failure: CredentialProcessError | None) -> None:
        """Let all who waited for a sign-in go on, or share its failure with them."""
        if failure is None:
            self._signed_in_at[origin] = time.monotonic()
        waiting, self._signing_in = self._signing_in, defaultdict(list)
        for waited_for, wants in waiting.items():
            for want in wants:
                if failure is not None and waited_for == origin:
                    self._fail(want, failure)
                else:
                    self.decide(want)

    def _want_token(self, want: Want, origin: Origin) -> None:
        token = self._token(origin)
        if token is not None:
            self._succeed(want)
        elif self._can_renew(origin):
            self._renew(want, origin)
        else:
            self._sign_in(want, origin)

    def _want_role(self, want: Want, origin: Origin) -> None:
        document = self._document(want, origin)
        stamp = (
            documents.config_stamp(want.fields.get("AWS_CONFIG_FILE", ""))
            if origin.session.name
            else ("", 0, 0)
        )
        if document is not None and document.is_fresh(time.time()):
            if document.config != stamp:
                # The config has changed, the session in it has not.
                document.config = stamp
                documents.store(self._path(want), document)
            self._succeed(want)
            return
        token = self._token(origin)
        if token is not None and (
            token.is_valid(time.time(), seconds=access_tokens.RENEW_SECONDS)
            or not self._can_renew(origin)
        ):
            self._fetch(want, origin, token)
        elif self._can_renew(origin):
            self._renew(want, origin)
        elif _still_lives(document):
            # A person is asked only when nothing valid is left to hand out.
            self._succeed(want)
        else:
            self._sign_in(want, origin)

    def _document(self, want: Want, origin: Origin) -> Document | None:
        document = documents.read(self._path(want), time.time())
        session = origin.session
        asked = (
            want.fields.get("account", ""),
            want.fields.get("role", ""),
            session.name,
            session.start_url,
        )
        if document is None or not document.is_for(*asked, session.region):
            return None
        return document if document.token_file == origin.tokens.file else None

    def _path(self, want: Want) -> str:
        return documents.role_path(
            self._folder, want.fields.get("account", ""), want.fields.get("role", "")
        )

    def _token(self, origin: Origin) -> Token | None:
        token = origin.tokens.read()
        if token is None or token.access_token in self._refused or not token.is_valid(time.time()):
            return None
        return token

    def _can_renew(self, origin: Origin) -> bool:
        token = origin.tokens.read()
        if token is None or not token.can_be_refreshed(time.time()):
            return False
        if token.access_token in self._refused & self._renewed:
            return False  # what the refresh token gives is not accepted either
        failed_at = self._renewal_failed_at.get(origin)
        recently = failed_at is not None and time.monotonic() < failed_at + _FAILED_RENEWAL_SECONDS
        return not (
            recently and token.access_token not in self._refused and token.is_valid(time.time())
        )

    def _sign_in(self, want: Want, origin: Origin) -> None:
        self._desk.need(want, origin)
        self._signing_in[origin].append(want)

    def _fetch(self, want: Want, origin: Origin, token: Token) -> None:
        key = (origin, want.fields.get("account", ""), want.fields.get("role", ""))
        if key in self._fetching:
            self._fetching[key].append(want)
            return
        self._fetching[key] = [want]
        self._work(lambda: self._run_fetch(key, want, token))

    def _run_fetch(self, key: tuple[Origin, str, str], want: Want, token: Token) -> None:
        origin, account, role = key
        failure: CredentialProcessError | None = None
        try:
            keys = self._services.at(origin).role_credentials(
                token.access_token, account_id=account, role_name=role
            )
            documents.store(self._path(want), _document(want, origin, keys))
        except CredentialProcessError as error:
            failure = error
        except OSError as error:
            failure = _full(error)
        self._tell(lambda: self._fetched(key, token, failure))

    def _fetched(
        self, key: tuple[Origin, str, str], token: Token, failure: CredentialProcessError | None
    ) -> None:
        origin, account, role = key
        wants = self._fetching.pop(key)
        if not isinstance(failure, Unauthorized | Unavailable):
            self._desk.clear()
        if isinstance(failure, Unauthorized):
            self._refused.add(token.access_token)
            if self._can_renew(origin) or not self._has_just_signed_in(origin):
                for want in wants:
                    self.decide(want)
                return
            failure = self._desk.token_refused(failure, origin)
        elif isinstance(failure, Refused):
            failure = Refused(
                f"{origin.session.label} gives no access to role {role} in account {account}: {failure.message}",
                hint="check both, and ask your administrator for the assignment",
            )
        for want in wants:
            if failure is None or (
                isinstance(failure, Unavailable) and _still_lives(self._document(want, origin))
            ):
                self._succeed(want)
            else:
                self._fail(want, failure)

    def _has_just_signed_in(self, origin: Origin) -> bool:
        signed_in_at = self._signed_in_at.get(origin)
        return signed_in_at is not None and time.monotonic() < signed_in_at + _NEW_SIGN_IN_SECONDS

    def _renew(self, want: Want, origin: Origin) -> None:
        if origin in self._renewing:
            self._renewing[origin].append(want)
            return
        self._renewing[origin] = [want]
        token = origin.tokens.read()
        refused = token.access_token if token is not None else ""
        self._work(lambda: self._run_renewal(origin, refused))

    def _run_renewal(self, origin: Origin, stale: str) -> None:
        failure: CredentialProcessError | None = None
        renewed = ""
        try:
            renewed = origin.tokens.renew(self._services.at(origin), stale).access_token
        except CredentialProcessError as error:
            failure = error
        self._tell(lambda: self._token_renewed(origin, stale, renewed, failure))

    def _token_renewed(
        self, origin: Origin, stale: str, renewed: str, failure: CredentialProcessError | None
    ) -> None:
        wants = self._renewing.pop(origin)
        if failure is None:
            self._renewed.add(renewed)
        elif isinstance(failure, SignInNeeded | Refused):
            # The refresh token is worth nothing any more; the access token may still be.
            self._renewed.add(stale)
            self._dead_chain(origin)
        else:
            self._renewal_failed_at[origin] = time.monotonic()
        log.info("renewal of the access token: %s", failure.message if failure else "done")
        for want in wants:
            token = self._token(origin)
            if isinstance(failure, Unavailable) and token is None:
                if _still_lives(self._document(want, origin)):
                    self._succeed(want)
                else:
                    self._fail(want, failure)
            else:
                self.decide(want)

    def _dead_chain(self, origin: Origin) -> None:
        token = origin.tokens.read()
        if token is not None and not token.is_valid(time.time()):
            self._refused.add(token.access_token)


def _still_lives(document: Document | None) -> bool:
    """Tell whether a line can still be handed out while it cannot be renewed; not after a sign-out."""
    if document is None or not os.path.exists(document.token_file):
        return False
    return time.time() + _LEAST_LIFE_SECONDS <= document.expires_at


def _document(want: Want, origin: Origin, keys: RoleKeys) -> Document:
    now = int(time.time())
    session = origin.session
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
        account_id=want.fields.get("account", ""),
        role_name=want.fields.get("role", ""),
        refresh_at=documents.refresh_at(keys.expires_at, now),
        expires_at=keys.expires_at,
        session=session.name,
        start_url=session.start_url,
        region=session.region,
        token_file=origin.tokens.file,
        config=documents.config_stamp(want.fields.get("AWS_CONFIG_FILE", ""))
        if session.name
        else ("", 0, 0),
        line=json.dumps(line, separators=(",", ":")) + "\n",
    )


def _full(error: OSError) -> Unavailable:
    return Unavailable(
        f"state cannot be written: {error.strerror}", hint="make room on the disk, or mend its mode"
    )
