"""The config file of the machine, in %ProgramData%.

Under Wine each file belongs to the user, so only that such a file is ignored can be shown.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.home import Home
from testing.wine import PYTHON, Executable

PROGRAM_DATA = PYTHON.parents[1] / "prefix" / "drive_c" / "ProgramData"


@pytest.fixture
def provided(home: Home) -> Iterator[Path]:
    """Move the user's config file to the place of that of the machine."""
    folder = PROGRAM_DATA / "sso-credential-process"
    folder.mkdir()
    home.config.rename(folder / "config")
    yield folder / "config"
    (folder / "config").unlink()
    folder.rmdir()


@pytest.mark.usefixtures("provided")
def test_a_file_of_a_user_is_ignored_wherever_the_variable_leads(get: Executable) -> None:
    """It could lead the sign-ins of all users to a page of its author."""
    done = get(environment={**get.environment, "ProgramData": "C:\\windows"})
    assert (done.returncode, done.stdout) == (2, "")
    file = "C:\\ProgramData\\sso-credential-process\\config is ignored"
    assert f"{file}: C:\\ProgramData\\sso-credential-process does not belong" in done.stderr
