"""The forms of a managed profile: a `credential_process` line, or the keys that SDKs with SSO support read themselves.

``native`` refers to an ``[sso-session]``, ``legacy`` has the start URL and region in the profile, as was usual before
there were sessions: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from credential_process.config import profiles
from credential_process.config.profiles import Line
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from collections.abc import Mapping

Form: TypeAlias = Literal["line", "native", "legacy"]

_LINE = "credential_process"
_SESSION_KEYS = frozenset({"sso_session", "sso_start_url", "sso_region"})


def of(options: Mapping[str, str]) -> Form:
    """Return the form of a managed profile; it is a line also if the profile requests no role."""
    if _LINE in options or "sso_account_id" not in options:
        return "line"
    return "native" if "sso_session" in options else "legacy"


def role_keys(
    line: Line, form: Form, executable: str, start: SessionReference, former: str = ""
) -> dict[str, str]:
    """Return the keys that request a role; `start` is its session by start URL, for ``legacy``.

    `former` is the line that the profile has already: see `Line.text`.
    A session without a name has one native form, whose keys are those of ``legacy``. A role of account access manager
    has a line only: no SDK reads one.
    """
    if form == "line" or line.access is not None:
        return {_LINE: line.text(executable, former)}
    return native_keys(Line(start, line.account_id, line.role_name) if form == "legacy" else line)


def native_keys(line: Line) -> dict[str, str]:
    """Return the keys that request the role of a line, that of a permission set, from SDKs with SSO support."""
    role = {"sso_account_id": line.account_id, "sso_role_name": line.role_name}
    return {**line.session.keys, **role}


def conflicting(options: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return the keys of a profile that are of another form than the `wanted` keys, and would win or contradict."""
    if _LINE in wanted:
        return [key for key in options if profiles.is_sso(key)]
    return [key for key in options if key == _LINE or key in _SESSION_KEYS - wanted.keys()]


def read(options: Mapping[str, str]) -> Line | None:
    """Return the role that a managed profile requests, in either form; None if it requests none."""
    if of(options) == "line":
        return profiles.read_line(options.get(_LINE, ""))
    session, role_name = SessionReference.of_keys(options), options.get("sso_role_name")
    if not session.label or not role_name:
        return None
    return Line(session, options["sso_account_id"], role_name)
