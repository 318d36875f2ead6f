"""The guard that keeps tests out of the developer's own ``~/.aws``."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

REAL = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".aws"
CHECKOUT = Path(__file__).parents[1]
# Each must be refused.
TOUCHES = {
    "write": "(real / 'sso' / 'cache' / 'x.json').write_text('never')",
    "read": "(real / 'config').read_text()",
    "list": "list(real.iterdir())",
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_test_cannot_touch_the_real_folder(tmp_path: Path, touch: str) -> None:
    """Tests must not read or write a developer's own sign-in, nor list the files, which is the first step."""
    home = tmp_path / "home"
    (home / ".aws" / "sso" / "cache").mkdir(parents=True)
    (home / ".aws" / "config").touch()
    script = f"""
from pathlib import Path
from testing.guard import RealHomeTouched, guarded
real = Path.home() / ".aws"
with guarded(Path({str(tmp_path)!r})):
    try:
        {TOUCHES[touch]}
    except RealHomeTouched:
        print("refused")
"""
    # Without those of coverage, the guard has its hook.
    variables = {"HOME": str(home)}
    printed = subprocess.check_output([sys.executable, "-c", script], cwd=CHECKOUT, env=variables)
    assert printed == b"refused\n"


def test_a_child_that_inherits_everything_has_another_home() -> None:
    """A process that a test starts carelessly must not find the real folder either."""
    script = "import os; print(os.path.expanduser('~/.aws'))"
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert not printed.startswith(str(REAL))


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    """`AWS_PROFILE` or a proxy from outside would change what a test proves."""
    assert [name for name in os.environ if name.startswith("AWS_")] == []
