"""What the kills share: a home that is signed in without anybody having been asked."""

import json
from collections.abc import Callable

import pytest

from testing.home import Home


@pytest.fixture
def expire(home: Home) -> Callable[[], None]:
    """Return how to let the access token be over by its date; its refresh token is good."""

    def end() -> None:
        token = json.loads(home.token_file().read_text())
        home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))

    return end
