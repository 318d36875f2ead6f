"""Role documents: the line that `get` prints, kept on disk under one header line.

The header says for whom the line is and until when; the body is what is printed, byte for byte::

    sso-credential-process/1 ACCOUNT ROLE REFRESH-AT EXPIRES-AT LENGTH SESSION START-URL REGION TOKEN-FILE \
        CONFIG MTIME SIZE
    {"Version":1,"AccessKeyId":…}

Times are epoch seconds; names are percent-escaped; SESSION is empty (``%``) where a start URL was given.
This module also knows where state lives. It is loaded on the warm path, so it imports nothing else.
"""

import os
import stat

FORMAT = "sso-credential-process/1"
LONGEST_ROLE_SESSION_SECONDS = 12 * 3600
_SAFE_IN_FILE_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class Document:
    """Credentials of one role, as they are printed, and all that they depend on.

    A plain class: `dataclasses` would cost the warm path more than the rest of it together.
    """

    __slots__ = (
        "account_id", "config", "expires_at", "line", "refresh_at",
        "region", "role_name", "session", "start_url", "token_file",
    )  # fmt: skip

    def __init__(
        self,
        *,
        account_id: str,
        role_name: str,
        refresh_at: int,
        expires_at: int,
        session: str,
        start_url: str,
        region: str,
        token_file: str,
        config: tuple[str, int, int],
        line: str,
    ) -> None:
        self.account_id = account_id
        self.role_name = role_name
        self.refresh_at = refresh_at
        self.expires_at = expires_at
        self.session = session
        self.start_url = start_url
        self.region = region
        self.token_file = token_file
        self.config = config
        self.line = line

    def is_for(
        self, account_id: str, role_name: str, session: str, start_url: str, region: str
    ) -> bool:
        """Tell whether these are the credentials that are asked for; `session` is empty for a start URL."""
        asked = (account_id, role_name, session, start_url, region)
        return asked == (self.account_id, self.role_name, self.session, self.start_url, self.region)

    def is_fresh(self, now: float) -> bool:
        """Tell whether the line can be printed with nothing renewed, and somebody is still signed in."""
        return now < min(self.refresh_at, self.expires_at) and os.path.exists(self.token_file)


def read(path: str, now: float) -> Document | None:
    """Read a document; anything odd about it is a miss: damage, another owner, a date of the future."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            content = os.read(descriptor, 65536).decode("ascii")
        finally:
            os.close(descriptor)
        # A file written in the future tells that the clock went back: its own dates mean nothing then.
        if status.st_uid != os.geteuid() or status.st_mtime > now + 60:
            return None
        document = _parse(content)
    except (OSError, ValueError):
        return None
    return document if document.expires_at <= now + LONGEST_ROLE_SESSION_SECONDS + 60 else None


def _parse(content: str) -> Document:
    header, _, line = content.partition("\n")
    form, account, role, refresh_at, expires_at, length, *names, mtime, size = header.split(" ")
    session, start_url, region, token_file, config = map(unescape, names)
    is_one_line = (
        line[:-1].isprintable() and line.startswith('{"Version":1,') and line[-2:] == "}\n"
    )
    if form != FORMAT or int(length) != len(line) or not is_one_line:
        raise ValueError
    return Document(
        account_id=account,
        role_name=role,
        refresh_at=int(refresh_at),
        expires_at=int(expires_at),
        session=session,
        start_url=start_url,
        region=region,
        token_file=token_file,
        config=(config, int(mtime), int(size)),
        line=line,
    )


def store(path: str, document: Document) -> None:
    """Write a document in the place of the one that is there.

    Raises `OSError` when the folder cannot be made or the disk is full; the old document is kept then.
    """
    from credential_process import files  # not on the warm path

    names = (
        document.session,
        document.start_url,
        document.region,
        document.token_file,
        document.config[0],
    )
    numbers = (document.refresh_at, document.expires_at, len(document.line))
    header = " ".join(
        (
            *(FORMAT, document.account_id, document.role_name),
            *map(str, numbers),
            *map(escape, names),
            *map(str, document.config[1:]),
        )
    )
    files.replace(path, f"{header}\n{document.line}")


def forget(folder: str) -> None:
    """Remove all documents of a session: whoever signs in next may be somebody else."""
    import shutil  # not on the warm path

    shutil.rmtree(os.path.join(folder, "roles"), ignore_errors=True)


def refresh_at(expires_at: int, now: int) -> int:
    """Say when credentials that are new now should be fetched again; all times are epoch seconds.

    Below 15 minutes of validity botocore calls again on every request, and newer SDKs begin at 60 minutes;
    the quarter and the half keep short sessions from being fetched on each call.
    """
    life = expires_at - now
    return expires_at - min(max(20 * 60, life // 4), 60 * 60, life // 2)


def state_root_candidates(chosen: str, home: str, user: int) -> tuple[str, ...]:
    """Return the folders that may hold all state, in order; `chosen`, by the environment, may be empty."""
    return (
        chosen,
        os.path.join(home, ".aws", "sso-credential-process"),
        f"/run/user/{user}/sso-credential-process",
        f"/tmp/sso-credential-process-{user}",  # noqa: S108  owner and mode are checked
    )


def state_root() -> str:
    """Find the folder that holds all state: the first that we own, alone, and can write; empty if there is none.

    One that is missing is made where its parent is there; ``~/.aws`` may be made with it.
    """
    user = os.geteuid()
    home = os.path.expanduser("~")
    aws = os.path.join(home, ".aws")
    if os.path.isabs(home) and not os.path.lexists(aws):
        _make_folder(aws)
    chosen = os.environ.get("SSO_CREDENTIAL_PROCESS_HOME", "")
    for folder in state_root_candidates(chosen, home, user):
        if os.path.isabs(folder) and (
            _is_ours(folder, user) or (_make_folder(folder) and _is_ours(folder, user))
        ):
            return folder
    return ""


def _is_ours(folder: str, user: int) -> bool:
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    mode = status.st_mode
    ours = stat.S_ISDIR(mode) and status.st_uid == user and not mode & 0o077
    return ours and os.access(
        folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids
    )


def _make_folder(folder: str) -> bool:
    try:
        # Under `sudo -E` we are root in the home of somebody else, who could not use what root makes there.
        if os.geteuid() == 0 and os.stat(os.path.dirname(folder.rstrip("/"))).st_uid != 0:
            return False
        os.mkdir(folder, 0o700)
    except OSError:
        return False
    return True


def session_folder(root: str, session: str, start_url: str) -> str:
    """Name the folder of an SSO session, or of a start URL as written where `session` is empty."""
    if session:
        return os.path.join(root, f"session-{_file_name(session)}")
    host = start_url.partition("://")[2].partition("/")[0].partition("#")[0]
    return os.path.join(root, f"url-{_file_name(host)}-{_fnv1a(start_url):08x}")


def host_folder(session: str) -> str:
    """Name the part of a session's folder that belongs to this host alone: a home can be on many."""
    return os.path.join(session, "hosts", _file_name(os.uname().nodename or "localhost"))


def role_path(folder: str, account_id: str, role_name: str) -> str:
    """Name the document of a role in the folder of a session."""
    return os.path.join(folder, "roles", account_id, role_name)


def config_file() -> str:
    """Name the AWS config file that the environment points to, as an absolute path; empty without a home."""
    return absolute(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config")


def absolute(path: str) -> str:
    """Make a path absolute; one in a home that there is not is empty, and no folder ``~`` where we happen to be."""
    expanded = os.path.expanduser(path)
    return "" if expanded.startswith("~") else os.path.abspath(expanded)


def config_stamp(path: str) -> tuple[str, int, int]:
    """Describe a config file so that any change shows: path, mtime in nanoseconds, size; zeros if missing."""
    try:
        status = os.stat(path)
    except OSError:
        return path, 0, 0
    return path, status.st_mtime_ns, status.st_size


def escape(text: str) -> str:
    """Percent-escape a text so that it is one printable ASCII word; the empty one becomes ``%``."""
    if text.isascii() and text.isprintable() and text and not {" ", "%", "="} & set(text):
        return text
    return "".join(_escape_byte(byte) for byte in os.fsencode(text)) or "%"


def _escape_byte(byte: int) -> str:
    return chr(byte) if 0x20 < byte < 0x7F and byte not in b"%=" else f"%{byte:02X}"


def unescape(word: str) -> str:
    """Undo `escape`; raises `ValueError` for what it cannot have made."""
    if "%" not in word:
        return word
    if word == "%":
        return ""
    head, *parts = word.split("%")
    escaped = (bytes([int(part[:2], 16)]) + part[2:].encode() for part in parts)
    return os.fsdecode(head.encode() + b"".join(escaped))


def _file_name(name: str) -> str:
    encoded = "".join(
        character
        if character in _SAFE_IN_FILE_NAMES
        else "".join(f"%{byte:02X}" for byte in os.fsencode(character))
        for character in name
    )
    # File names end at 255 bytes.
    return encoded if len(encoded) <= 128 else f"{encoded[:96]}-{_fnv1a(name):08x}"


def _fnv1a(text: str) -> int:
    """Hash a text to 32 bits (FNV-1a); it tells folders apart and protects nothing. `hashlib` is 2 ms to import."""
    value = 0x811C9DC5
    for byte in os.fsencode(text):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
