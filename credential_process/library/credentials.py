"""Credentials of a role, for a program that uses them itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from credential_process.client import embedded
from credential_process.library.argument_types import require_texts
from credential_process.library.named_session import named_session


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials of a role; `expires_at` is an aware time in UTC."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime

    @classmethod
    def of_line(cls, line: str) -> Credentials:
        """Parse a line that `get` prints."""
        keys = json.loads(line)
        return cls(
            access_key_id=keys["AccessKeyId"],
            secret_access_key=keys["SecretAccessKey"],
            session_token=keys["SessionToken"],
            expires_at=datetime.strptime(keys["Expiration"], "%Y-%m-%dT%H:%M:%S%z"),
        )


def get_credentials(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str = "",
    role_name: str = "",
    *,
    sso_session: str | None = None,
    login: bool = False,
) -> Credentials:
    """Return credentials of a role, from the cache that all tools share if they are fresh.

    The session is `sso_session`, the name of an ``[sso-session]`` section, or `start_url` and `sso_region`.
    `account_id` has 12 digits. The credentials are valid for at least 15 minutes, unless they cannot be renewed now.
    With `login`, the user may be asked to sign in, once for all programs that wait; without, the user is never asked.
    For credentials that renew automatically, see `get_boto3_session`.

    Raises `UsageError`, `SignInNeeded`, `SignInOpen`, `Refused` (the user denied it, or the role is not assigned) or
    `Unavailable`, all of them `CredentialProcessError`.

    >>> from credential_process import library
    >>> credentials = library.get_credentials(
    ...     sso_session="corp", account_id="111122220001", role_name="Developer", login=True
    ... )
    >>> credentials.access_key_id[:4]
    'ASIA'
    """
    options = role_options(start_url, sso_region, account_id, role_name, sso_session, login=login)
    return Credentials.of_line(embedded.role_document(options).line)


def role_options(
    start_url: str | None,
    sso_region: str | None,
    account_id: str,
    role_name: str,
    sso_session: str | None,
    *,
    login: bool,
) -> dict[str, str]:
    """Return the options of ``get`` for a role; raises `UsageError` for an argument that is not a str."""
    session = named_session(start_url, sso_region, sso_session)
    require_texts(account_id=account_id, role_name=role_name)
    role = {"--account-id": account_id, "--role-name": role_name}
    options = session.options | {option: value for option, value in role.items() if value}
    return options if login else {**options, "login=False": "yes"}
