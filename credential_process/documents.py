"""Role documents: the line that `get` prints, kept on disk under one header line.

The header contains everything that the credentials depend on; the body is printed byte for byte::

    sso-credential-process/3 SUBJECT REFRESH-AT EXPIRES-AT LENGTH SESSION START-URL REGION \
        SSO-ENDPOINT OIDC-ENDPOINT SIGN-IN CONFIG-STAMP MACHINE-STAMP TOKEN-STAMP
    {"Version":1,"AccessKeyId":…}

Times are epoch seconds; words are percent-escaped. An empty word is ``%``: SESSION and CONFIG-STAMP if a start URL
was passed, MACHINE-STAMP if the session is not from the machine's config file, an endpoint that is not overridden.
This module also finds the folders of the state. It is loaded on the warm path, so it imports nothing else;
`document_store` writes the documents that are read here.
"""

import os
import stat

FORMAT = "sso-credential-process/3"
LONGEST_ROLE_SESSION_SECONDS = 12 * 3600
_SAFE_IN_FILE_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# From <unistd.h> of macOS. Python has no name for it, and other systems do not know the number.
_CS_DARWIN_USER_TEMP_DIR = 65537
# Windows opens a device by these names in any folder.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
# Flags that a system lacks are 0: this module does not load `system.flags`. Without O_NONBLOCK, opening a named pipe
# waits for a writer.
_READ = 0
for _flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY", "O_NOINHERIT"):
    _READ |= getattr(os, _flag, 0)
# Windows has access lists in place of owners and modes: `os.stat` shows user 0 and full access for every file.
HAS_OWNERS = hasattr(os, "geteuid")
OTHERS = 0o077 if HAS_OWNERS else 0
# There, 0700 means a separate list, which locks the user out of folders that an elevated process of the same user
# creates (https://github.com/python/cpython/issues/157876); the list that is inherited from the folder above is as
# private, except in a root outside of the profile.
FOLDER_MODE = 0o700 if HAS_OWNERS else 0o777


class Document:
    """Credentials of one role, as they are printed, and everything that they depend on.

    `subject` identifies the role (see `role_subject`), `sign_in` is the id of the sign-in that the credentials were
    fetched with, and `config` and `token` are stamps of the files that the session and the token were read from.
    If the session is from the config file of the machine, because the user's has no section of that name, `machine` is
    the stamp of that, and `config` still that of the user's, which may get one.
    A plain class: importing `dataclasses` would cost more than the rest of the warm path.
    """

    __slots__ = (
        "config", "endpoints", "expires_at", "line", "machine", "refresh_at", "region", "session", "sign_in",
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
        machine: str = "",
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
        self.machine = machine
        self.token = token
        self.line = line

    @property
    def account_id(self) -> str:
        """The account that the credentials are for."""
        arn = self._assumed_arn
        return arn.split(":")[4] if arn else self.subject.partition("/")[0]

    @property
    def role_name(self) -> str:
        """The name of the role that the credentials are of, with its path, unless it is of a permission set."""
        arn = self._assumed_arn
        return (arn or self.subject).partition("/")[2].partition(" ")[0]

    @property
    def _assumed_arn(self) -> str:
        """The ARN of the last role of a chain; empty if there is none."""
        words = self.subject.rpartition(" arn=")
        return unescape(words[2].partition(" ")[0]) if words[1] else ""

    def is_fresh(self, now: float) -> bool:
        """Return whether the line can be printed without fetching it again."""
        return now < min(self.refresh_at, self.expires_at)

    def is_unchanged(self, config_file: str, root: str) -> bool:
        """Return whether config and token are still the files that these credentials came from.

        That takes two `stat` calls, and a third one if the session is from the config file of the machine.
        `config_file` is empty if the session is not from one. The token has to be in this home, or below the state
        root: two homes that are set to the same `root` share its documents.
        """
        token_file = stamped_path(self.token)
        is_ours = token_file.startswith(
            (os.path.join(absolute("~"), ".aws", ""), f"{root}{os.sep}")
        )
        config = stamp(config_file) if config_file else ""
        return (
            is_ours
            and config == self.config
            and stamp(token_file) == self.token
            and (not self.machine or stamp(stamped_path(self.machine)) == self.machine)
        )


def role_subject(account_id: str, role_name: str, chain: str = "") -> str:
    """Return the subject of a document with credentials of a role, or of the last one of a `role_chain`."""
    return f"{account_id}/{role_name}{chain}"


def read(path: str, now: float) -> Document | None:
    """Return the document at `path`, or None for anything odd: damage, another owner, a date in the future."""
    try:
        descriptor = os.open(path, _READ)
        try:
            status = os.fstat(descriptor)
            content = os.read(descriptor, 65536).decode("ascii")
        finally:
            os.close(descriptor)
        if status.st_uid != user_id() or not stat.S_ISREG(status.st_mode):
            return None
        # A file from the future shows that the clock was set back, so the dates in it cannot be compared either.
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
    session, start_url, region, sso, oidc, sign_in, config, machine, token = map(unescape, words)
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
        machine=machine,
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
        document.machine,
        document.token,
    )
    header = " ".join((FORMAT, escape(document.subject), *map(str, numbers), *map(escape, words)))
    return f"{header}\n{document.line}"


def stamp(path: str) -> str:
    """Return one word that changes whenever the file at `path` does; empty if there is none.

    It consists of inode, size, mtime and ctime (which no program can set back) in nanoseconds, and the path. The
    device number is left out, since it differs between hosts that share a home.
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
    """Return the endpoints of portal and OIDC that the environment overrides; empty for one that is not overridden."""
    environment = os.environ
    return (
        environment.get("AWS_ENDPOINT_URL_SSO", ""),
        environment.get("AWS_ENDPOINT_URL_SSO_OIDC", ""),
    )


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


def user_id() -> int:
    """Return the effective user; 0 where files have no owners, which is also what `os.stat` shows there."""
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _private_temporary_folder() -> str:
    """Return the folder for temporary files that macOS makes for each user; empty on other systems."""
    try:
        return (hasattr(os, "confstr") and os.confstr(_CS_DARWIN_USER_TEMP_DIR)) or ""
    except (OSError, ValueError):
        return ""


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


def escape(text: str) -> str:
    """Return a text percent-escaped, as one printable ASCII word; an empty text becomes ``%``."""
    if text.isascii() and text.isprintable() and text and not {" ", "%", "="} & set(text):
        return text
    return "".join(_escape_byte(byte) for byte in os.fsencode(text)) or "%"


def _escape_byte(byte: int) -> str:
    return chr(byte) if 0x20 < byte < 0x7F and byte not in b"%=" else f"%{byte:02X}"


def unescape(word: str) -> str:
    """Return the text that `escape` made a word of; raises `ValueError` for any other word."""
    if "%" not in word:
        return word
    if word == "%":
        return ""
    head, *parts = word.split("%")
    escaped = (bytes([int(part[:2], 16)]) + part[2:].encode() for part in parts)
    return os.fsdecode(head.encode() + b"".join(escaped))


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
