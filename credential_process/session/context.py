"""The context of a want: its SSO session, and the environment that determines how to reach the service."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from credential_process import documents, paths
from credential_process.client import arguments
from credential_process.config import machine_config, session_sources, sso_session
from credential_process.config.sso_session import SsoSession
from credential_process.session import used_scopes
from credential_process.session.token_store import TokenStore
from credential_process.stores.account_list import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.machine_config import MachineConfig
    from credential_process.config.session_sources import SessionSource
    from credential_process.documents import Document
    from credential_process.session.token_store import SignedIn
    from credential_process.session_reference import SessionReference

_NAMES = ("session", "start_url", "region")


class SessionContext:
    """A session as one caller sees it; equal contexts share tokens, clients and sign-ins.

    `config` is the stamp of the user's config file, and `source` the section of the session in that or in the
    machine's; documents of the session depend on both, but not whether contexts are equal.
    """

    __slots__ = ("config", "fields", "session", "source", "tokens")

    def __init__(
        self,
        session: SsoSession,
        tokens: TokenStore,
        fields: tuple[tuple[str, str], ...],
        config: str = "",
        source: SessionSource | None = None,
    ) -> None:
        self.session = session
        self.tokens = tokens
        self.fields = fields
        self.config = config
        self.source = source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionContext) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    @classmethod
    def of(cls, fields: Mapping[str, str], session_folder: str) -> SessionContext:
        """Return the context that a want's fields describe; raises `UsageError` if the config lacks the session."""
        stamp, source = "", None
        plain_folder = paths.plain_folder(session_folder)
        if fields.get("session"):
            session, source, stamp = _configured(
                fields.get("AWS_CONFIG_FILE", ""), fields["session"]
            )
        else:
            session = SsoSession(
                name="", start_url=fields.get("start_url", ""), region=fields.get("region", "")
            )
        session = used_scopes.widened(session, plain_folder)
        kept = {
            name: value
            for name, value in fields.items()
            if name in _NAMES or not name.islower() or "proxy" in name
        }
        return cls(
            session=session,
            tokens=TokenStore(
                session=session,
                home=fields.get("HOME", ""),
                folder=plain_folder,
                oidc_endpoint=fields.get("AWS_ENDPOINT_URL_SSO_OIDC", ""),
            ),
            fields=tuple(sorted(kept.items())),
            config=stamp,
            source=source,
        )

    @classmethod
    def here(
        cls, session: SessionReference, fields: Mapping[str, str] | None = None
    ) -> SessionContext:
        """Return a session as this process sees it; `fields` are further ones of a want.

        Raises `UsageError` if the config lacks the session, `Unavailable` without a folder for state.
        """
        folder = session.folder(arguments.state_root())
        environment = arguments.service_environment()
        return cls.of({**session.fields, **environment, **(fields or {})}, folder)

    @property
    def endpoints(self) -> tuple[str, str]:
        """The overrides of the portal's and the OIDC endpoint, empty where there is none."""
        return dict(self.fields).get("AWS_ENDPOINT_URL_SSO", ""), self.tokens.oidc_endpoint

    @property
    def machine(self) -> str:
        """The stamp of the machine's config file, if the session is from that; otherwise empty."""
        return self.source.machine if self.source is not None else ""

    @property
    def login_command(self) -> str:
        """The command that signs in to the session."""
        return f"sso-credential-process login {self.session.options}"

    @property
    def correction(self) -> str:
        """What to correct or to check if the service does not know the session, as text for a hint."""
        from credential_process.session import corrections  # for messages alone

        return corrections.hint(self.session)

    @property
    def _parts(self) -> tuple[object, ...]:
        return self.session, self.tokens, self.fields

    def owns(self, document: Document, signed_in: SignedIn) -> bool:
        """Return whether cached credentials belong to this session, its endpoints and this sign-in."""
        session = self.session
        return (session.name, session.start_url, session.region, self.endpoints, signed_in.id) == (
            document.session,
            document.start_url,
            document.region,
            document.endpoints,
            document.sign_in,
        )

    def list_source(self, signed_in: SignedIn, *, began: float) -> Source:
        """Return the source that an account list of this session and sign-in has."""
        session = self.session
        return Source(
            *(session.name, session.start_url, session.region),
            endpoints=self.endpoints,
            sign_in=signed_in.id,
            began=began,
        )


def _configured(path: str, name: str) -> tuple[SsoSession, SessionSource, str]:
    """Return a session, its section, and the stamp of the config file at `path` as it was read."""
    while True:
        stamp, machine = documents.stamp(path), machine_config.look()
        session, source = _read(path, name, stamp, machine)
        if (documents.stamp(path), machine_config.look()) == (stamp, machine):
            return session, source, stamp
        _read.cache_clear()  # a file may have been read while it was being written


@lru_cache(maxsize=32)
def _read(
    path: str, name: str, _stamp: str, machine: MachineConfig
) -> tuple[SsoSession, SessionSource]:
    source = session_sources.find(path, name, machine)
    return sso_session.of_source(name, source), source
