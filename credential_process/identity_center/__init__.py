"""The services of IAM Identity Center, through botocore: sso-oidc for tokens, the portal for roles.

Every call is unsigned, and everything that decides where it goes comes from a `ServiceEnvironment`: no
profile, no config file and no variable of this process is looked at.
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from credential_process.errors import CredentialProcessError
from credential_process.identity_center import start_urls
from credential_process.identity_center.calls import Calls
from credential_process.identity_center.refusals import malformed, of_refresh
from credential_process.identity_center.replies import (
    LATEST,
    LONGEST_SECONDS,
    DeviceAuthorization,
    Grant,
    RoleKeys,
    account,
    entries,
    next_token,
    number,
    role_names,
    soon,
    text,
    text_if_any,
)
from credential_process.stores.token_cache import Registration

if TYPE_CHECKING:
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter
    from credential_process.stores.account_list import Account


_PAGE = 100  # the most that the service gives
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class IdentityCenter:
    """Identity Center in one region, reached in one way; its connections are kept and shared by threads."""

    def __init__(self, region: str, environment: ServiceEnvironment, limiter: Limiter) -> None:
        self._region = region
        self._environment = environment
        self._calls = Calls(region, environment, limiter)

    def register_client(
        self, *, start_url: str, scopes: tuple[str, ...], redirect_uri: str = ""
    ) -> Registration:
        """Register this tool (RegisterClient): with a redirect URI for a browser's flow, without for a device's."""
        grant = "authorization_code" if redirect_uri else _DEVICE_CODE
        redirect = {"redirectUris": [redirect_uri]} if redirect_uri else {}
        reply = self._calls.call(
            "sso-oidc",
            "register_client",
            2,
            clientName="sso-credential-process",
            clientType="public",
            grantTypes=[grant, "refresh_token"],
            issuerUrl=start_urls.resolve(start_url, self._region, self._environment),
            scopes=list(scopes),
            **redirect,
        )
        return Registration(
            client_id=text(reply, "clientId"),
            client_secret=text(reply, "clientSecret"),
            expires_at=min(number(reply, "clientSecretExpiresAt"), LATEST),
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

    def start_device_authorization(
        self, registration: Registration, *, start_url: str
    ) -> DeviceAuthorization:
        """Ask for a code that a person types in elsewhere (StartDeviceAuthorization)."""
        reply = self._calls.call(
            "sso-oidc",
            "start_device_authorization",
            2,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            startUrl=start_urls.resolve(start_url, self._region, self._environment),
        )
        return DeviceAuthorization(
            device_code=text(reply, "deviceCode"),
            user_code=text(reply, "userCode"),
            url=text(reply, "verificationUri"),
            seconds=number(reply, "expiresIn"),
            # RFC 8628 §3.2: five seconds where the service does not say.
            interval_seconds=number({"interval": 5, **reply}, "interval"),
        )

    def redeem_device_code(self, registration: Registration, device_code: str) -> Grant:
        """Exchange a device code for tokens (CreateToken, RFC 8628 §3.4).

        Raises `SignInPending`, `Throttled` where it was asked too often, `SignInExpired`, or `Refused`.
        """
        return self._exchange(registration, grantType=_DEVICE_CODE, deviceCode=device_code)

    def refresh(self, registration: Registration, refresh_token: str) -> Grant:
        """Exchange a refresh token for tokens (CreateToken). One try: the old one may be worth nothing afterwards.

        Raises `InvalidGrant` where the refresh token has ended, `InvalidClient` or `UnauthorizedClient` where
        its registration has, and `Unavailable` for everything else, which says nothing about either.
        """
        try:
            return self._exchange(
                registration, grantType="refresh_token", refreshToken=refresh_token
            )
        except CredentialProcessError as error:
            failure = of_refresh(error)
        raise failure

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
            access_key_id=text(keys, "accessKeyId"),
            secret_access_key=text(keys, "secretAccessKey"),
            session_token=text(keys, "sessionToken"),
            expires_at=soon(number(keys, "expiration") // 1000),
        )

    def accounts(self, access_token: str, page: str = "") -> tuple[list[Account], str]:
        """List a page of the accounts that somebody may use, without roles, and name the next (ListAccounts)."""
        following = {"nextToken": page} if page else {}
        reply = self._calls.call(
            "sso", "list_accounts", 2, accessToken=access_token, maxResults=_PAGE, **following
        )
        return [account(entry) for entry in entries(reply, "accountList")], next_token(reply, page)

    def account_roles(self, access_token: str, account_id: str) -> tuple[list[str], list[str]]:
        """List the names of all roles that the user may use in an account (ListAccountRoles).

        The second list has the names that are not valid role names, to be shown only. Raises `Refused` where the
        user has no access to the account.
        """
        found: list[dict[str, Any]] = []
        page = ""
        while True:
            following = {"nextToken": page} if page else {}
            reply = self._calls.call(
                "sso",
                "list_account_roles",
                2,
                accessToken=access_token,
                accountId=account_id,
                maxResults=_PAGE,
                **following,
            )
            found += entries(reply, "roleList")
            page = next_token(reply, page)
            if not page:
                return role_names(found)

    def logout(self, access_token: str) -> None:
        """End the portal session that a token belongs to, and with it every token of it (Logout).

        Credentials of roles stay valid until they expire. Raises `Unauthorized` when it has ended already.
        """
        self._calls.call("sso", "logout", 2, accessToken=access_token)

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
        return Grant(
            access_token=text(reply, "accessToken"),
            expires_at=int(time.time()) + min(number(reply, "expiresIn"), LONGEST_SECONDS),
            refresh_token=text_if_any(reply, "refreshToken"),
        )
