"""What to do about a problem, in the commands of Linux and macOS."""

import shlex
import sys


def unset(*names: str) -> str:
    """Return how to remove variables from the environment."""
    return f"unset {' '.join(names)}"


def assignment(name: str, value: str) -> str:
    """Return a command that sets a variable in a shell, for its user to copy."""
    return f"export {name}={shlex.quote(value)}"


set_variable = assignment


def unset_python_path() -> str:
    """Return how to keep `PYTHONPATH` from the programs that a line starts."""
    return "unset PYTHONPATH, or begin the line with /usr/bin/env -u PYTHONPATH"


def remove_byte_order_mark(path: str) -> str:
    """Return how to remove the byte order mark of a file."""
    return f"sed -i '1s/^\\xef\\xbb\\xbf//' {path}"


def make_writable() -> str:
    """Return how to make a read-only file writable."""
    return "chmod u+w it"


def make_executable(path: str) -> str:
    """Return how to make a file executable."""
    return f"chmod +x {path}"


def set_clock() -> str:
    """Return how to set the clock."""
    return _clock_command(sys.platform)


def _clock_command(platform: str) -> str:
    if platform == "darwin":
        return "sudo sntp -sS time.apple.com"
    return "sudo timedatectl set-ntp true (WSL: sudo hwclock --hctosys)"


def private_folder() -> str:
    """Return which folder can hold secrets."""
    return "a folder that you own, with mode 0700"


def home_variable() -> str:
    """Return the variable that names the user's home."""
    return "HOME"


def upgrade_pip() -> str:
    """Return how to upgrade pip."""
    return "pip install --upgrade pip"


def readers_of_quotes() -> str:
    """Return which programs cannot run a line with quotation marks."""
    return "minio clients"
