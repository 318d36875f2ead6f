"""What these tests share: a home that is signed in without anybody having been asked."""

import json

import pytest

from campaigns.faults.requests import LONG_AGO
from testing.home import Home


@pytest.fixture
def expired(signed_in: Home) -> Home:
    """Let that token be over by its date; its refresh token is good."""
    token = json.loads(signed_in.token_file().read_text())
    signed_in.token_file().write_text(json.dumps({**token, "expiresAt": LONG_AGO}))
    return signed_in
