"""A home with every kind of profile that the plugins support."""

import pytest

from testing.home import Home
from testing.profiles import PROFILES
from tests.programs import Programs


@pytest.fixture
def home(home: Home) -> Home:
    """Add the profiles; the executable that one of them names does not exist, so it cannot have been run."""
    with home.config.open("a") as config:
        config.write(PROFILES)
    return home


@pytest.fixture
def programs(home: Home, environment: dict[str, str]) -> Programs:
    """Run programs in this home."""
    assert home.config.exists()
    return Programs({**environment, "AWS_DEFAULT_REGION": "us-east-1"})
