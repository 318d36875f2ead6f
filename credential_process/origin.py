"""Where a want comes from: its SSO session, and the environment that says how the service is reached."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from credential_process import documents
from credential_process.access_tokens import AccessTokens
from credential_process.config import reader
from credential_process.config.reader import SsoSession
from credential_process.names import is_dual_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.identity_center import IdentityCenter
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter

_NAMES = ("session", "start_url", "region")


@dataclass(frozen=True, slots=True)
class Origin:
    """A session as one caller sees it; equal ones share tokens, clients and sign-ins."""

    session: SsoSession
    tokens: AccessTokens
    fields: tuple[tuple[str, str], ...]
    # The config file as it was when the session was read from it; documents of the session depend on it.
    config: tuple[str, int, int] = field(default=("", 0, 0), compare=False)

    @classmethod
    def of(cls, fields: Mapping[str, str], session_folder: str) -> Origin:
        """Read it from the fields of a want; raises `UsageError` if the config does not have the session."""
        stamp = ("", 0, 0)
        if fields.get("session"):
            stamp = documents.config_stamp(fields.get("AWS_CONFIG_FILE", ""))
            session = _configured(stamp, fields["session"])
        else:
            session = SsoSession(
                name="", start_url=fields.get("start_url", ""), region=fields.get("region", "")
            )
        kept = {
            name: value
            for name, value in fields.items()
            if name in _NAMES or not name.islower() or "proxy" in name
        }
        return cls(
            session=session,
            tokens=AccessTokens(
                session=session, home=fields.get("HOME", ""), folder=session_folder
            ),
            fields=tuple(sorted(kept.items())),
            config=stamp,
        )


class Services:
    """The clients of the service, one for each region and way to reach it, under one limit."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ServiceEnvironment], IdentityCenter] = {}
        self._limiter: Limiter | None = None
        self._making = threading.Lock()

    def at(self, origin: Origin) -> IdentityCenter:
        """Give the service of an origin; the first time this takes the import of botocore."""
        from credential_process.identity_center import IdentityCenter
        from credential_process.identity_center.environment import ServiceEnvironment
        from credential_process.identity_center.limiter import Limiter

        environment = ServiceEnvironment.of(dict(origin.fields))
        if is_dual_stack(origin.session.start_url):
            # Its sign-in pages hand over to the identity provider only when both came the same way (aws-cli #10507).
            environment = replace(environment, use_dualstack=True)
        key = (origin.session.region, environment)
        with self._making:
            self._limiter = self._limiter or Limiter()
            if key not in self._made:
                self._made[key] = IdentityCenter(*key, self._limiter)
            return self._made[key]


@lru_cache(maxsize=32)
def _configured(stamp: tuple[str, int, int], name: str) -> SsoSession:
    return reader.sso_session(stamp[0], name)
