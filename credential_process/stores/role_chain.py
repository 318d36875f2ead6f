"""Chains of roles: the first is assumed with credentials of an SSO role, each other one with those of the one before.

A chain is a text, which `warm` makes from the options of ``get``, and which wants and the subjects of documents have:
`` arn=ARN session-name=NAME duration-seconds=N external-id=ID arn=ARN``, with each value percent-escaped, and only
``arn`` always there. If STS is reached through another endpoint, it begins with `` endpoint=URL``.
"""

from typing import NamedTuple

from credential_process import documents, identifiers
from credential_process.errors import UsageError

DEFAULT_SESSION_NAME = "sso-credential-process"
_ARN, _ENDPOINT = " arn=", "endpoint"
_OPTION = "--assume-role-"
_EXAMPLE = "arn:aws:iam::123456789012:role/Deploy"
_EXTERNAL_ID = frozenset(":/")


class AssumedRole(NamedTuple):
    """A role to assume, with the values of AssumeRole; `duration_seconds` and `external_id` may be empty."""

    arn: str
    session_name: str = DEFAULT_SESSION_NAME
    duration_seconds: str = ""
    external_id: str = ""

    @property
    def text(self) -> str:
        """The part of a chain that names it."""
        words = {
            "arn": self.arn,
            "session-name": "" if self.session_name == DEFAULT_SESSION_NAME else self.session_name,
            "duration-seconds": self.duration_seconds,
            "external-id": self.external_id,
        }
        return "".join(
            f" {name}={documents.escape(value)}" for name, value in words.items() if value
        )


def roles(chain: str) -> "list[AssumedRole]":
    """Return the roles of a chain in order; raises `UsageError` that names the option that is wrong."""
    found: list[dict[str, str]] = []
    for word in chain.split(" ")[1:]:
        name, _, escaped = word.partition("=")
        value = documents.unescape(escaped)
        if name == _ENDPOINT:
            continue
        if name == "arn":
            found.append({})
        elif not found:
            raise UsageError(
                f"{_OPTION}{name} is given before {_OPTION}arn",
                hint="give it after the role that it belongs to",
            )
        key = name.replace("-", "_")
        if key in found[-1]:
            raise UsageError(f"{_OPTION}{name} is given twice for one role", hint="give it once")
        _check(name, value)
        found[-1][key] = value
    return [AssumedRole(**each) for each in found]


def starts(chain: str) -> list[str]:
    """Return the beginnings of a chain that lack at least its last role, the longest first; the last one is empty."""
    head, *rest = chain.split(_ARN)
    return [
        head + "".join(_ARN + each for each in rest[:length]) if length else ""
        for length in range(len(rest) - 1, -1, -1)
    ]


def following(chain: str, start: str) -> str:
    """Return the beginning of a chain that has one role more than `start`."""
    head, *rest = chain.split(_ARN)
    return head + "".join(_ARN + each for each in rest[: start.count(_ARN) + 1])


def endpoint(chain: str) -> str:
    """Return the endpoint of STS that a chain was asked for with; empty if it is AWS's own."""
    name, _, escaped = chain.lstrip(" ").partition(" ")[0].partition("=")
    return documents.unescape(escaped) if name == _ENDPOINT else ""


def _check(name: str, value: str) -> None:
    is_valid, form = {
        "arn": (identifiers.is_role_arn, f"an ARN such as {_EXAMPLE}"),
        "session-name": (_is_session_name, "2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -"),
        "duration-seconds": (_is_duration, "a whole number such as 3600"),
        "external-id": (
            _is_external_id,
            "2 to 1224 of the characters A-Z a-z 0-9 _ + = , . @ : / -",
        ),
    }[name]
    if not is_valid(value):
        raise UsageError(f"{_OPTION}{name}: {value[:80]!a} is not valid", hint=f"give {form}")


def _is_session_name(text: str) -> bool:
    return len(text) > 1 and identifiers.is_role_name(text)


def _is_duration(text: str) -> bool:
    return identifiers.whole_number(text, most_digits=5) is not None


def _is_external_id(text: str) -> bool:
    words = "".join(letter for letter in text if letter not in _EXTERNAL_ID)
    return 2 <= len(text) <= 1224 and all(
        identifiers.is_role_name(f"_{letter}") for letter in set(words)
    )
