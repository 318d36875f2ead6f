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
    """Make a boto3 session that acts as a role, and renews its credentials by itself for as long as that can be.

    The session is named as for `get_credentials`; `region` is where its clients work. No profile and no
    variable has a say. Threads may share it as far as boto3 allows, and forked children renew on their own.

    With `login` the role is fetched at once, and a person may be asked to sign in, now and whenever the
    portal session has ended later. Without, nobody is asked, and the first call finds out whether somebody
    is signed in.

    Raises as `get_credentials` does. What goes wrong later comes out of the call that needs credentials, as
    an exception of botocore (`SSOTokenLoadError`, `CredentialRetrievalError`) with our text.

    >>> from credential_process import library
    >>> session = library.get_boto3_session(
    ...     "https://d-1234567890.awsapps.com/start", "us-east-1", "111122220001", "Developer",
    ...     region="eu-west-1", login=True,
    ... )
    >>> session.client("sts").get_caller_identity()["Account"]
    '111122220001'
    """
    options = role_options(start_url, sso_region, account_id, role_name, sso_session, login=login)
    arguments.Request(options)  # what is wrong with them should show here, not in a call
    if login:
        embedded.role_document(options)
    return boto3.Session(
        botocore_session=botocore_credentials.session_for(options), region_name=region
    )
