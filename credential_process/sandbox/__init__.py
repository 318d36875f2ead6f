"""A pretend IAM Identity Center on this machine: the demo, the test double, the bench's server.

It speaks sso-oidc, the portal and STS on one loopback port, has pages for a real browser, checks
what AWS checks, and remembers every request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .control import controls
from .control.application import Application
from .http.regions import region_path
from .http.server import Server
from .state.mint import Mint
from .state.organisation import Account, Organisation
from .state.realm import Realm
from .state.settings import Settings, changed
from .state.tenants import Tenant, Tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from .control.request_log import Counters, RequestRecord
    from .faults import Rule
    from .http.tunnels import Tunnel
    from .state.portal_sessions import PortalSession
    from .state.role_credentials import Issued
    from .state.settings import Changes

__all__ = ["Account", "Sandbox", "Tenant"]


class Sandbox:
    """Serve a pretend Identity Center while the ``with`` block lasts.

    ``accounts`` and ``roles`` are numbers, or the accounts and the role names themselves.
    ``users`` maps a user name to the only (account id, role name) pairs that this person may use.
    The same ``seed`` gives the same ids and tokens. ``tenants`` are further start URLs and Regions,
    with the same accounts and people. With ``connect_proxy`` it is an HTTPS proxy, too, for clients
    without endpoint overrides. Further settings are those of ``Settings``.
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
        connect_proxy: bool = False,
        **settings: Unpack[Changes],
    ) -> None:
        self._organisation = Organisation(accounts, roles, users)
        chosen = changed(Settings(), settings)
        self._realm = Realm(chosen, self._organisation, Mint(seed), Tenants(tenants))
        self._application = Application(self._realm)
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
        """Stop serving; what happened can still be read."""
        self._running.stop()
        self._application.tunnels.stop()

    @property
    def url(self) -> str:
        """Return the address of everything: both services, STS and the pages."""
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
        return list(self._organisation.accounts)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that lead any AWS SDK here."""
        return self._environment(self.url)

    @property
    def tenants(self) -> list[Tenant]:
        """Return all start URLs with their Regions; the first is that of the settings."""
        return self._realm.tenants.all(self._realm.settings)

    def region_url(self, region: str) -> str:
        """Return the address of both services in a Region; ``url`` is the first tenant's."""
        return self.url + region_path(region)

    def environment_for(self, region: str) -> dict[str, str]:
        """Return the variables that lead any AWS SDK to the services of a Region."""
        return self._environment(self.region_url(region))

    @property
    def proxy_url(self) -> str:
        """Return the address of the HTTPS proxy that leads AWS's own host names here."""
        self._application.tunnels.ca_bundle  # noqa: B018 - raises where there is no proxy
        return self.url

    @property
    def ca_bundle(self) -> str:
        """Return the path of the certificate that clients of the proxy have to trust."""
        return self._application.tunnels.ca_bundle

    @property
    def proxy_environment(self) -> dict[str, str]:
        """Return the variables that lead any AWS SDK here without endpoint overrides."""
        return {
            "HTTPS_PROXY": self.proxy_url,
            "AWS_CA_BUNDLE": self.ca_bundle,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def defects(self) -> list[str]:
        """Return the tracebacks of the sandbox's own failures; there should be none."""
        return list(self._application.defects)

    def counters(self) -> Counters:
        """Count what was asked so far."""
        return controls.counters(self._application)

    def requests(self) -> list[RequestRecord]:
        """Return every request so far, in order."""
        return self._application.log.records()

    def secrets(self) -> list[str]:
        """Return every secret made so far: client secrets, codes but user codes, tokens, secret keys.

        A client that works well has shown none of them to anybody; ``reset`` does not forget them.
        """
        return list(self._realm.mint.secrets)

    def issued(self, access_key_id: str) -> Issued | None:
        """Return whom role credentials were issued to; None for those that are not of this portal."""
        with self._realm.lock:
            found = self._realm.role_credentials.find(access_key_id)
            return found.issued if found else None

    def portal_session(self, access_token: str) -> PortalSession | None:
        """Return the portal session, as it is now, that an access token belongs to."""
        with self._realm.lock:
            found = self._realm.tokens.find(access_token)
            return replace(found.session) if found else None

    def portal_sessions(self) -> list[PortalSession]:
        """Return all portal sessions so far, as they are now, in the order of their sign-ins."""
        with self._realm.lock:
            return [replace(session) for session in self._realm.sessions.all()]

    def tunnels(self) -> list[Tunnel]:
        """Return every host that the proxy was asked for so far, in order."""
        return self._application.tunnels.asked()

    def wait_until(self, condition: Callable[[Counters], bool], seconds: float = 10) -> bool:
        """Wait until the counters meet a condition; return whether they did in time."""
        return self._application.log.wait_until(condition, seconds)

    def configure(self, **settings: Unpack[Changes]) -> None:
        """Change settings from the next request on; raises ValueError."""
        self._realm.configure(settings)

    def set_faults(self, *rules: Rule) -> None:
        """Let requests go wrong by these rules, and by no others; raises ValueError.

        ``set_faults({"preset": "http_503_html", "operation": "token", "count": 2})``; all that a
        rule can say is in ``faults``, all presets are in ``fault_presets``.
        """
        self._application.faults.replace(rules)

    def faults(self) -> list[dict[str, Any]]:
        """Return the rules: ``struck`` counts the requests they met, ``holding`` those held now."""
        return self._application.faults.as_documents()

    def advance_clock(self, seconds: float) -> None:
        """Move the service's clock."""
        self._realm.clock.advance(seconds)

    def revoke_session(self, user_name: str | None = None) -> int:
        """Revoke the portal sessions of one person or of everybody; return how many."""
        with self._realm.lock:
            return self._realm.sessions.revoke(user_name)

    def device_authorizations(self) -> list[dict[str, Any]]:
        """Return the device authorizations so far, each with the ``url`` of its page."""
        return controls.device_authorizations(self._realm)

    def approve(self, user_code: str | None = None, user_name: str = "alice") -> int:
        """Approve one device authorization, or every open one; return how many."""
        return controls.approve(self._realm, user_code=user_code, user_name=user_name)

    def deny(self, user_code: str | None = None) -> int:
        """Deny one device authorization, or every open one; return how many."""
        return controls.deny(self._realm, user_code=user_code)

    def expire(self, what: str) -> None:
        """End all access_tokens, registrations, device_authorizations, … now; raises ValueError."""
        self._realm.expire(what)

    def reset(self) -> None:
        """Forget everything: sign-ins, tokens, counts, faults, the clock's offset, settings."""
        self._application.reset()

    def sign_in(
        self,
        user_name: str = "alice",
        scopes: Sequence[str] = ("sso:account:access",),
        tenant: Tenant | None = None,
    ) -> dict[str, Any]:
        """Sign a person in without a browser; return a token cache document."""
        return controls.sign_in(
            self._realm, user_name=user_name, scopes=tuple(scopes), tenant=tenant
        )

    def _environment(self, service_url: str) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_SSO": service_url,
            "AWS_ENDPOINT_URL_SSO_OIDC": service_url,
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the sandbox has not been started")
        return self._server
