"""Boto3 sessions that sign in through the broker."""

from __future__ import annotations

import boto3

from credential_process.client import arguments, embedded
from credential_process.library import botocore_credentials
from credential_process.library.access_credentials import access_options
from credential_process.library.argument_types import require_texts
from credential_process.library.credentials import role_options


def get_boto3_session(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str = "",
    role_name: str = "",
    *,
    region: str,
    sso_session: str | None = None,
    login: bool = False,
) -> boto3.Session:
    """Return a boto3 session that acts as a role, and renews its credentials automatically while you are signed in.

    The session is named as for `get_credentials`; `region` is the region of its clients. Profiles and environment
    variables for credentials are ignored. Threads may share it as far as boto3 allows; forked children renew their
    own credentials.

    With `login`, it fetches the credentials now, and the user may be asked to sign in, now and whenever the portal
    session has ended. Without, the user is never asked, and the first call that needs credentials fails if a sign-in
    is needed.

    Raises as `get_credentials` does. Later errors are raised by the call that needs credentials, as exceptions of
    botocore (`SSOTokenLoadError`, `CredentialRetrievalError`) with the same text.

    >>> from credential_process import library
    >>> session = library.get_boto3_session(
    ...     "https://d-1234567890.awsapps.com/start", "us-east-1", "111122220001", "Developer",
    ...     region="eu-west-1", login=True,
    ... )
    >>> session.client("sts").get_caller_identity()["Account"]
    '111122220001'
    """
    options = role_options(start_url, sso_region, account_id, role_name, sso_session, login=login)
    return _session(options, region, login=login)


def get_access_boto3_session(
    start_url: str | None = None,
    sso_region: str | None = None,
    tenant_id: str = "",
    role_arn: str = "",
    *,
    region: str,
    sso_session: str | None = None,
    role_session_name: str = "",
    role_session_duration_seconds: int | None = None,
    login: bool = False,
) -> boto3.Session:
    """Return a boto3 session that acts as a role of account access manager, and renews its credentials automatically.

    The role is named as for `get_access_credentials`; everything else is as for `get_boto3_session`.

    >>> from credential_process import library
    >>> session = library.get_access_boto3_session(
    ...     sso_session="corp", tenant_id="aa-1234567890abcdef",
    ...     role_arn="arn:aws:iam::111122220001:role/teams/Developer", region="eu-west-1", login=True,
    ... )
    >>> session.client("sts").get_caller_identity()["Account"]
    '111122220001'
    """
    options = access_options(
        *(start_url, sso_region, tenant_id, role_arn, sso_session),
        role_session_name=role_session_name,
        role_session_duration_seconds=role_session_duration_seconds,
        login=login,
    )
    return _session(options, region, login=login)


def _session(options: dict[str, str], region: str, *, login: bool) -> boto3.Session:
    require_texts(region=region)
    arguments.Request(options)  # so that wrong arguments raise here, not in a later call
    if login:
        embedded.role_document(options)
    return boto3.Session(
        botocore_session=botocore_credentials.session_for(options), region_name=region
    )
