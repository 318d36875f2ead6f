"""The proxies of the system settings, which `urllib` asks for on macOS: there are none."""


def _get_proxy_settings() -> dict[str, bool]:
    return {}


def _get_proxies() -> dict[str, str]:
    return {}
