"""A user whose browser has a proxy, and trusts its certificate: a program for `$BROWSER`."""

import os
import ssl
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, HTTPSHandler, ProxyHandler, build_opener

# Run by its path, in isolation, so the modules beside it are found by their paths.
sys.path.insert(0, str(Path(__file__).parents[2]))

from testing.person import Browser, answer


class Proxied(Browser):
    """A browser with the proxy and the certificates from the environment, as a company sets them."""

    def __init__(self) -> None:
        super().__init__()
        context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
        self._opener = build_opener(
            ProxyHandler({"https": os.environ["HTTPS_PROXY"]}),
            HTTPSHandler(context=context),
            HTTPCookieProcessor(CookieJar()),
        )

    def open(self, url: str, body: bytes | None = None) -> None:
        """Load a page, and follow its redirects."""
        with self._opener.open(url, body, timeout=60) as response:
            self.url = response.url
            self.html = response.read().decode()


if __name__ == "__main__":
    browser = Proxied()
    browser.open(sys.argv[1])
    answer(browser, allow=True)
