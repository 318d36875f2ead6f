"""Responses of the service, with each member checked: a proxy's page or a defect must not become a token."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from credential_process.errors import printable
from credential_process.identifiers import is_account_id, is_role_arn, is_role_name
from credential_process.identity_center.refusals import malformed
from credential_process.stores.account_list import Account

LONGEST_SECONDS = 366 * 24 * 3600  # of an access token
LATEST = 10**11  # epoch seconds
_LONGEST_TEXT = 16 * 1024  # fits in files and headers


class Grant(NamedTuple):
    """The result of a token exchange; `expires_at` in epoch seconds, `refresh_token` may be empty."""

    access_token: str
    expires_at: int
    refresh_token: str

    def __repr__(self) -> str:
        return f"Grant(expires_at={self.expires_at})"  # without the secrets


class RoleKeys(NamedTuple):
    """Credentials of a role; `expires_at` in epoch seconds."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: int

    def __repr__(self) -> str:
        return f"RoleKeys({self.access_key_id!r})"  # without the secrets


class EntitledRole(NamedTuple):
    """A role of account access manager; the name of the account may be empty."""

    arn: str
    account_name: str

    @property
    def account_id(self) -> str:
        """The account that the role is in."""
        return self.arn.split(":")[4]


class DeviceAuthorization(NamedTuple):
    """The code that the user sees, and the code to poll with (RFC 8628 §3.2)."""

    device_code: str
    user_code: str
    url: str
    seconds: int
    interval_seconds: int

    def __repr__(self) -> str:
        return f"DeviceAuthorization({self.url!r})"  # without the secret


def account(entry: dict[str, Any]) -> Account:
    """Read an account; its name and its email may be missing or contain any text."""
    account_id = text(entry, "accountId")
    if not is_account_id(account_id):
        raise malformed("accountId")
    return Account(
        account_id=account_id,
        name=str(entry.get("accountName") or ""),
        email=str(entry.get("emailAddress") or ""),
    )


def role_names(listed: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the valid role names, and the invalid ones, which are made printable.

    Names end up in config files, command lines and file names, so invalid ones are for display only.
    """
    names = [str(entry.get("roleName") or "") for entry in listed]
    left_out = [printable(name, limit=64) for name in names if not is_role_name(name)]
    return list(filter(is_role_name, names)), left_out


def entitled_roles(listed: list[dict[str, Any]]) -> tuple[list[EntitledRole], list[str]]:
    """Return the roles with valid ARNs, and the ARNs that are not valid, made printable, which are for display only."""
    roles = [
        EntitledRole(str(entry.get("roleArn") or ""), str(entry.get("accountName") or ""))
        for entry in listed
    ]
    left_out = [printable(role.arn, limit=120) for role in roles if not is_role_arn(role.arn)]
    return [role for role in roles if is_role_arn(role.arn)], left_out


def entries(reply: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects from a reply; raises `Unavailable`."""
    value = reply.get(name)
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return value
    raise malformed(name)


def next_token(reply: dict[str, Any], last: str) -> str:
    """Return the token of the next page, empty after the last; raises `Unavailable` if it is the last token again."""
    value = reply.get("nextToken") or ""
    if not isinstance(value, str) or (value and value == last):
        raise malformed("nextToken")
    return value


def role_keys(keys: dict[str, Any], expires_at: int) -> RoleKeys:
    """Return the credentials of a role from the object that has them; raises `Unavailable`."""
    return RoleKeys(
        access_key_id=text(keys, "accessKeyId"),
        secret_access_key=text(keys, "secretAccessKey"),
        session_token=text(keys, "sessionToken"),
        expires_at=_soon(expires_at),
    )


def _soon(expires_at: int) -> int:
    """Return the end of a role session, in epoch seconds; raises `Unavailable` if it is too far away."""
    # Twice the longest role session: no clock is that wrong, and an SDK would keep the credentials that long.
    if expires_at > time.time() + 24 * 3600:
        raise malformed("expiration")
    return expires_at


def text(reply: dict[str, Any], name: str) -> str:
    """Return a text from a reply; raises `Unavailable`."""
    value = text_if_any(reply, name)
    if not value:
        raise malformed(name)
    return value


def text_if_any(reply: dict[str, Any], name: str) -> str:
    """Return a text that may be missing from a reply; empty if it is missing, too long or not printable ASCII."""
    value = reply.get(name)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return ""
    return value if value.isascii() and value.isprintable() else ""


def timestamp(reply: dict[str, Any], name: str) -> int:
    """Return a time in epoch seconds from a reply, which may have a fraction; raises `Unavailable`."""
    value = reply.get(name)
    if isinstance(value, float) and 1 <= value < LATEST:
        return int(value)
    return number(reply, name)


def number(reply: dict[str, Any], name: str) -> int:
    """Return a positive number from a reply; raises `Unavailable`."""
    value = reply.get(name)
    # Above this, milliseconds are beyond the year 5000, and Python's dates would fail.
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**14:
        return value
    raise malformed(name)
