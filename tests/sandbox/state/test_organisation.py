"""The organisation: the same ids every time, at any size."""

import pytest

from credential_process.sandbox import Account, Sandbox


def test_accounts_and_roles_have_the_same_names_every_time() -> None:
    """Tests and documents name them."""
    assert Sandbox(accounts=2, roles=5).accounts == [
        Account(
            account_id=account_id,
            name=name,
            email=f"aws+{name.lower()}@example.com",
            roles=("Administrator", "Developer", "ReadOnly", "Role-4", "Role-5"),
        )
        for account_id, name in (("111122220001", "Production"), ("111122220002", "Staging"))
    ]


@pytest.mark.parametrize("count", [0, 1, 9, 1000])
def test_an_organisation_has_the_requested_number_of_accounts(count: int) -> None:
    """The benchmark needs a thousand accounts with different ids."""
    accounts = Sandbox(accounts=count, roles=3).accounts

    assert len({account.account_id for account in accounts}) == count
    assert len({account.email for account in accounts}) == count


def test_roles_can_be_named() -> None:
    """Some tests need unusual names."""
    assert Sandbox(accounts=1, roles=["a@b", "c+d"]).accounts[0].roles == ("a@b", "c+d")


def test_the_environment_directs_every_sdk_here() -> None:
    """The sandbox needs no installation but these variables."""
    with Sandbox() as sandbox:
        assert (sandbox.start_url, sandbox.region) == (
            "https://d-1234567890.awsapps.com/start",
            "us-east-1",
        )
        assert sandbox.environment == {
            "AWS_ENDPOINT_URL_SSO": sandbox.url,
            "AWS_ENDPOINT_URL_SSO_OIDC": sandbox.url,
            "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME": sandbox.url,
            "AWS_ENDPOINT_URL_STS": sandbox.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def test_a_sandbox_that_is_not_started_has_no_address() -> None:
    """An error that names the cause is better than a refused connection."""
    with pytest.raises(RuntimeError, match="not been started"):
        _ = Sandbox().url
