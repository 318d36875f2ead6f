"""Hints about problems, with the commands of Windows."""


def unset(*names: str) -> str:
    """Return how to remove variables from the environment."""
    drives = ", ".join(f"Env:{name}" for name in names)
    return f"remove {' and '.join(names)} (in PowerShell: Remove-Item {drives})"


def set_variable(name: str, value: str) -> str:
    """Return how to set a variable for programs that are started afterwards."""
    return f'setx {name} "{value}"' if " " in value else f"setx {name} {value}"


def assignment(name: str, value: str) -> str:
    """Return a command that sets a variable in PowerShell, for its user to copy."""
    # Between single quotes only a single quote is special, and two of them mean one.
    text = value.replace("'", "''")
    return f"$Env:{name} = '{text}'"


def unset_python_path() -> str:
    """Return how to keep `PYTHONPATH` from the programs that a line starts."""
    return unset("PYTHONPATH")


def remove_byte_order_mark(path: str) -> str:
    """Return how to remove the byte order mark of a file."""
    return f"save {path} as UTF-8 without a byte order mark (in Notepad: Save as, UTF-8)"


def make_writable() -> str:
    """Return how to make a read-only file writable."""
    return "attrib -r it"


def make_executable(path: str) -> str:
    """Return how to make a file executable."""
    return f'icacls "{path}" /grant %USERNAME%:RX'


def set_clock() -> str:
    """Return how to set the clock."""
    return "w32tm /resync, as an administrator"


def private_folder() -> str:
    """Return which folder can hold secrets."""
    return "a folder within your user profile, such as %USERPROFILE%\\.aws\\state"


def home_variable() -> str:
    """Return the variable that names the user's home."""
    return "USERPROFILE"


def upgrade_pip() -> str:
    """Return how to upgrade pip, which cannot replace its own program while that runs."""
    return "python -m pip install --upgrade pip"


def readers_of_quotes() -> str:
    """Return which programs cannot run a line with quotation marks."""
    return "minio clients, and SDKs such as Go's that pass it to cmd,"


def unlock(path: str) -> str:  # noqa: ARG001  POSIX has locked files
    """Return nothing: files are only protected by their attributes and their access-control lists."""
    return ""
