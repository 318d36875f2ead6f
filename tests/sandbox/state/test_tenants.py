"""Several organisations and Regions: tokens and codes of one are refused by the others."""

from collections.abc import Iterator
from typing import Any

import pytest

from credential_process.sandbox import Sandbox, Tenant
from tests.sandbox.authorization import REGISTRATION, START_URL, Client, sign_in
from tests.sandbox.device import Device
from tests.sandbox.visitor import Visitor

REPLICA = Tenant(START_URL, "eu-west-1")
OTHER = Tenant("https://other.awsapps.com/start", "eu-west-1")
EUROPE = "/region/eu-west-1"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve one organisation in two Regions, and another one in the second of them."""
    with Sandbox(seed=1, tenants=[REPLICA, OTHER]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def register(visitor: Visitor, base: str = "", **changes: Any) -> Client:
    """Register a client in a Region."""
    document = visitor.post(f"{base}/client/register", REGISTRATION | changes).document
    return Client(visitor, document["clientId"], document["clientSecret"])


def refresh(visitor: Visitor, base: str, cache: dict[str, Any]) -> tuple[int, str]:
    """Refresh a token in a Region; return the status and the error."""
    names = ("clientId", "clientSecret", "refreshToken")
    members = {name: cache[name] for name in names}
    reply = visitor.post(f"{base}/token", {"grantType": "refresh_token", **members})
    return (200, "") if reply.status == 200 else reply.refusal


def test_the_first_tenant_is_that_of_the_settings(sandbox: Sandbox) -> None:
    """A test with one organisation need not know of others."""
    assert sandbox.tenants == [Tenant(START_URL, "us-east-1"), REPLICA, OTHER]


def test_every_region_has_an_address_of_its_own(sandbox: Sandbox, visitor: Visitor) -> None:
    """Endpoint overrides can direct each SSO session to its Region."""
    environment = sandbox.environment_for("eu-west-1")
    visitor.post(f"{EUROPE}/client/register", REGISTRATION)

    assert environment["AWS_ENDPOINT_URL_SSO"] == f"{sandbox.url}{EUROPE}"
    assert environment["AWS_ENDPOINT_URL_SSO_OIDC"] == sandbox.region_url("eu-west-1")
    assert environment["AWS_ENDPOINT_URL_STS"] == sandbox.url
    assert [(one.path, one.region) for one in sandbox.requests()] == [
        ("/client/register", "eu-west-1")
    ]


def test_a_region_without_a_path_is_an_unknown_operation(visitor: Visitor) -> None:
    """It must not be a defect."""
    assert visitor.post("/region/eu-west-1?x=1").status == 400
    assert visitor.post("/region/eu-west-1x").status == 400
    assert visitor.post("/regional").status == 404


def test_a_start_url_of_another_region_is_refused(visitor: Visitor) -> None:
    """If AWS refuses it at once, users need this message."""
    changes = {"issuerUrl": OTHER.start_url}

    assert visitor.post("/client/register", REGISTRATION | changes).status == 400
    assert visitor.post(f"{EUROPE}/client/register", REGISTRATION | changes).status == 200
    assert Device.register(visitor).start(OTHER.start_url).refusal == (
        400,
        "InvalidRequestException",
    )


def test_a_token_is_unknown_to_the_portal_of_another_region(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """The portal's Region is that of the sign-in, never that of the profile."""
    token = sandbox.sign_in(tenant=REPLICA)["accessToken"]
    statuses = [visitor.get(f"{base}/assignment/accounts", token).status for base in ("", EUROPE)]

    assert statuses == [401, 200]


def test_a_refresh_in_the_wrong_region_is_an_invalid_request(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """AWS returns 'Invalid token provided', and the token stays valid in its own Region."""
    cache = sandbox.sign_in(tenant=REPLICA)

    assert (cache["startUrl"], cache["region"]) == REPLICA
    assert refresh(visitor, "", cache) == (400, "InvalidRequestException")
    assert refresh(visitor, EUROPE, cache) == (200, "")


def test_a_revocation_ends_the_tokens_of_all_regions(sandbox: Sandbox, visitor: Visitor) -> None:
    """Sessions are replicated, tokens are not."""
    token = sandbox.sign_in(tenant=REPLICA)["accessToken"]
    sandbox.revoke_session()

    assert visitor.get(f"{EUROPE}/assignment/accounts", token).status == 401


def test_a_code_is_redeemed_where_it_was_asked_for(visitor: Visitor) -> None:
    """A client that confuses two Regions gets no token."""
    client = register(visitor)
    code = client.answered()["code"]
    document = {"grantType": "authorization_code", "clientId": client.client_id,
                "clientSecret": client.client_secret, "code": code, "codeVerifier": "v" * 64,
                "redirectUri": "http://127.0.0.1:38271/oauth/callback"}  # fmt: skip

    assert visitor.post(f"{EUROPE}/token", document).refusal == (400, "InvalidGrantException")
    assert visitor.post("/token", document).status == 200


def test_a_device_code_is_redeemed_where_it_was_asked_for(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """The device flow is bound to its Region, too."""
    device = Device.register(visitor)
    device_code = device.start().document["deviceCode"]
    sandbox.approve()
    document = {"grantType": "urn:ietf:params:oauth:grant-type:device_code",
                "clientId": device.client.client_id, "clientSecret": device.client.client_secret,
                "deviceCode": device_code}  # fmt: skip

    assert visitor.post(f"{EUROPE}/token", document).refusal == (400, "InvalidGrantException")
    assert device.poll(device_code).status == 200


def test_a_silent_service_reports_the_error_in_the_browser_only(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """AWS's usual behaviour: register, wait, and an error that only the user sees."""
    sandbox.configure(wrong_region_silent=True)
    client = register(visitor, issuerUrl=OTHER.start_url)
    page = client.authorize()

    assert (page.status, "<code>invalid_grant</code>" in page.body.decode()) == (400, True)


def test_a_silent_service_still_requires_a_start_url(sandbox: Sandbox, visitor: Visitor) -> None:
    """It ignores wrong start URLs, not missing ones."""
    sandbox.configure(wrong_region_silent=True)
    document = {name: value for name, value in REGISTRATION.items() if name != "issuerUrl"}

    assert visitor.post("/client/register", document).status == 400


def test_a_registration_of_another_region_opens_no_page(visitor: Visitor) -> None:
    """A client must not continue with a registration from before its Region changed."""
    client = register(visitor, EUROPE, issuerUrl=OTHER.start_url)

    assert client.authorize().status == 400


def test_one_browser_session_is_valid_in_every_region(visitor: Visitor) -> None:
    """A second Region requires consent again, but no second sign-in."""
    cookie = sign_in(visitor)
    client = register(visitor, EUROPE, issuerUrl=OTHER.start_url)
    query = "response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Foauth%2Fcallback"
    challenge = f"code_challenge={'c' * 43}&code_challenge_method=S256&scopes=sso:account:access"
    target = f"{EUROPE}/authorize?client_id={client.client_id}&{query}&{challenge}"
    consent = visitor.get(target).headers["location"]

    assert visitor.send("GET", consent, None, {"Cookie": cookie}).status == 200
