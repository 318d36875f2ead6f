"""The form of AWS's identifiers: accounts, roles, regions, SSO sessions, start URLs; and which known name a user meant.

Plain string tests instead of patterns: this is loaded on the ask path, and importing `re` would cost as much as all
modules of this package together.
"""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
_ROLE_NAME = frozenset(_LETTERS + _DIGITS + "_+=,.@-")
_TENANT_ID = frozenset(_LETTERS[26:] + _DIGITS + "-")
_HOST = frozenset(_LETTERS + _DIGITS + ".-:")
_NOT_IN_URLS = frozenset("\"'<>\\^`{|}")
_LONGEST_TYPED = 64  # characters of a mistyped name that are compared: that takes quadratic time


def whole_number(text: str, *, most_digits: int = 18) -> int | None:
    """Return the number that these ASCII digits are; None for any other text, and for one with too many digits."""
    is_number = text.isascii() and text.isdigit() and len(text) <= most_digits
    return int(text) if is_number else None


def is_account_id(text: str) -> bool:
    """Return whether this is an account id: 12 ASCII digits."""
    return len(text) == 12 and whole_number(text) is not None


def is_role_name(text: str) -> bool:
    """Return whether this is a role name: ``[A-Za-z0-9_+=,.@-]{1,64}``, but not ``.`` or ``..``."""
    return 0 < len(text) <= 64 and _ROLE_NAME.issuperset(text) and text not in {".", ".."}


def is_role_arn(text: str) -> bool:
    """Return whether this is the ARN of an IAM role, with or without a path.

    AWS allows almost any character in a path. One that a role name cannot have is not accepted: an ARN becomes part of
    command lines and config files.
    """
    prefix, partition, service, region, account_id, *rest = (*text.split(":", 5), *[""] * 5)
    kind, *path = rest[0].split("/")
    return (
        (prefix, service, region, kind) == ("arn", "iam", "", "role")
        and partition.startswith("aws")
        and is_role_name(partition)
        and is_account_id(account_id)
        and path != []
        and all(map(is_role_name, path))
        and len(text) <= 2048
    )


def is_tenant_id(text: str) -> bool:
    """Return whether this is the id of a tenant of account access manager: ``aa-[a-z0-9-]*``, 24 characters at most."""
    return text.startswith("aa-") and len(text) <= 24 and _TENANT_ID.issuperset(text)


def is_role_session_name(text: str) -> bool:
    """Return whether this can be the name of a role session: ``[A-Za-z0-9_+=,.@-]{2,64}``."""
    return 2 <= len(text) <= 64 and _ROLE_NAME.issuperset(text)


def is_region(text: str) -> bool:
    """Return whether this has the form of a region, such as ``eu-west-1`` or ``us-gov-east-1``.

    It becomes part of a host name, so only letters, digits and hyphens are allowed.
    """
    *words, number = text.split("-")
    return (
        2 <= len(words) <= 4
        and all(2 <= len(word) <= 12 and word.isascii() and word.isalpha() for word in words)
        and text == text.lower()
        and whole_number(number, most_digits=2) is not None
    )


def is_session_name(text: str) -> bool:
    """Return whether this can be the name of an ``[sso-session]`` section: printable, without brackets."""
    return 0 < len(text) <= 256 and text.isprintable() and not {"[", "]"} & set(text)


def is_start_url(text: str) -> bool:
    """Return whether this is an https URL that can be a start URL, with or without a fragment and a final slash."""
    host = text.partition("://")[2].partition("/")[0].partition("#")[0]
    return (
        text.startswith("https://")
        and len(text) <= 1024
        and text.isascii()
        and text.isprintable()
        and " " not in text
        and not _NOT_IN_URLS & set(text)
        and _HOST.issuperset(host)
        and host.strip(".-:") != ""
    )


def clean_start_url(text: str) -> str:
    """Return the start URL as the service knows it: without the ``#/`` that a browser's address bar adds."""
    return text.partition("#")[0].rstrip("/")


def is_dual_stack(start_url: str) -> bool:
    """Return whether a start URL is on a host that supports IPv6 too, such as ``….portal.us-east-1.app.aws``."""
    host = start_url.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    return host.endswith((".app.aws", ".app.amazonwebservices.com.cn", ".api.amazonwebservices.eu"))


def closest(typed: str, known: "Iterable[str]") -> str:
    """Return the known name that is most like a mistyped one, in capitals or not; empty if none is like it."""
    import difflib  # for messages alone

    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(typed[:_LONGEST_TYPED].casefold(), names, n=1)
    return names[found[0]] if found else ""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
