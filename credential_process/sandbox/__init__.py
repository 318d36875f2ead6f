"""A pretend IAM Identity Center on this machine, for the demo, for tests and for benchmarks.

It serves sso-oidc, the access portal, account access manager and STS on one loopback port, has
pages for a real browser, checks what AWS checks, and records every request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .control.application import Application
from .control.controls import Controls
from .http.regions import region_path
from .http.server import Server
from .state.entitlements import ACCESS_TENANT, Entitlement, Entitlements
from .state.mint import Mint
from .state.organisation import Account, Organisation
from .state.realm import Realm
from .state.settings import Settings, changed
from .state.tenants import Tenant, Tenants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from .state.settings import Changes

__all__ = ["ACCESS_TENANT", "Account", "Entitlement", "Sandbox", "Tenant"]


class Sandbox(Controls):
    """Serve a pretend Identity Center while the ``with`` block lasts.

    ``accounts`` and ``roles`` are numbers, or the accounts and the role names themselves.
    ``users`` maps a user name to the only (account id, role name) pairs that this user may use.
    The same ``seed`` gives the same ids and tokens. ``tenants`` are further start URLs and Regions,
    with the same accounts and users. ``entitlements`` are the roles of account access manager, by
    the ids of their tenants; by default the tenant ``ACCESS_TENANT`` has one for each role in each
    account, with the path ``/teams/``. With ``connect_proxy`` it is also an HTTPS proxy, for clients
    without endpoint overrides. The other keywords are those of ``Settings``.
    """

    def __init__(
        self,
        *,
        accounts: int | Sequence[Account] = 3,
        roles: int | Sequence[str] = 2,
        users: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        port: int = 0,
        seed: int | None = None,
        tenants: Sequence[Tenant] = (),
        entitlements: Mapping[str, Sequence[Entitlement]] | None = None,
        connect_proxy: bool = False,
        **settings: Unpack[Changes],
    ) -> None:
        organisation = Organisation(accounts, roles, users)
        chosen = changed(Settings(), settings)
        granted = Entitlements(organisation, entitlements)
        realm = Realm(chosen, organisation, Mint(seed), Tenants(tenants), granted)
        super().__init__(Application(realm))
        self._port = port
        self._connect_proxy = connect_proxy
        self._server: Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start to serve, in threads of this process; raises OSError."""
        if self._connect_proxy:
            self._application.tunnels.start()
        self._server = Server(self._application, self._port)
        self._realm.origin = self._server.url
        self._server.start()

    def stop(self) -> None:
        """Stop serving; requests and counters can still be read."""
        self._running.stop()
        self._application.tunnels.stop()

    @property
    def url(self) -> str:
        """Return the address of the services, STS and the pages."""
        return self._running.url

    @property
    def start_url(self) -> str:
        """Return the start URL of the organisation."""
        return self._realm.settings.start_url

    @property
    def region(self) -> str:
        """Return the Region of the organisation."""
        return self._realm.settings.region

    @property
    def accounts(self) -> list[Account]:
        """Return all accounts, in the order in which they are listed."""
        return list(self._realm.organisation.accounts)

    @property
    def tenants(self) -> list[Tenant]:
        """Return all start URLs with their Regions; the first is that of the settings."""
        return self._realm.tenants.all(self._realm.settings)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that direct any AWS SDK to the sandbox."""
        return self._environment(self.url)

    def environment_for(self, region: str) -> dict[str, str]:
        """Return the variables that direct any AWS SDK to the services of a Region."""
        return self._environment(self.region_url(region))

    def region_url(self, region: str) -> str:
        """Return the address of the services in a Region; ``url`` is that of the first tenant."""
        return self.url + region_path(region)

    @property
    def proxy_url(self) -> str:
        """Return the address of the HTTPS proxy that serves AWS's own host names."""
        self._application.tunnels.ca_bundle  # noqa: B018 - raises if the sandbox is not a proxy
        return self.url

    @property
    def ca_bundle(self) -> str:
        """Return the path of the certificate that clients of the proxy have to trust."""
        return self._application.tunnels.ca_bundle

    @property
    def proxy_environment(self) -> dict[str, str]:
        """Return the variables that direct any AWS SDK here without endpoint overrides."""
        return {
            "HTTPS_PROXY": self.proxy_url,
            "AWS_CA_BUNDLE": self.ca_bundle,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _environment(self, service_url: str) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_SSO": service_url,
            "AWS_ENDPOINT_URL_SSO_OIDC": service_url,
            "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME": service_url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the sandbox has not been started")
        return self._server
