"""Credentials of a role that account access manager grants, for a program that uses them itself."""

from __future__ import annotations

from credential_process import warm
from credential_process.client import embedded
from credential_process.config import tenants
from credential_process.library.argument_types import require_texts
from credential_process.library.credentials import Credentials
from credential_process.library.named_session import named_session


def get_access_credentials(
    start_url: str | None = None,
    sso_region: str | None = None,
    tenant_id: str = "",
    role_arn: str = "",
    *,
    sso_session: str | None = None,
    role_session_name: str = "",
    role_session_duration_seconds: int | None = None,
    login: bool = False,
) -> Credentials:
    """Return credentials of a role of account access manager, from the cache that all tools share if they are fresh.

    `tenant_id` can be left out if the ``[sso-session]`` has ``credential_process_tenant_id``; `role_arn` has the path
    of the role in it. `role_session_name` (2 to 64 characters) is what CloudTrail shows, and
    `role_session_duration_seconds` (900 to 43200) how long the credentials last; by default, AWS chooses both.
    Everything else is as for `get_credentials`.

    Raises as `get_credentials` does, and `UsageError` for a duration over that of the role.

    >>> from credential_process import library
    >>> credentials = library.get_access_credentials(
    ...     sso_session="corp", tenant_id="aa-1234567890abcdef",
    ...     role_arn="arn:aws:iam::111122220001:role/teams/Developer", login=True,
    ... )
    >>> credentials.access_key_id[:4]
    'ASIA'
    """
    options = access_options(
        *(start_url, sso_region, tenant_id, role_arn, sso_session),
        role_session_name=role_session_name,
        role_session_duration_seconds=role_session_duration_seconds,
        login=login,
    )
    return Credentials.of_line(embedded.role_document(options).line)


def access_options(
    start_url: str | None,
    sso_region: str | None,
    tenant_id: str,
    role_arn: str,
    sso_session: str | None,
    *,
    role_session_name: str,
    role_session_duration_seconds: int | None,
    login: bool,
) -> dict[str, str]:
    """Return the options of ``get`` for a role; raises `UsageError` if no tenant is known, or one is not a str."""
    session = named_session(start_url, sso_region, sso_session)
    require_texts(tenant_id=tenant_id, role_arn=role_arn, role_session_name=role_session_name)
    duration = role_session_duration_seconds
    texts = (tenant_id, role_arn, role_session_name, "" if duration is None else str(duration))
    role = {option: value for option, value in zip(warm.ACCESS, texts, strict=True) if value}
    if warm.TENANT not in role:
        role[warm.TENANT] = tenants.of_session(session)
    options = {**session.options, **role}
    return options if login else {**options, "login=False": "yes"}
