"""The owner of credentials: every access key leads back to the sign-in that it came from."""

from collections.abc import Iterator

import pytest

from credential_process.sandbox import Sandbox, Tenant
from tests.sandbox.authorization import REGISTRATION, START_URL, Client
from tests.sandbox.device import Device
from tests.sandbox.visitor import Visitor

ACCOUNT_ID = "111122220002"
OTHER = Tenant("https://other.awsapps.com/start", "us-east-1")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve two organisations in one Region, which differ only in their start URLs."""
    with Sandbox(seed=1, tenants=[OTHER]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def fetch(visitor: Visitor, access_token: str) -> str:
    """Ask for a role; return the access key id."""
    query = {"role_name": "Developer", "account_id": ACCOUNT_ID}
    reply = visitor.get("/federation/credentials", access_token, **query)
    return str(reply.document["roleCredentials"]["accessKeyId"])


def test_an_access_key_leads_to_user_account_role_and_sign_in(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """A test of whose credentials these are must not rely on what the program under test reports."""
    tokens = [str(sandbox.sign_in(name)["accessToken"]) for name in ("ada", "grace")]
    found = [sandbox.issued(fetch(visitor, token)) for token in tokens]
    assert [
        (each.start_url, each.region, each.user_name, each.account_id, each.role_name)
        for each in found
        if each
    ] == [(START_URL, "us-east-1", name, ACCOUNT_ID, "Developer") for name in ("ada", "grace")]
    assert [each.access_token for each in found if each] == tokens


def test_a_sign_in_has_a_portal_session_of_its_own(sandbox: Sandbox, visitor: Visitor) -> None:
    """A user may sign out and in again: earlier credentials belong to another sign-in."""
    tokens = [str(sandbox.sign_in("ada")["accessToken"]) for _ in range(2)]
    found = [sandbox.issued(fetch(visitor, token)) for token in tokens]
    sessions = [sandbox.portal_session(token) for token in tokens]
    assert [each.session_id for each in found if each] == [
        each.session_id for each in sessions if each
    ]
    assert sandbox.portal_sessions() == sessions
    assert sessions[0] != sessions[1]


@pytest.mark.parametrize("start_url", [START_URL, OTHER.start_url])
def test_a_token_keeps_its_start_url(sandbox: Sandbox, visitor: Visitor, start_url: str) -> None:
    """With two organisations at one endpoint, credentials show a confusion nowhere else."""
    client = Client.register(visitor, issuerUrl=start_url)
    tokens = client.signed_in()
    renewed = client.refresh(tokens["refreshToken"]).document
    for access_token in (tokens["accessToken"], renewed["accessToken"]):
        issued = sandbox.issued(fetch(visitor, access_token))
        assert issued is not None
        assert issued.start_url == start_url
    assert REGISTRATION["issuerUrl"] == START_URL


def test_the_start_url_of_a_device_code_is_kept_too(sandbox: Sandbox, visitor: Visitor) -> None:
    """Device clients register without a start URL, and send it when they start."""
    device = Device.register(visitor)
    device_code = device.start(OTHER.start_url).document["deviceCode"]
    sandbox.approve(user_name="grace")
    issued = sandbox.issued(fetch(visitor, device.poll(device_code).document["accessToken"]))
    assert issued is not None
    assert (issued.start_url, issued.user_name) == (OTHER.start_url, "grace")


def test_an_access_key_of_another_sandbox_is_unknown(sandbox: Sandbox, visitor: Visitor) -> None:
    """Credentials from elsewhere must not be attributed to a user here."""
    access_key_id = fetch(visitor, str(sandbox.sign_in()["accessToken"]))
    with Sandbox(seed=1) as other:
        assert other.issued(access_key_id) is None
        assert other.portal_session("aoaUnknown") is None
