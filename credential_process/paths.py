"""Where things are: the folder of the state, the folders and files in it, and the AWS config file.

It is loaded on the warm path, so it imports nothing else of this package.
"""

import os
import stat

_SAFE_IN_FILE_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Where a sandbox, whose programs have another home, keeps that of its user.
OWN_HOME = "SSO_CREDENTIAL_PROCESS_BROWSER_HOME"
# From <unistd.h> of macOS. Python has no name for it, and other systems do not know the number.
_CS_DARWIN_USER_TEMP_DIR = 65537
# Windows opens a device by these names in any folder.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
# Windows has access lists in place of owners and modes: `os.stat` shows user 0 and full access for every file.
HAS_OWNERS = hasattr(os, "geteuid")
OTHERS = 0o077 if HAS_OWNERS else 0
# There, 0700 means a separate list, which locks the user out of folders that an elevated process of the same user
# creates (https://github.com/python/cpython/issues/157876); the list that is inherited from the folder above is as
# private, except in a root outside of the profile.
FOLDER_MODE = 0o700 if HAS_OWNERS else 0o777


def user_id() -> int:
    """Return the effective user; 0 where files have no owners, which is also what `os.stat` shows there."""
    return os.geteuid() if hasattr(os, "geteuid") else 0


def state_root() -> str:
    """Return the folder of the state: the first that is private to this user and writable; empty if there is none.

    A missing one is created if its parent exists, and ``~/.aws`` if it is needed for that.
    """
    user = user_id()
    home = os.path.expanduser("~")
    aws = os.path.join(home, ".aws")
    if os.path.isabs(home) and not os.path.lexists(aws):
        _make_folder(aws)
    chosen = os.environ.get("SSO_CREDENTIAL_PROCESS_HOME", "")
    for folder in state_root_candidates(chosen, home, user):
        if is_full_path(folder) and (
            _is_ours(folder, user) or (_make_folder(folder) and _is_ours(folder, user))
        ):
            return folder
    return ""


def state_root_candidates(chosen: str, home: str, user: int) -> tuple[str, ...]:
    """Return the folders that may hold the state, in order; `chosen` is from the environment, and may be empty."""
    own = (chosen, os.path.join(home, ".aws", "sso-credential-process"))
    if not HAS_OWNERS:
        # Only the folder of a profile is certainly private there. `D:/state/` is another spelling of `D:\state`.
        return (chosen and os.path.normpath(chosen), own[1])
    private = _private_temporary_folder()
    if private:
        return (*own, os.path.join(private, "sso-credential-process"))
    return (
        *own,
        f"/run/user/{user}/sso-credential-process",
        f"/tmp/sso-credential-process-{user}",  # noqa: S108  owner and mode are checked
    )


def _private_temporary_folder() -> str:
    """Return the folder for temporary files that macOS makes for each user; empty on other systems."""
    try:
        return (hasattr(os, "confstr") and os.confstr(_CS_DARWIN_USER_TEMP_DIR)) or ""
    except (OSError, ValueError):
        return ""


def is_full_path(folder: str) -> bool:
    """Return whether a path names the same folder wherever it is read: on Windows it has to begin with a drive."""
    # Before Python 3.13, `isabs` accepts a path without a drive, which depends on the current one.
    return os.path.isabs(folder) and (os.sep == "/" or os.path.splitdrive(folder)[0] != "")


def _is_ours(folder: str, user: int) -> bool:
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    mode = status.st_mode
    is_private = stat.S_ISDIR(mode) and status.st_uid == user and not mode & OTHERS
    return is_private and os.access(
        folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    )


def _make_folder(folder: str) -> bool:
    try:
        # Under `sudo -E` this is root in another user's home, who could not use what root creates there.
        if user_id() == 0 and os.stat(os.path.dirname(folder.rstrip("/"))).st_uid != 0:
            return False
        home = os.path.normcase(os.path.join(os.path.expanduser("~"), ""))
        is_inside = os.path.normcase(folder).startswith(home)
        os.mkdir(folder, FOLDER_MODE if is_inside else 0o700)
    except FileExistsError:
        return True  # made by another caller in this moment
    except OSError:
        return False
    return True


def session_folder(
    root: str, session: str, start_url: str, endpoints: tuple[str, str] = ("", "")
) -> str:
    """Return the path of the folder of an SSO session, or of a start URL as written where `session` is empty.

    Each set of overridden endpoints has a separate folder.
    """
    if session:
        name = f"session-{file_name(session)}"
    else:
        host = start_url.partition("://")[2].partition("/")[0].partition("#")[0]
        name = f"url-{file_name(host)}-{fnv1a(start_url):08x}"
    if any(endpoints):
        # No name has an `@` in it: `file_name` escapes it.
        name += f"@{fnv1a(' '.join(endpoints)):08x}"
    return os.path.join(root, name)


def plain_folder(session_folder: str) -> str:
    """Return the path of a session's folder for AWS itself, which holds what all folders of the session share.

    They share one token file, and so one lock and one record of the sign-in.
    """
    root, name = os.path.split(session_folder)
    return os.path.join(root, name.partition("@")[0])


def role_path(folder: str, account_id: str, role_name: str, chain: str = "") -> str:
    """Return the path of the document of a role, or of a `role_chain` that begins with it, in a session's folder."""
    return os.path.join(folder, "roles", account_id, file_name(role_name + chain))


def endpoints() -> tuple[str, str]:
    """Return the endpoints of portal and OIDC that the environment overrides; empty for one that is not overridden."""
    environment = os.environ
    return (
        environment.get("AWS_ENDPOINT_URL_SSO", ""),
        environment.get("AWS_ENDPOINT_URL_SSO_OIDC", ""),
    )


def config_file() -> str:
    """Return the absolute path of the AWS config file, as the environment has it; empty without a home."""
    return absolute(expanded(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"))


def expanded(path: str) -> str:
    """Return a path with its variables expanded, as botocore does; only a path that has some imports `re`."""
    return os.path.expandvars(path)


def absolute(path: str) -> str:
    """Return an absolute path with ``~`` expanded; empty without a home, instead of a folder with the name ``~``."""
    expanded = os.path.expanduser(path)
    return "" if expanded.startswith("~") else os.path.abspath(expanded)


def file_name(name: str) -> str:
    """Return a file name for `name` that no file system confuses with that of another name, or with a device.

    Lower-case names are unchanged; capitals are folded, and their positions added as a number: ``developer+1``.
    """
    encoded = "".join(map(_encoded, name))
    capitals = sum(1 << place for place, letter in enumerate(name) if letter in _CAPITALS)
    if capitals:
        encoded += f"+{capitals:x}"
    if encoded in _DEVICES:
        encoded = f"%{ord(encoded[0]):02X}{encoded[1:]}"
    # A file name may have 255 bytes.
    return encoded if len(encoded) <= 128 else f"{encoded[:96]}-{fnv1a(name):08x}"


def _encoded(letter: str) -> str:
    if letter in _CAPITALS:
        return letter.lower()
    if letter in _SAFE_IN_FILE_NAMES:
        return letter
    return "".join(f"%{byte:02X}" for byte in os.fsencode(letter))


def fnv1a(text: str) -> int:
    """Return a 32-bit hash of a text (FNV-1a), to distinguish folders, not to protect them: `hashlib` takes 2 ms."""
    value = 0x811C9DC5
    for byte in os.fsencode(text):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
