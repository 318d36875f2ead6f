"""How a caller's environment variables configure access to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class ServiceEnvironment(NamedTuple):
    """Endpoints, proxies, CA bundle and flags; callers with equal environments share connections."""

    sso_endpoint: str = ""
    oidc_endpoint: str = ""
    ca_bundle: str = ""
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    use_fips: bool = False
    use_dualstack: bool = False
    timeout_seconds: float = 0
    account_access_endpoint: str = ""

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> ServiceEnvironment:
        """Read it from environment variables; a global ``AWS_ENDPOINT_URL`` is ignored: it would get the tokens."""

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
            account_access_endpoint=variables.get("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", ""),
            timeout_seconds=_seconds(variables.get("SSO_CREDENTIAL_PROCESS_TIMEOUT", "")),
        )

    def proxy(self, url: str) -> str:
        """Return the proxy for a URL, with its scheme; empty if there is none, or ``NO_PROXY`` matches its host."""
        target = urlsplit(url)
        proxy = self.https_proxy if target.scheme == "https" else self.http_proxy
        if not proxy or _is_bypassed(target.netloc, self.no_proxy):
            return ""
        return proxy if "://" in proxy else f"http://{proxy.removeprefix('//')}"


def _is_bypassed(host: str, no_proxy: str) -> bool:
    import urllib.request  # imports a dozen modules, and most callers have no proxy

    # Public, but missing in typeshed.
    matches: Callable[[str, dict[str, str]], bool] = vars(urllib.request)[
        "proxy_bypass_environment"
    ]
    return matches(host, {"no": no_proxy})


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
