"""The guard that keeps tests out of the developer's own ``~/.aws``."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from testing.guard import RealHomeTouched

REAL = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".aws"


@pytest.mark.parametrize("path", [REAL / "config", REAL / "sso" / "cache" / "x.json"], ids=str)
def test_a_test_cannot_open_the_real_folder(path: Path) -> None:
    """Tests must not read or write a developer's own sign-in."""
    with pytest.raises(RealHomeTouched):
        path.write_text("never")


def test_a_test_cannot_list_the_real_folder() -> None:
    """Listing files is the first step of reading them."""
    with pytest.raises(RealHomeTouched):
        list(REAL.iterdir())


def test_a_child_that_inherits_everything_has_another_home() -> None:
    """A process that a test starts carelessly must not find the real folder either."""
    script = "import os; print(os.path.expanduser('~/.aws'))"
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert not printed.startswith(str(REAL))


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    """`AWS_PROFILE` or a proxy from outside would change what a test proves."""
    assert [name for name in os.environ if name.startswith("AWS_")] == []
