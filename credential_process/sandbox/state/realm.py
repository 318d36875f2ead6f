"""Everything that one sandbox knows, under one lock."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING

from .authorizations import Authorizations
from .clock import Clock
from .device_authorizations import DeviceAuthorizations
from .portal_sessions import PortalSessions
from .registrations import Registrations
from .role_credentials import IssuedRoleCredentials
from .settings import Settings, changed
from .tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .mint import Mint
    from .organisation import Organisation
    from .tenants import Tenants

_STORES = (
    "registrations", "sessions", "authorizations", "devices", "tokens", "role_credentials",
)  # fmt: skip


class Realm:
    """Hold the state of the service; whoever reads or changes it holds ``lock``.

    ``origin`` is where a browser on this machine finds the pages.
    """

    def __init__(
        self, settings: Settings, organisation: Organisation, mint: Mint, tenants: Tenants
    ) -> None:
        self.lock = threading.RLock()
        self.origin = ""
        self.clock = Clock()
        self.mint = mint
        self.tenants = tenants
        self.organisation = organisation
        self.settings = settings
        self._first_settings = settings
        self._start_afresh()

    def configure(self, changes: Mapping[str, object]) -> None:
        """Change some settings; raises ValueError, and then changes none."""
        with self.lock:
            self.settings = changed(self.settings, changes)

    def knows(self, start_url: object, region: str) -> bool:
        """Tell whether a start URL leads to an organisation in this Region."""
        return self.tenants.know(start_url, region, self.settings)

    def expire(self, what: str) -> None:
        """End everything of one kind now; raises ValueError for an unknown kind."""
        with self.lock:
            endings = {
                "access_tokens": self.tokens.expire_access_tokens,
                "device_authorizations": self.devices.expire,
                "authorization_codes": self.authorizations.expire_codes,
                "refresh_tokens": self.tokens.expire_refresh_tokens,
                "registrations": self.registrations.expire,
                "role_credentials": self.role_credentials.expire,
            }
            if what not in endings:
                raise ValueError(f"can expire {', '.join(sorted(endings))}, not {what!r}")
            endings[what]()

    def reset(self) -> None:
        """Forget everything that happened, and every change of a setting or of the clock."""
        with self.lock:
            self.settings = self._first_settings
            self.clock.reset()
            self._start_afresh()

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Let something happen, and then let it not have happened.

        Whoever is answered with an error must find everything as it was.
        """
        with self.lock:
            stores = {name: getattr(self, name) for name in _STORES}
            shared = {id(self.clock): self.clock, id(self.mint): self.mint}
            vars(self).update(deepcopy(stores, shared))
            try:
                yield
            finally:
                vars(self).update(stores)

    def _start_afresh(self) -> None:
        self.registrations = Registrations(self.clock, self.mint)
        self.sessions = PortalSessions(self.clock, self.mint)
        self.authorizations = Authorizations(self.clock, self.mint)
        self.devices = DeviceAuthorizations(self.clock, self.mint)
        self.tokens = Tokens(self.clock, self.mint, self.sessions)
        self.role_credentials = IssuedRoleCredentials(self.clock, self.mint)
