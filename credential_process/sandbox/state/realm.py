"""The whole state of one sandbox, under one lock."""

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

    from .entitlements import Entitlements
    from .mint import Mint
    from .organisation import Organisation
    from .tenants import Tenants

_STORES = (
    "registrations", "sessions", "authorizations", "devices", "tokens", "role_credentials",
)  # fmt: skip


class Realm:
    """Hold the state of the service; hold ``lock`` to read or change it.

    ``origin`` is the address of the pages for a browser on this machine.
    """

    def __init__(
        self,
        settings: Settings,
        organisation: Organisation,
        mint: Mint,
        tenants: Tenants,
        entitlements: Entitlements,
    ) -> None:
        self.lock = threading.RLock()
        self.origin = ""
        self.clock = Clock()
        self.mint = mint
        self.tenants = tenants
        self.organisation = organisation
        self.entitlements = entitlements
        self.settings = settings
        self._first_settings = settings
        self._create_stores()

    def configure(self, changes: Mapping[str, object]) -> None:
        """Change settings; raises ValueError and then changes none."""
        with self.lock:
            self.settings = changed(self.settings, changes)

    def knows(self, start_url: object, region: str) -> bool:
        """Return whether an organisation in this Region has the start URL."""
        return self.tenants.know(start_url, region, self.settings)

    def expire(self, what: str) -> None:
        """Expire everything of one kind now; raises ValueError for an unknown kind."""
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
                raise ValueError(
                    f"{what!r} cannot expire; use one of: {', '.join(sorted(endings))}"
                )
            endings[what]()

    def reset(self) -> None:
        """Forget all state, and restore the settings and the clock."""
        with self.lock:
            self.settings = self._first_settings
            self.clock.reset()
            self._create_stores()

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Discard all changes of the stores at the end of the ``with`` block.

        After an error, a client must find the state as it was before its request.
        """
        with self.lock:
            stores = {name: getattr(self, name) for name in _STORES}
            shared = {id(self.clock): self.clock, id(self.mint): self.mint}
            vars(self).update(deepcopy(stores, shared))
            try:
                yield
            finally:
                vars(self).update(stores)

    def _create_stores(self) -> None:
        self.registrations = Registrations(self.clock, self.mint)
        self.sessions = PortalSessions(self.clock, self.mint)
        self.authorizations = Authorizations(self.clock, self.mint)
        self.devices = DeviceAuthorizations(self.clock, self.mint)
        self.tokens = Tokens(self.clock, self.mint, self.sessions)
        self.role_credentials = IssuedRoleCredentials(self.clock, self.mint)
