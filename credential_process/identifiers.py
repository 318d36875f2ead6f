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
_HEX = frozenset(_DIGITS + "abcdef")
# Hosts of the AWS console and of the pages on which users sign in: none of them is a portal.
_CONSOLES = (".aws.amazon.com", ".signin.aws", ".amazonaws-us-gov.com", ".amazonaws.cn")
EXAMPLE_URL = "https://d-1234567890.awsapps.com/start"
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


def is_directory_id(text: str) -> bool:
    """Return whether this is the id of a directory: the first label of a portal's host name without an alias."""
    return len(text) == 12 and text.startswith("d-") and _HEX.issuperset(text[2:])


def is_start_url(text: str) -> bool:
    """Return whether this is an https URL that can be a start URL, with or without a fragment and a final slash."""
    return is_https_url(text) and not is_console(text)


def is_https_url(text: str) -> bool:
    """Return whether this is an https URL with a host name, in printable ASCII."""
    host = _host(text)
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


def is_console(url: str) -> bool:
    """Return whether a URL is on a host of the AWS console or of its sign-in pages."""
    return f".{_host(url).partition(':')[0].lower()}".endswith(_CONSOLES)


def portal_of_directory(directory_id: str) -> str:
    """Return the start URL of the portal of a directory."""
    return f"https://{directory_id}.awsapps.com/start"


def behind_console(url: str) -> tuple[str, str]:
    """Return the start URL of the instance or directory that a page of the console or of a sign-in names; its region.

    Both are empty if the page does not name both.
    """
    from urllib.parse import parse_qs, urlsplit  # for messages alone

    parts = urlsplit(url)
    host = parts.hostname or ""
    region = next(filter(is_region, host.split(".")), "")
    # The page to which the portal redirects for the sign-in: `/platform/d-1234567890/login`.
    place, directory_id = (*parts.path.split("/"), "", "")[1:3]
    if host == f"{region}.signin.aws" and place == "platform" and is_directory_id(directory_id):
        return portal_of_directory(directory_id), region
    # The console of IAM Identity Center has the instance in the fragment, and its region in the host or the query:
    # `?region=eu-west-1#!/instances/72239c385425574d/dashboard`.
    region = region or parse_qs(parts.query).get("region", [""])[0]
    mark, place, instance = (*parts.fragment.split("/"), "", "", "")[:3]
    if (
        f".{host}".endswith(".console.aws.amazon.com")
        and is_region(region)
        and (mark in {"", "!"} and place == "instances")
        and (len(instance) == 16 and _HEX.issuperset(instance))
    ):
        return f"https://ssoins-{instance}.portal.{region}.app.aws", region
    return "", ""


def why_no_start_url(text: str) -> tuple[str, str]:
    """Return what is wrong with a text that is not a start URL, and the start URL that was meant; empty if unknown."""
    if is_https_url(text) and is_console(text):
        return "is the AWS console, not the access portal", behind_console(text)[0]
    return "is not a valid start URL", ""


def clean_start_url(text: str) -> str:
    """Return the start URL as the service knows it: without the ``#/`` that a browser's address bar adds."""
    return text.partition("#")[0].rstrip("/")


def is_dual_stack(start_url: str) -> bool:
    """Return whether a start URL is on a host that supports IPv6 too, such as ``….portal.us-east-1.app.aws``."""
    host = _host(start_url).partition(":")[0].lower()
    return host.endswith((".app.aws", ".app.amazonwebservices.com.cn", ".api.amazonwebservices.eu"))


def closest(typed: str, known: "Iterable[str]") -> str:
    """Return the known name that is most like a mistyped one, in capitals or not; empty if none is like it."""
    import difflib  # for messages alone

    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(typed[:_LONGEST_TYPED].casefold(), names, n=1)
    return names[found[0]] if found else ""


def _host(url: str) -> str:
    """Return the host of a URL, with its port."""
    return url.partition("://")[2].partition("/")[0].partition("#")[0]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
