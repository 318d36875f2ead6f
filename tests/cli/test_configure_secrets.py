"""What `configure` shows of a file with keys in it."""

from collections.abc import Callable

from testing.executable import Executable
from testing.home import Home

KEYS = """
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""


def test_a_key_that_is_removed_is_not_shown(
    command: Callable[[str], Executable], home: Home
) -> None:
    """Users paste the output of commands into tickets and chats."""
    home.config.write_text(home.config.read_text() + KEYS)
    role = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
    discard = ("--sso-session", "corp", *role, "--existing-config-action", "discard")
    done = command("configure")("profile", "keys", *discard, "--dry-run")
    assert (done.returncode, "-aws_secret_access_key = " in done.stdout) == (0, True)
    assert [key for key in KEYS.split()[4::3] if key in done.stdout + done.stderr] == []
