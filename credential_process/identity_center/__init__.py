"""The services of IAM Identity Center, through botocore: sso-oidc for tokens, the portal for roles.

Every call is unsigned, and everything that decides where it goes comes from a `ServiceEnvironment`: no
profile, no config file and no variable of this process is looked at.
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from credential_process.identity_center import start_urls
from credential_process.identity_center.calls import Calls
from credential_process.identity_center.refusals import malformed
from credential_process.token_cache import Registration

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter


_LONGEST_SECONDS = 366 * 24 * 3600  # of an access token
_LONGEST_TEXT = 16 * 1024  # what files and headers hold
_LATEST = 10**11  # epoch seconds


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token exchange gives; `expires_at` in epoch seconds, `refresh_token` may be empty."""

    access_token: str = field(repr=False)
    expires_at: int
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoleKeys:
    """Credentials of a role; `expires_at` in epoch seconds."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: int


class IdentityCenter:
    """Identity Center in one region, reached in one way; its connections are kept and shared by threads."""

    def __init__(self, region: str, environment: ServiceEnvironment, limiter: Limiter) -> None:
        self._region = region
        self._environment = environment
        self._calls = Calls(region, environment, limiter)

    def register_client(
        self, *, start_url: str, scopes: tuple[str, ...], redirect_uri: str
    ) -> Registration:
        """Register this tool for the authorization-code flow (RegisterClient)."""
        reply = self._calls.call(
            "sso-oidc",
            "register_client",
            2,
            clientName="sso-credential-process",
            clientType="public",
            grantTypes=["authorization_code", "refresh_token"],
            redirectUris=[redirect_uri],
            issuerUrl=start_urls.resolve(start_url, self._region, self._environment),
            scopes=list(scopes),
        )
        return Registration(
            client_id=_text(reply, "clientId"),
            client_secret=_text(reply, "clientSecret"),
            expires_at=min(_number(reply, "clientSecretExpiresAt"), _LATEST),
        )

    def authorize_url(self) -> str:
        """Give the address of the authorization endpoint, which the API model does not know."""
        return f"{self._calls.endpoint('sso-oidc')}/authorize"

    def redeem_code(
        self, registration: Registration, *, code: str, redirect_uri: str, verifier: str
    ) -> Grant:
        """Exchange an authorization code for tokens (CreateToken, RFC 7636 §4.5)."""
        return self._exchange(
            registration,
            grantType="authorization_code",
            code=code,
            redirectUri=redirect_uri,
            codeVerifier=verifier,
        )

    def refresh(self, registration: Registration, refresh_token: str) -> Grant:
        """Exchange a refresh token for tokens (CreateToken). One try: the old one may be worth nothing afterwards."""
        return self._exchange(registration, grantType="refresh_token", refreshToken=refresh_token)

    def role_credentials(self, access_token: str, *, account_id: str, role_name: str) -> RoleKeys:
        """Get credentials of a role (GetRoleCredentials).

        Raises `Unauthorized` when the token is not accepted, `Refused` when the role is not assigned.
        """
        reply = self._calls.call(
            "sso",
            "get_role_credentials",
            2,
            accessToken=access_token,
            accountId=account_id,
            roleName=role_name,
        )
        keys = reply.get("roleCredentials")
        if not isinstance(keys, dict):
            raise malformed("GetRoleCredentials")
        return RoleKeys(
            access_key_id=_text(keys, "accessKeyId"),
            secret_access_key=_text(keys, "secretAccessKey"),
            session_token=_text(keys, "sessionToken"),
            expires_at=_soon(_number(keys, "expiration") // 1000),
        )

    def clock_ahead_seconds(self) -> float:
        """Measure how far our clock is ahead of the service's, going by the Date header of any answer."""
        return self._calls.clock_ahead_seconds()

    def _exchange(self, registration: Registration, **grant: str) -> Grant:
        reply = self._calls.call(
            "sso-oidc",
            "create_token",
            1,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            **grant,
        )
        refresh_token = reply.get("refreshToken")
        return Grant(
            access_token=_text(reply, "accessToken"),
            expires_at=int(time.time()) + min(_number(reply, "expiresIn"), _LONGEST_SECONDS),
            refresh_token=refresh_token if isinstance(refresh_token, str) else "",
        )


def _soon(expires_at: int) -> int:
    # Twice as long as a role session can be: no clock is that wrong, and an SDK would keep them as long.
    if expires_at > time.time() + 24 * 3600:
        raise malformed("expiration")
    return expires_at


def _text(reply: dict[str, Any], name: str) -> str:
    value = reply.get(name)
    is_text = isinstance(value, str) and value.isascii() and value.isprintable()
    if is_text and 0 < len(str(value)) <= _LONGEST_TEXT:
        return str(value)
    raise malformed(name)


def _number(reply: dict[str, Any], name: str) -> int:
    value = reply.get(name)
    # Beyond the year 5000 in milliseconds it is no time, and Python's dates would fail on it.
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**14:
        return value
    raise malformed(name)
