"""A boto3 session that signs in through the broker."""

from __future__ import annotations

import boto3

from credential_process.client import arguments, embedded
from credential_process.library import botocore_credentials
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
    arguments.Request(options)  # so that wrong arguments raise here, not in a later call
    if login:
        embedded.role_document(options)
    return boto3.Session(
        botocore_session=botocore_credentials.session_for(options), region_name=region
    )
