"""Fixtures of the programs: a profile whose only source of credentials is the `credential_process` line."""

import pytest

from testing.executable import PATH, Executable
from testing.home import Home


@pytest.fixture
def dev(get: Executable, home: Home) -> dict[str, str]:
    """Write the line into the profile dev; return an environment that selects it."""
    line = " ".join([str(PATH), "get", *get.arguments])
    profile = f"\n[profile dev]\ncredential_process = {line}\nregion = us-east-1\noutput = json\n"
    home.config.write_text(home.config.read_text() + profile)
    return {**get.environment, "AWS_PROFILE": "dev"}
