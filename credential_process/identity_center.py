"""The services of IAM Identity Center, through botocore: sso-oidc for tokens, the portal for roles.

Every call is unsigned, and everything that decides where it goes comes from a `ServiceEnvironment`: no
profile, no config file and no variable of this process is looked at.
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/
https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import os
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.config
import botocore.exceptions
import botocore.session
from botocore import UNSIGNED

from credential_process.errors import (
    CredentialProcessError,
    InvalidClient,
    InvalidGrant,
    Refused,
    Unauthorized,
    Unavailable,
    printable,
)
from credential_process.token_cache import Registration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 10
MOST_CONNECTIONS = 50


@dataclass(frozen=True, slots=True)
class ServiceEnvironment:
    """How the service is reached, as the environment of a caller says it."""

    sso_endpoint: str = ""
    oidc_endpoint: str = ""
    ca_bundle: str = ""
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    use_fips: bool = False
    use_dualstack: bool = False
    timeout_seconds: float = 0

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> ServiceEnvironment:
        """Read it from environment variables; a global ``AWS_ENDPOINT_URL`` is not ours: it would get our tokens."""

        def is_on(name: str) -> bool:
            return variables.get(name, "").lower() == "true"

        def either(name: str) -> str:
            return variables.get(name.lower()) or variables.get(name) or ""

        return cls(
            sso_endpoint=variables.get("AWS_ENDPOINT_URL_SSO", ""),
            oidc_endpoint=variables.get("AWS_ENDPOINT_URL_SSO_OIDC", ""),
            ca_bundle=variables.get("AWS_CA_BUNDLE", ""),
            http_proxy=either("HTTP_PROXY"),
            https_proxy=either("HTTPS_PROXY"),
            no_proxy=either("NO_PROXY"),
            use_fips=is_on("AWS_USE_FIPS_ENDPOINT"),
            use_dualstack=is_on("AWS_USE_DUALSTACK_ENDPOINT"),
            timeout_seconds=_seconds(variables.get("SSO_CREDENTIAL_PROCESS_TIMEOUT", "")),
        )


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

    def __init__(self, region: str, environment: ServiceEnvironment) -> None:
        self._region = region
        self._environment = environment
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    def register_client(
        self, *, start_url: str, scopes: tuple[str, ...], redirect_uri: str
    ) -> Registration:
        """Register this tool for the authorization-code flow (RegisterClient)."""
        reply = self._call(
            "sso-oidc",
            "register_client",
            2,
            clientName="sso-credential-process",
            clientType="public",
            grantTypes=["authorization_code", "refresh_token"],
            redirectUris=[redirect_uri],
            issuerUrl=start_url,
            scopes=list(scopes),
        )
        return Registration(
            client_id=_text(reply, "clientId"),
            client_secret=_text(reply, "clientSecret"),
            expires_at=_number(reply, "clientSecretExpiresAt"),
        )

    def authorize_url(self) -> str:
        """Give the address of the authorization endpoint, which the API model does not know."""
        return f"{self._client('sso-oidc').meta.endpoint_url.rstrip('/')}/authorize"

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
        reply = self._call(
            "sso",
            "get_role_credentials",
            2,
            accessToken=access_token,
            accountId=account_id,
            roleName=role_name,
        )
        keys = reply.get("roleCredentials")
        if not isinstance(keys, dict):
            raise _malformed("GetRoleCredentials")
        return RoleKeys(
            access_key_id=_text(keys, "accessKeyId"),
            secret_access_key=_text(keys, "secretAccessKey"),
            session_token=_text(keys, "sessionToken"),
            expires_at=_number(keys, "expiration") // 1000,
        )

    def _exchange(self, registration: Registration, **grant: str) -> Grant:
        reply = self._call(
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
            expires_at=int(time.time()) + _number(reply, "expiresIn"),
            refresh_token=refresh_token if isinstance(refresh_token, str) else "",
        )

    def _call(
        self, service: str, operation: str, attempts: int, **parameters: str | list[str]
    ) -> dict[str, Any]:
        call: Callable[..., dict[str, Any]] = getattr(self._client(service), operation)
        while True:
            attempts -= 1
            try:
                return call(**parameters)
            except botocore.exceptions.ClientError as error:
                refusal = _from_service(error, service)
                if attempts == 0 or type(refusal) is not Unavailable:
                    raise refusal from None
            except (botocore.exceptions.BotoCoreError, ValueError, RecursionError) as error:
                # Not `from error`: botocore's exceptions hold requests, and those hold tokens.
                if attempts == 0 or isinstance(error, ValueError):
                    raise self._unreachable(service, error) from None

    def _unreachable(self, service: str, error: Exception) -> Unavailable:
        if not isinstance(error, botocore.exceptions.BotoCoreError):
            return _malformed(service)
        return Unavailable(
            f"{self._client(service).meta.endpoint_url} cannot be reached ({type(error).__name__})",
            hint="check the network, the proxy and the region, and run it again",
        )

    def _client(self, service: str) -> Any:  # noqa: ANN401  botocore makes its clients' classes at run time
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._make_client(service)
            return self._clients[service]

    def _make_client(self, service: str) -> Any:  # noqa: ANN401  see `_client`
        environment = self._environment
        endpoint = environment.sso_endpoint if service == "sso" else environment.oidc_endpoint
        config = botocore.config.Config(
            signature_version=UNSIGNED,
            connect_timeout=environment.timeout_seconds or CONNECT_TIMEOUT_SECONDS,
            read_timeout=environment.timeout_seconds or READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=MOST_CONNECTIONS,
            proxies=_proxies(
                environment, endpoint or f"https://{service}.{self._region}.amazonaws.com"
            ),
            use_fips_endpoint=environment.use_fips,
            use_dualstack_endpoint=environment.use_dualstack,
            ignore_configured_endpoint_urls=True,
            user_agent_extra="sso-credential-process",
        )
        try:
            return _session().create_client(
                service,
                region_name=self._region,
                endpoint_url=endpoint or None,
                verify=environment.ca_bundle or None,
                config=config,
            )
        except (botocore.exceptions.BotoCoreError, ValueError, OSError) as error:
            raise Unavailable(
                f"no way to reach IAM Identity Center in {self._region}: {printable(str(error))}",
                hint="check the AWS_ENDPOINT_URL_*, proxy and CA settings",
            ) from None


def _session() -> botocore.session.Session:
    nothing = (None, None, None, None)
    nowhere = (None, None, os.devnull, None)
    return botocore.session.Session(
        session_vars={
            "profile": nothing,
            "config_file": nowhere,
            "credentials_file": nowhere,
            "ca_bundle": nothing,
            "region": nothing,
        }
    )


def _proxies(environment: ServiceEnvironment, url: str) -> dict[str, str]:
    host = urlsplit(url).netloc
    # Public, but typeshed does not know it.
    is_bypassed: Callable[[str, dict[str, str]], bool] = vars(urllib.request)[
        "proxy_bypass_environment"
    ]
    if is_bypassed(host, {"no": environment.no_proxy}):
        return {}
    proxies = {"http": environment.http_proxy, "https": environment.https_proxy}
    return {scheme: proxy for scheme, proxy in proxies.items() if proxy}


def _from_service(error: botocore.exceptions.ClientError, service: str) -> CredentialProcessError:
    """Translate an answer of the service that is no success; text of the service is made printable."""
    reply: dict[str, Any] = error.response
    status = int(reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    details = reply.get("Error", {})
    text = printable(str(reply.get("error_description") or details.get("Message") or "no message"))
    code = str(reply.get("error") or details.get("Code") or "")
    if status == 429 or status >= 500:
        return Unavailable(
            f"IAM Identity Center answered {status}: {text}", hint="run it again in a moment"
        )
    if service == "sso":
        return _from_portal(status, text)
    if code in {"invalid_grant", "InvalidGrantException"}:
        return InvalidGrant(f"IAM Identity Center refused the grant: {text}")
    if code in {"invalid_client", "InvalidClientException", "unauthorized_client"}:
        return InvalidClient(f"IAM Identity Center does not know this client: {text}")
    return Refused(f"IAM Identity Center answered {status} {printable(code, limit=60)}: {text}")


def _from_portal(status: int, text: str) -> CredentialProcessError:
    if status == 401:
        return Unauthorized(f"IAM Identity Center does not accept the access token: {text}")
    if status in {403, 404}:
        return Refused(f"no access: {text}")
    return Refused(f"IAM Identity Center answered {status}: {text}")


def _malformed(what: str) -> Unavailable:
    return Unavailable(
        f"IAM Identity Center gave an answer that makes no sense ({what})",
        hint="check for a proxy that answers for it",
    )


def _text(reply: dict[str, Any], name: str) -> str:
    value = reply.get(name)
    if isinstance(value, str) and value and value.isascii() and value.isprintable():
        return value
    raise _malformed(name)


def _number(reply: dict[str, Any], name: str) -> int:
    value = reply.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise _malformed(name)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
