"""The kinds of errors, each with its exit code."""


class CredentialProcessError(Exception):
    """The base of every error that is reported to the user; never raised itself.

    `message` is what happened, and to what; `hint` is the command or the change that fixes it.
    """

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class SignInOpen(CredentialProcessError):
    """A sign-in is open in a browser; finish it and run again."""

    exit_code = 1


class UsageError(CredentialProcessError):
    """An argument or the configuration is wrong."""

    exit_code = 2


class SignInNeeded(CredentialProcessError):
    """A sign-in is needed, but prompting is not allowed or not possible."""

    exit_code = 3


class Refused(CredentialProcessError):
    """The user denied the sign-in, or the service refused the request."""

    exit_code = 4


class Unavailable(CredentialProcessError):
    """The service, the network, the broker or the state folder cannot be used."""

    exit_code = 5


class Defect(CredentialProcessError):
    """A bug in this program."""


class Throttled(Unavailable):
    """The service asks for fewer requests (HTTP 429, or `slow_down` of RFC 8628 §3.5)."""

    retry_after_seconds = 0.0


class SignInPending(SignInOpen):
    """The user has not answered yet (RFC 8628 §3.5)."""


class SignInExpired(SignInNeeded):
    """The user has not answered in time (RFC 8628 §3.5)."""


class Unauthorized(Unavailable):
    """The portal does not accept the access token, even if it has not expired (HTTP 401)."""


class SignInCancelled(Refused):
    """The user has ended the sign-in without an answer, by Ctrl-C in `login` or by a sign-out; no cooldown follows."""


class SignInDenied(Refused):
    """The user has denied the sign-in (RFC 8628 §3.5)."""


class InvalidGrant(Refused):
    """The service does not accept the authorization code or the refresh token (RFC 6749 §5.2)."""


class InvalidClient(Refused):
    """The service does not know the client registration, or not any more (RFC 6749 §5.2)."""


class UnauthorizedClient(Refused):
    """The client registration is not allowed to do this, or not any more (RFC 6749 §5.2)."""


_KINDS = (SignInOpen, UsageError, SignInNeeded, Refused, Unavailable, Defect)


def from_exit_code(exit_code: int, message: str, hint: str) -> CredentialProcessError:
    """Return the error that another process has stored, by its exit code."""
    for kind in _KINDS:
        if kind.exit_code == exit_code:
            return kind(message, hint=hint)
    return Defect(message, hint=hint)


def unusable(what: str, error: OSError) -> Unavailable:
    """Convert an `OSError` to an `Unavailable` that names the operation, the reason, the path and a fix."""
    import errno
    import os

    where = error.filename if isinstance(error.filename, str) else what
    place = f" ({where})" if where != what else ""
    cures = {
        errno.ENOSPC: "make room on the disk",
        errno.EDQUOT: "make room on the disk",
        errno.EROFS: "make the disk writable",
        errno.ENAMETOOLONG: "set SSO_CREDENTIAL_PROCESS_HOME to a folder with a shorter path",
        errno.ENOENT: "create its folder, or fix the link to it",
    }
    hint = cures.get(error.errno or 0, "check its permissions and owner")
    if error.errno == errno.EPERM:
        from credential_process.system import advice

        unlock = advice.unlock(where) or advice.unlock(os.path.dirname(where))
        hint = f"unlock it: {unlock}" if unlock else hint
    return Unavailable(f"{what}: {error.strerror}{place}", hint=hint)


def printable(text: str, *, limit: int = 200) -> str:
    """Return foreign text that is safe for a terminal: one line, no control characters, at most `limit` characters."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean if len(clean) <= limit else f"{clean[: limit - 1]}…"
