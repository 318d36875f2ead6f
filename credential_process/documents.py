"""Role documents: the line that `get` prints, kept on disk under one header line.

The header contains everything that the credentials depend on; the body is printed byte for byte::

    sso-credential-process/3 SUBJECT REFRESH-AT EXPIRES-AT LENGTH SESSION START-URL REGION \
        SSO-ENDPOINT OIDC-ENDPOINT SIGN-IN CONFIG-STAMP MACHINE-STAMP TOKEN-STAMP
    {"Version":1,"AccessKeyId":…}

Times are epoch seconds; words are percent-escaped. An empty word is ``%``: SESSION and CONFIG-STAMP if a start URL
was passed, MACHINE-STAMP if the session is not from the machine's config file, an endpoint that is not overridden.
This is loaded on the warm path, so it imports only `paths`; `document_store` writes the documents that are read here.
"""

import os
import stat

from credential_process import paths

FORMAT = "sso-credential-process/3"
LONGEST_ROLE_SESSION_SECONDS = 12 * 3600
# Flags that a system lacks are 0: this module does not load `system.flags`. Without O_NONBLOCK, opening a named pipe
# waits for a writer.
READ_NO_LINK = 0
for _flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY", "O_NOINHERIT"):
    READ_NO_LINK |= getattr(os, _flag, 0)


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
            (os.path.join(paths.absolute("~"), ".aws", ""), f"{root}{os.sep}")
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
        descriptor = os.open(path, READ_NO_LINK)
        try:
            status = os.fstat(descriptor)
            content = os.read(descriptor, 65536).decode("ascii")
        finally:
            os.close(descriptor)
        if status.st_uid != paths.user_id() or not stat.S_ISREG(status.st_mode):
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
