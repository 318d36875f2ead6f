"""Fixtures of the tests with kills: a home that is signed in without prompting."""

import json
from collections.abc import Callable

import pytest

from testing.home import Home


@pytest.fixture
def expire(home: Home) -> Callable[[], None]:
    """Return a function that makes the access token expire; its refresh token stays valid."""

    def end() -> None:
        token = json.loads(home.token_file().read_text())
        home.token_file().write_text(json.dumps({**token, "expiresAt": "2020-01-01T00:00:00Z"}))

    return end
