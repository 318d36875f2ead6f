"""botocore as the client: its typed exceptions, parsers and paginators."""

from typing import Any

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import REGISTRATION

ACCOUNT_ID = "111122220001"


def client(sandbox: Sandbox, service: str) -> Any:
    """Return a botocore client that does not retry."""
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    return botocore.session.Session().create_client(
        service, region_name=sandbox.region, endpoint_url=sandbox.url, config=config
    )


@pytest.fixture
def oidc(sandbox: Sandbox) -> Any:
    """Return a client for sso-oidc."""
    return client(sandbox, "sso-oidc")


@pytest.fixture
def portal(sandbox: Sandbox) -> Any:
    """Return a client for the portal."""
    return client(sandbox, "sso")


def test_a_registration_has_no_endpoints_in_it(oidc: Any) -> None:
    """AWS returns null for them, and every client builds its own URL."""
    reply = oidc.register_client(**REGISTRATION)

    assert {"authorizationEndpoint", "tokenEndpoint"} & set(reply) == set()


def test_a_spent_refresh_token_raises_the_typed_exception(sandbox: Sandbox, oidc: Any) -> None:
    """Without the error header, botocore raises only a ClientError with the code 400."""
    token_cache = sandbox.sign_in()
    exchange = {
        "clientId": token_cache["clientId"],
        "clientSecret": token_cache["clientSecret"],
        "grantType": "refresh_token",
        "refreshToken": token_cache["refreshToken"],
    }
    oidc.create_token(**exchange)

    with pytest.raises(oidc.exceptions.InvalidGrantException) as caught:
        oidc.create_token(**exchange)
    assert caught.value.response["error"] == "invalid_grant"
    assert caught.value.response["error_description"] == "Invalid refresh token provided"


def test_an_unknown_client_raises_the_typed_exception(oidc: Any) -> None:
    """Clients register again when they catch it."""
    with pytest.raises(oidc.exceptions.InvalidClientException) as caught:
        oidc.create_token(
            clientId="x", clientSecret="x", grantType="refresh_token", refreshToken="x"
        )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 401


def test_an_expired_token_raises_the_typed_exception(sandbox: Sandbox, portal: Any) -> None:
    """Botocore's own SSO provider asks for a sign-in when it catches it."""
    access_token = sandbox.sign_in()["accessToken"]
    sandbox.expire("access_tokens")

    with pytest.raises(portal.exceptions.UnauthorizedException):
        portal.list_accounts(accessToken=access_token)


def test_no_access_is_an_exception_without_a_type(portal: Any, access_token: str) -> None:
    """It is not in the service's model, so every SDK shows it as received."""
    with pytest.raises(ClientError) as caught:
        portal.get_role_credentials(
            accessToken=access_token, accountId=ACCOUNT_ID, roleName="Nobody"
        )
    assert caught.value.response["Error"] == {"Message": "No access", "Code": "ForbiddenException"}


def test_role_credentials_are_as_long_as_the_real_ones(portal: Any, access_token: str) -> None:
    """Some readers of credential_process truncate a line at 1,024 bytes."""
    reply = portal.get_role_credentials(
        accessToken=access_token, accountId=ACCOUNT_ID, roleName="Developer"
    )
    role_credentials = reply["roleCredentials"]
    names = ("accessKeyId", "secretAccessKey", "sessionToken")

    assert [len(role_credentials[name]) for name in names] == [20, 40, 832]


def test_the_paginators_reach_every_account() -> None:
    """Organisations have hundreds, and botocore must find all of them."""
    with Sandbox(accounts=250) as sandbox:
        access_token = sandbox.sign_in()["accessToken"]
        pages = (
            client(sandbox, "sso")
            .get_paginator("list_accounts")
            .paginate(accessToken=access_token, PaginationConfig={"PageSize": 100})
        )
        account_ids = [account["accountId"] for page in pages for account in page["accountList"]]

    assert account_ids == [account.account_id for account in sandbox.accounts]
    assert sandbox.counters()["list_accounts"] == 3


def test_the_paginators_reach_every_role() -> None:
    """The same for an account with many permission sets."""
    with Sandbox(accounts=1, roles=30, page_size=7) as sandbox:
        access_token = sandbox.sign_in()["accessToken"]
        pages = (
            client(sandbox, "sso")
            .get_paginator("list_account_roles")
            .paginate(accessToken=access_token, accountId=ACCOUNT_ID)
        )
        role_names = [role["roleName"] for page in pages for role in page["roleList"]]

    assert role_names == list(sandbox.accounts[0].roles)
