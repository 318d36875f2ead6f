"""Fixtures of these tests: a home that is signed in without prompting."""

import json

import pytest

from campaigns.faults.requests import LONG_AGO
from testing.home import Home


@pytest.fixture
def expired(signed_in: Home) -> Home:
    """Make that token expire; its refresh token stays valid."""
    token = json.loads(signed_in.token_file().read_text())
    signed_in.token_file().write_text(json.dumps({**token, "expiresAt": LONG_AGO}))
    return signed_in
