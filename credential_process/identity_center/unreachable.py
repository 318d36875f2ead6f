"""Why an address cannot be reached, and what may help."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """A reason in words, and a hint."""

    words: str
    hint: str = "check the network, the proxy and the region, and run it again"


PROXY = Reason("the proxy does not answer, or refuses", "check the proxy, in HTTPS_PROXY")
NOT_CONNECTED = Reason("no connection")
NOTHING_HERE = Reason(
    "no connection", "nothing on this computer listens there; if it was a sandbox, it has ended"
)
NOT_CONNECTED_IN_TIME = Reason("no connection in time")
NO_ANSWER_IN_TIME = Reason("no answer in time")
CLOSED = Reason("the connection was closed")


class TlsError(Exception):
    """TLS could not be set up; `of_ssl` is the error of Python's `ssl`, if it is known."""

    def __init__(self, of_ssl: object) -> None:
        super().__init__()
        self.of_ssl = of_ssl
