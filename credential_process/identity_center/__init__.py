"""The services of IAM Identity Center: sso-oidc for tokens, the portal and account access manager for roles.

`sts` assumes further roles. Every call but that is unsigned, and only a `ServiceEnvironment` decides where it goes:
profiles, config files and environment variables of this process have no effect.
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from credential_process.errors import CredentialProcessError
from credential_process.identity_center import operations, start_urls
from credential_process.identity_center.calls import PAGE, Calls, all_entries
from credential_process.identity_center.endpoints import OIDC
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
    role_keys,
    role_names,
    text,
    text_if_any,
)
from credential_process.stores.token_cache import Registration

if TYPE_CHECKING:
    from credential_process.identity_center.account_access import AccountAccess
    from credential_process.identity_center.environment import ServiceEnvironment
    from credential_process.identity_center.limiter import Limiter
    from credential_process.stores.account_list import Account


_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class IdentityCenter:
    """Identity Center in one region and service environment; threads share its persistent connections."""

    def __init__(self, region: str, environment: ServiceEnvironment, limiter: Limiter) -> None:
        self._region = region
        self._environment = environment
        self._calls = Calls(region, environment, limiter)

    @property
    def account_access(self) -> AccountAccess:
        """Account access manager, through the same connections."""
        from credential_process.identity_center.account_access import AccountAccess  # few need it

        return AccountAccess(self._calls)

    def register_client(
        self,
        *,
        start_url: str,
        scopes: tuple[str, ...],
        redirect_uri: str = "",
        deadline: float = math.inf,
    ) -> Registration:
        """Register this tool (RegisterClient): with a redirect URI for the browser flow, else for the device flow.

        No try begins after the `deadline` (monotonic).
        """
        grant = "authorization_code" if redirect_uri else _DEVICE_CODE
        redirect = {"redirectUris": [redirect_uri]} if redirect_uri else {}
        reply = self._calls.call(
            operations.REGISTER_CLIENT,
            2,
            deadline,
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
        """Return the URL of the authorization endpoint, which is not in the API model."""
        return f"{self._calls.endpoint(OIDC)}/authorize"

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
        self, registration: Registration, *, start_url: str, deadline: float = math.inf
    ) -> DeviceAuthorization:
        """Request a code that the user enters in a browser elsewhere (StartDeviceAuthorization).

        No try begins after the `deadline` (monotonic).
        """
        reply = self._calls.call(
            operations.START_DEVICE_AUTHORIZATION,
            2,
            deadline,
            clientId=registration.client_id,
            clientSecret=registration.client_secret,
            startUrl=start_urls.resolve(start_url, self._region, self._environment),
        )
        return DeviceAuthorization(
            device_code=text(reply, "deviceCode"),
            user_code=text(reply, "userCode"),
            url=text(reply, "verificationUri"),
            seconds=number(reply, "expiresIn"),
            # RFC 8628 §3.2: five seconds if the service gives no interval.
            interval_seconds=number({"interval": 5, **reply}, "interval"),
        )

    def redeem_device_code(self, registration: Registration, device_code: str) -> Grant:
        """Exchange a device code for tokens (CreateToken, RFC 8628 §3.4).

        Raises `SignInPending`, `Throttled` if it was polled too often, `SignInExpired`, or `Refused`.
        """
        return self._exchange(registration, grantType=_DEVICE_CODE, deviceCode=device_code)

    def refresh(self, registration: Registration, refresh_token: str) -> Grant:
        """Exchange a refresh token for tokens (CreateToken). One try only: the old one may be invalid afterwards.

        Raises `InvalidGrant` if the refresh token has ended, `InvalidClient` or `UnauthorizedClient` if its
        registration has, and `Unavailable` for everything else, after which both may still be valid.
        """
        try:
            return self._exchange(
                registration, grantType="refresh_token", refreshToken=refresh_token
            )
        except CredentialProcessError as error:
            failure = of_refresh(error)
        raise failure

    def role_credentials(
        self, access_token: str, *, account_id: str, role_name: str, deadline: float = math.inf
    ) -> RoleKeys:
        """Get credentials of a role (GetRoleCredentials), with no try after the `deadline` (monotonic).

        Raises `Unauthorized` when the token is not accepted, `Refused` when the role is not assigned.
        """
        reply = self._calls.call(
            operations.GET_ROLE_CREDENTIALS,
            2,
            deadline,
            accessToken=access_token,
            accountId=account_id,
            roleName=role_name,
        )
        keys = reply.get("roleCredentials")
        if not isinstance(keys, dict):
            raise malformed("GetRoleCredentials")
        return role_keys(keys, number(keys, "expiration") // 1000)

    def accounts(self, access_token: str, page: str = "") -> tuple[list[Account], str]:
        """Return a page of the user's accounts, without roles, and the token of the next page (ListAccounts)."""
        following = {"nextToken": page} if page else {}
        reply = self._calls.call(
            operations.LIST_ACCOUNTS, 2, accessToken=access_token, maxResults=PAGE, **following
        )
        return [account(entry) for entry in entries(reply, "accountList")], next_token(reply, page)

    def account_roles(self, access_token: str, account_id: str) -> tuple[list[str], list[str]]:
        """List the names of all roles that the user may use in an account (ListAccountRoles).

        The second list has the names that are not valid role names, for display only. Raises `Refused` if the user
        has no access to the account.
        """
        found = all_entries(
            self._calls,
            operations.LIST_ACCOUNT_ROLES,
            "roleList",
            accessToken=access_token,
            accountId=account_id,
        )
        return role_names(found)

    def logout(self, access_token: str) -> None:
        """End the portal session of a token, and with it all its tokens (Logout).

        Role credentials stay valid until they expire. Raises `Unauthorized` if the session has already ended.
        """
        self._calls.call(operations.LOGOUT, 2, accessToken=access_token)

    def clock_ahead_seconds(self) -> float:
        """Return how far the local clock is ahead of the service's, from the Date header of a response."""
        return self._calls.clock_ahead_seconds()

    def _exchange(self, registration: Registration, **grant: str) -> Grant:
        reply = self._calls.call(
            operations.CREATE_TOKEN,
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
