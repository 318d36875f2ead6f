"""Role documents: the line that `get` prints, kept on disk under one header line.

The header holds everything that the credentials depend on; the body is what is printed, byte for byte::

    sso-credential-process/2 SUBJECT REFRESH-AT EXPIRES-AT LENGTH SESSION START-URL REGION \
        SSO-ENDPOINT OIDC-ENDPOINT SIGN-IN CONFIG-STAMP TOKEN-STAMP
    {"Version":1,"AccessKeyId":…}

Times are epoch seconds; words are percent-escaped; an empty one is ``%``: SESSION and CONFIG-STAMP where a start URL
was given, an endpoint that is not overridden. This module also knows where state lives. It is loaded on the warm
path, so it imports nothing else; `document_store` writes what is read here.
"""

import os
import stat

FORMAT = "sso-credential-process/2"
LONGEST_ROLE_SESSION_SECONDS = 12 * 3600
_SAFE_IN_FILE_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Windows opens a device under these names, whatever the folder.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


class Document:
    """Credentials of one role, as they are printed, and everything that they depend on.

    `subject` is what the credentials are for (see `role_subject`), `sign_in` the id of the sign-in that they were
    fetched with, and `config` and `token` are stamps of the files that the session and the token were read from.
    A plain class: `dataclasses` would cost the warm path more than the rest of it together.
    """

    __slots__ = (
        "config", "endpoints", "expires_at", "line", "refresh_at", "region", "session", "sign_in",
        "start_url", "subject", "token",
    )  # fmt: skip

    def __init__(
        self,
        *,
        subject: str,
        refresh_at: int,
        expires_at: int,
        session: str,
        start_url: str,
        region: str,
        endpoints: tuple[str, str],
        sign_in: str,
        config: str,
        token: str,
        line: str,
    ) -> None:
        self.subject = subject
        self.refresh_at = refresh_at
        self.expires_at = expires_at
        self.session = session
        self.start_url = start_url
        self.region = region
        self.endpoints = endpoints
        self.sign_in = sign_in
        self.config = config
        self.token = token
        self.line = line

    @property
    def account_id(self) -> str:
        """The account of a role."""
        return self.subject.partition("/")[0]

    @property
    def role_name(self) -> str:
        """The name of a role."""
        return self.subject.partition("/")[2]

    def is_fresh(self, now: float) -> bool:
        """Return whether the line can be printed without a refresh."""
        return now < min(self.refresh_at, self.expires_at)

    def is_unchanged(self, config_file: str, root: str) -> bool:
        """Return whether config and token are still the files that these credentials came from; two `stat` calls.

        `config_file` is empty where the session is not from one. The token is one of this home, or is kept below the
        state root: with a `root` of their own choice, two homes can share a document.
        """
        token_file = stamped_path(self.token)
        is_ours = token_file.startswith(
            (os.path.join(absolute("~"), ".aws", ""), f"{root}{os.sep}")
        )
        config = stamp(config_file) if config_file else ""
        return is_ours and config == self.config and stamp(token_file) == self.token


def role_subject(account_id: str, role_name: str) -> str:
    """Return the subject of a document that holds credentials of a role."""
    return f"{account_id}/{role_name}"


def read(path: str, now: float) -> Document | None:
    """Read a document; anything odd about it is a miss: damage, another owner, a date of the future."""
    try:
        # Opening a named pipe would wait for a writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(path, flags)
        try:
            status = os.fstat(descriptor)
            content = os.read(descriptor, 65536).decode("ascii")
        finally:
            os.close(descriptor)
        if status.st_uid != os.geteuid() or not stat.S_ISREG(status.st_mode):
            return None
        # A file written in the future shows that the clock went back: its own dates mean nothing then.
        if status.st_mtime > now + 60:
            return None
        document = _parse(content)
    except (OSError, ValueError):
        return None
    return document if document.expires_at <= now + LONGEST_ROLE_SESSION_SECONDS + 60 else None


def _parse(content: str) -> Document:
    header, _, line = content.partition("\n")
    form, subject, refresh_at, expires_at, length, *words = header.split(" ")
    is_one_line = (
        line[:-1].isprintable() and line.startswith('{"Version":1,') and line[-2:] == "}\n"
    )
    if form != FORMAT or int(length) != len(line) or not is_one_line:
        raise ValueError
    session, start_url, region, sso, oidc, sign_in, config, token = map(unescape, words)
    return Document(
        subject=unescape(subject),
        refresh_at=int(refresh_at),
        expires_at=int(expires_at),
        session=session,
        start_url=start_url,
        region=region,
        endpoints=(sso, oidc),
        sign_in=sign_in,
        config=config,
        token=token,
        line=line,
    )


def to_text(document: Document) -> str:
    """Return the content of a document's file."""
    numbers = (document.refresh_at, document.expires_at, len(document.line))
    words = (
        document.session,
        document.start_url,
        document.region,
        *document.endpoints,
        document.sign_in,
        document.config,
        document.token,
    )
    header = " ".join((FORMAT, escape(document.subject), *map(str, numbers), *map(escape, words)))
    return f"{header}\n{document.line}"


def stamp(path: str) -> str:
    """Return one word that changes whenever the file at `path` does; empty if there is none.

    It names inode, size, mtime and ctime (which no program can set back) in nanoseconds, and the path. There is no
    device number in it, which differs between hosts that share a home.
    """
    try:
        status = os.stat(path)
    except OSError:
        return ""
    numbers = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return f"{':'.join(map(str, numbers))}:{path}"


def stamped_path(stamp: str) -> str:
    """Return the path of the file that a stamp was made of; empty if there was none."""
    words = stamp.split(":", 4)
    return words[4] if len(words) == 5 else ""


def endpoints() -> tuple[str, str]:
    """Return the overrides of the portal's and the OIDC endpoint in the environment, empty where there is none."""
    environment = os.environ
    return (
        environment.get("AWS_ENDPOINT_URL_SSO", ""),
        environment.get("AWS_ENDPOINT_URL_SSO_OIDC", ""),
    )


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


def session_folder(
    root: str, session: str, start_url: str, endpoints: tuple[str, str] = ("", "")
) -> str:
    """Return the path of the folder of an SSO session, or of a start URL as written where `session` is empty.

    What came through overridden endpoints lies in a folder of its own.
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
    """Return the path of a session's folder for AWS itself, which holds what all its folders share.

    There is one token file, and so one lock and one record of the sign-in.
    """
    root, name = os.path.split(session_folder)
    return os.path.join(root, name.partition("@")[0])


def role_path(folder: str, account_id: str, role_name: str) -> str:
    """Return the path of a role's document in the folder of a session."""
    return os.path.join(folder, "roles", account_id, file_name(role_name))


def config_file() -> str:
    """Return the absolute path of the AWS config file that the environment points to; empty without a home."""
    return absolute(expanded(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"))


def expanded(path: str) -> str:
    """Expand the variables in a path as botocore does; only where there are some does this import `re`."""
    return os.path.expandvars(path)


def absolute(path: str) -> str:
    """Make a path absolute; one in a home that there is not is empty, and no folder ``~`` where we happen to be."""
    expanded = os.path.expanduser(path)
    return "" if expanded.startswith("~") else os.path.abspath(expanded)


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


def file_name(name: str) -> str:
    """Return a file name for `name` that no file system takes for that of another name, or for a device.

    Lower-case names stay as they are; capitals are folded, and their places added as a number: ``Developer+1``.
    """
    encoded = "".join(map(_encoded, name))
    capitals = sum(1 << place for place, letter in enumerate(name) if letter in _CAPITALS)
    if capitals:
        encoded += f"+{capitals:x}"
    if encoded in _DEVICES:
        encoded = f"%{ord(encoded[0]):02X}{encoded[1:]}"
    # File names end at 255 bytes.
    return encoded if len(encoded) <= 128 else f"{encoded[:96]}-{fnv1a(name):08x}"


def _encoded(letter: str) -> str:
    if letter in _CAPITALS:
        return letter.lower()
    if letter in _SAFE_IN_FILE_NAMES:
        return letter
    return "".join(f"%{byte:02X}" for byte in os.fsencode(letter))


def fnv1a(text: str) -> int:
    """Hash a text to 32 bits (FNV-1a); it tells folders apart and protects nothing. `hashlib` is 2 ms to import."""
    value = 0x811C9DC5
    for byte in os.fsencode(text):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
