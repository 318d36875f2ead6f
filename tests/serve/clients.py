"""Many SDKs at once, as one program: each asks again after a 503, until it has an answer. Standard library only.

Prints how many got which status, as JSON.
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def status(url: str, token: str) -> int:
    """Return the status of an answer; 503 for a connection that was closed."""
    request = urllib.request.Request(url, headers={"Authorization": token})
    try:
        with OPENER.open(request, timeout=180) as response:
            response.read()
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (urllib.error.URLError, ConnectionError):
        return 503


def ask(url: str, token: str, seconds: float) -> int:
    """Ask until the answer is not to ask again."""
    deadline = time.monotonic() + seconds
    while (found := status(url, token)) == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def main(token: str, count: int, urls: list[str]) -> None:
    """Run so many clients for each address."""
    found: Counter[int] = Counter()

    def client(url: str) -> None:
        found[ask(url, token, 180)] += 1

    threads = [threading.Thread(target=client, args=(url,)) for url in urls * count]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
