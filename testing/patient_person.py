"""A user at a browser who loads a page again if it fails: a program for `$BROWSER`."""

import argparse
import sys
from pathlib import Path

# Run by its path, in isolation, so the modules beside it are found by their paths.
sys.path.insert(0, str(Path(__file__).parents[1]))

from testing.events import until
from testing.person import Browser, answer


class Patient(Browser):
    """A browser whose user presses reload while a page fails to load."""

    def open(self, url: str, body: bytes | None = None) -> None:
        """Load a page, again and again until it works."""
        wanted: list[tuple[str, bytes | None]] = [(url, body)]
        until(lambda: self._loads(wanted), f"{url} can be loaded")

    def _loads(self, wanted: list[tuple[str, bytes | None]]) -> bool:
        try:
            super().open(*wanted[-1])
        except OSError:
            if self.url != wanted[-1][0]:  # a redirect has changed the address bar
                wanted.append((self.url, None))
            return False
        return True


def main() -> None:
    """Sign in and consent, whatever happens to the listener meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", default="ada", help="user name to sign in with")
    parser.add_argument("--wait-for", type=Path, help="FIFO to wait for before answering")
    parser.add_argument("--record", type=Path, help="file that gets a line an arrival")
    parser.add_argument("url")
    arguments = parser.parse_args()
    browser = Patient()
    browser.open(arguments.url)
    with arguments.record.open("a") as record:
        record.write(f"{arguments.url}\n")
    if arguments.wait_for:
        arguments.wait_for.read_bytes()
    answer(browser, allow=True, user_name=arguments.user)


if __name__ == "__main__":
    main()
