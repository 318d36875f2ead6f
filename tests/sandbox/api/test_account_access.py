"""Account access manager, asked by botocore's own client over TLS, which sends no bearer token without it."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.tokens import FrozenAuthToken

from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox, Tenant
from credential_process.sandbox.state.service_errors import ACCOUNT_ACCESS_ERRORS
from tests.sandbox.authorization import START_URL, Client
from tests.sandbox.device import Device
from tests.sandbox.visitor import Visitor

ACCOUNT_ID = "111122220001"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/teams/Developer"
BOTH = ("account_access:read_only", "account_access:assume")
SCOPES = ("sso:account:access", *BOTH)
HOST = "account-access-runtime.us-east-1.api.aws"


class SignedIn:
    """In place of botocore's provider of tokens: a fixed one."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def load_token(self, **_options: str) -> "SignedIn":
        """Return this one for each service."""
        return self

    def get_frozen_token(self) -> FrozenAuthToken:
        """Return the token."""
        return FrozenAuthToken(self._access_token)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as a proxy, too."""
    replica = Tenant(START_URL, "eu-west-1")
    with Sandbox(accounts=3, roles=2, seed=1, connect_proxy=True, tenants=[replica]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def botocore_client(
    sandbox: Sandbox, access_token: str, region: str = "us-east-1", **options: Any
) -> Any:
    """Return botocore's client with a bearer token, which reaches the sandbox under AWS's host name."""
    session = get_session()
    session.register_component("token_provider", SignedIn(access_token))
    config = Config(
        proxies={"https": sandbox.proxy_url}, retries={"total_max_attempts": 1}, **options
    )
    return session.create_client(
        "account-access-runtime", region, config=config, verify=sandbox.ca_bundle
    )


def signed_in(sandbox: Sandbox, *scopes: str, user_name: str = "alice") -> Any:
    """Sign a user in; return botocore's client with the token."""
    token = sandbox.sign_in(user_name, scopes or SCOPES)["accessToken"]
    return botocore_client(sandbox, token)


def credentials(client: Any, **changes: Any) -> dict[str, Any]:
    """Get credentials of a role."""
    asked = {
        "tenantId": ACCESS_TENANT,
        "roleArn": ROLE_ARN,
        "accessType": "PROGRAMMATIC_ACCESS",
        **changes,
    }
    reply: dict[str, Any] = client.get_role_credentials(**asked)
    return dict(reply["credentialsDetails"]["programmaticAccess"])


def caller_arn(sandbox: Sandbox, keys: dict[str, Any]) -> str:
    """Ask STS whose credentials these are."""
    client = get_session().create_client(
        "sts",
        "us-east-1",
        endpoint_url=sandbox.url,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    return str(client.get_caller_identity()["Arn"])


def refused(call: Any) -> str:
    """Return the name of the exception that a call of botocore ends in."""
    with pytest.raises(ClientError) as caught:
        call()
    return type(caught.value).__name__


def test_a_role_gives_credentials_of_itself(sandbox: Sandbox) -> None:
    """The path is a part of the ARN, and not of the name under which STS knows the caller."""
    keys = credentials(signed_in(sandbox))

    assert caller_arn(sandbox, keys) == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/Developer/alice"
    issued = sandbox.issued(keys["accessKeyId"])
    assert issued is not None
    assert (issued.user_name, issued.role_arn, issued.tenant_id) == (
        "alice",
        ROLE_ARN,
        ACCESS_TENANT,
    )
    assert [(one.host, one.operation) for one in sandbox.requests()][:1] == [
        (HOST, "access_credentials")
    ]


def test_the_caller_chooses_name_and_duration(sandbox: Sandbox) -> None:
    """Both are in CloudTrail, and two durations are two answers."""
    client = signed_in(sandbox)
    short = credentials(client, sessionName="ci+1", sessionDuration=900)
    whole = credentials(client)

    assert caller_arn(sandbox, short).endswith("/ci+1")
    assert (whole["expiresAt"] - short["expiresAt"]).total_seconds() == pytest.approx(2700, abs=60)


def test_an_instance_without_permission_sets_grants_roles(sandbox: Sandbox) -> None:
    """They are the reason to have such an instance."""
    sandbox.configure(permission_sets_enabled=False)
    client = signed_in(sandbox)

    assert ROLE_ARN in [
        each["roleArn"] for each in client.list_roles(tenantId=ACCESS_TENANT)["roles"]
    ]
    assert caller_arn(sandbox, credentials(client)).endswith(":assumed-role/Developer/alice")


def test_all_roles_are_listed_in_pages() -> None:
    """A page has a hundred at most, and accounts without a name are listed too."""
    roles = [
        Entitlement(f"arn:aws:iam::{account:012}:role/a/b/Role{number}")
        for account in (111_122_220_001, 5)
        for number in range(80)
    ]
    with Sandbox(accounts=1, connect_proxy=True, entitlements={"aa-x": roles}) as sandbox:
        pages = signed_in(sandbox).get_paginator("list_roles").paginate(tenantId="aa-x")
        listed = [role for page in pages for role in page["roles"]]

    assert [role["roleArn"] for role in listed] == [role.role_arn for role in roles]
    assert (listed[0]["accountName"], "accountName" in listed[-1]) == ("Production", False)
    assert sandbox.counters()["access_roles"] == 2


def test_a_user_sees_and_gets_the_own_roles_alone() -> None:
    """A group of another department has other roles."""
    granted = [Entitlement(ROLE_ARN, user_names=("alice",))]
    with Sandbox(connect_proxy=True, entitlements={ACCESS_TENANT: granted}) as sandbox:
        alice, bob = (signed_in(sandbox, user_name=name) for name in ("alice", "bob"))
        assert len(alice.list_roles(tenantId=ACCESS_TENANT)["roles"]) == 1
        assert bob.list_roles(tenantId=ACCESS_TENANT)["roles"] == []
        assert credentials(alice)
        assert refused(lambda: credentials(bob)) == "AccessDeniedException"


@pytest.mark.parametrize("error", ["UnauthorizedException", "AccessDeniedException"])
def test_each_operation_needs_its_own_scope(sandbox: Sandbox, error: Any) -> None:
    """The AWS CLI asks for neither of them, and its tokens lie in the same cache."""
    sandbox.configure(missing_scope=error)
    plain, reader, user = (
        signed_in(sandbox, "sso:account:access", *scopes) for scopes in ((), BOTH[:1], BOTH[1:])
    )
    listings = [lambda one=one: one.list_roles(tenantId=ACCESS_TENANT) for one in (plain, user)]
    fetches = [lambda one=one: credentials(one) for one in (plain, reader)]

    assert {refused(call) for call in listings + fetches} == {error}
    assert reader.list_roles(tenantId=ACCESS_TENANT)["roles"]
    assert credentials(user)


def test_a_token_has_the_scopes_that_were_asked_for(sandbox: Sandbox) -> None:
    """A client may ask for fewer than it has registered; a refresh gives no others."""
    with Visitor(sandbox.url) as visitor:
        client = Client.register(visitor, scopes=list(SCOPES))
        statuses = []
        for scopes in ("sso:account:access", " ".join(SCOPES)):
            tokens = client.redeem(client.answered(scopes=scopes)["code"]).document
            renewed = client.refresh(tokens["refreshToken"]).document
            given = (tokens["accessToken"], renewed["accessToken"])
            statuses += [listing_status(visitor, token) for token in given]

    assert statuses == [401, 401, 200, 200]


def test_a_device_code_gives_the_scopes_of_the_registration(sandbox: Sandbox) -> None:
    """In that flow scopes are named at the registration alone."""
    with Visitor(sandbox.url) as visitor:
        statuses = []
        for scopes in (["sso:account:access"], list(SCOPES)):
            device = Device.register(visitor, scopes=scopes)
            device_code = device.start().document["deviceCode"]
            sandbox.approve()
            statuses.append(
                listing_status(visitor, device.poll(device_code).document["accessToken"])
            )

    assert statuses == [401, 200]


def listing_status(visitor: Visitor, access_token: str) -> int:
    """Return the status of a listing over plain http."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return visitor.send("GET", f"/access?tenantId={ACCESS_TENANT}", None, headers).status


@pytest.mark.parametrize(
    "changes",
    [
        {"tenantId": "ab-1234"},
        {"tenantId": "aa-UPPER"},
        {"tenantId": "aa-" + "1" * 22},
        {"sessionName": "a"},
        {"sessionName": "a b"},
        {"sessionDuration": 899},
        {"sessionDuration": 43_201},
        {"sessionDuration": 3601},
        {"accessType": "CONSOLE"},
    ],
)
def test_an_invalid_request_is_refused(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    """With the error that the API reference has for it; the last duration is over that of the role."""
    client = botocore_client(
        sandbox, sandbox.sign_in(scopes=SCOPES)["accessToken"], parameter_validation=False
    )

    assert refused(lambda: credentials(client, **changes)) == "ValidationException"


@pytest.mark.parametrize(
    "changes",
    [
        {"roleArn": f"arn:aws:iam::{ACCOUNT_ID}:role/Developer"},
        {"roleArn": f"arn:aws:iam::{ACCOUNT_ID}:role/teams/developer"},
        {"tenantId": "aa-other"},
    ],
)
def test_another_role_is_denied(sandbox: Sandbox, changes: dict[str, str]) -> None:
    """A role without its path is another role."""
    assert refused(lambda: credentials(signed_in(sandbox), **changes)) == "AccessDeniedException"


@pytest.mark.parametrize(
    "asked",
    [
        {"tenantId": "aa-other"},
        {"tenantId": ACCESS_TENANT, "maxResults": 0},
        {"tenantId": ACCESS_TENANT, "maxResults": 101},
        {"tenantId": ACCESS_TENANT, "nextToken": "?"},
    ],
)
def test_an_invalid_listing_is_refused(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    """The model has no other error for it."""
    client = signed_in(sandbox)
    assert refused(lambda: client.list_roles(**asked)) == "ValidationException"


@pytest.mark.parametrize("access_token", ["aoaUnknown", "expired"])
def test_a_token_that_is_not_valid_is_refused(sandbox: Sandbox, access_token: str) -> None:
    """A client must sign in again."""
    if access_token == "expired":
        access_token = sandbox.sign_in(scopes=SCOPES)["accessToken"]
        sandbox.expire("access_tokens")
    client = botocore_client(sandbox, access_token)

    assert refused(lambda: credentials(client)) == "UnauthorizedException"


def test_a_token_is_of_its_region(sandbox: Sandbox) -> None:
    """A sign-in in one Region is none in another."""
    tenant = Tenant(START_URL, "eu-west-1")
    token = sandbox.sign_in(scopes=SCOPES, tenant=tenant)["accessToken"]

    assert credentials(botocore_client(sandbox, token, "eu-west-1"))
    assert refused(lambda: credentials(botocore_client(sandbox, token))) == "UnauthorizedException"


def test_twenty_requests_a_second_are_admitted(sandbox: Sandbox) -> None:
    """The documented limit; while the clock does not advance, nothing is refilled."""
    client = signed_in(sandbox)
    for _ in range(20):
        sandbox.advance_clock(-60)
        assert client.list_roles(tenantId=ACCESS_TENANT)
    sandbox.advance_clock(-60)

    assert refused(lambda: client.list_roles(tenantId=ACCESS_TENANT)) == "ThrottlingException"
    assert sandbox.counters()["throttled"] == 1


def test_each_service_has_its_own_limit(sandbox: Sandbox) -> None:
    """A flood of one kind of role must not be taken for one of the other."""
    sandbox.configure(account_access_requests_per_second=1, retry_after_seconds=7)
    client = signed_in(sandbox)
    portal_token = sandbox.sign_in()["accessToken"]
    client.list_roles(tenantId=ACCESS_TENANT)
    sandbox.advance_clock(-60)
    with pytest.raises(ClientError) as caught:
        client.list_roles(tenantId=ACCESS_TENANT)

    reply = caught.value.response["ResponseMetadata"]
    assert (reply["HTTPStatusCode"], reply["HTTPHeaders"]["retry-after"]) == (429, "7")
    with Visitor(sandbox.url) as visitor:
        assert visitor.get("/assignment/accounts", portal_token).status == 200


@pytest.mark.parametrize("error", ACCOUNT_ACCESS_ERRORS)
def test_each_error_of_the_model_can_be_had(sandbox: Sandbox, error: str) -> None:
    """As botocore's typed exception, with its status."""
    model = get_session().get_service_model("account-access-runtime")
    assert set(ACCOUNT_ACCESS_ERRORS) == {shape.name for shape in model.error_shapes}
    sandbox.set_faults({"service": "account_access", "error": error, "message": "because"})
    client = signed_in(sandbox)

    with pytest.raises(client.exceptions.from_code(error)) as caught:
        credentials(client)
    assert caught.value.response["Error"] == {"Code": error, "Message": "because"}
    status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    assert status == ACCOUNT_ACCESS_ERRORS[error]


@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
@pytest.mark.parametrize("options", [{}, {"use_fips_endpoint": True}])
def test_every_name_that_botocore_asks_for_is_known(
    sandbox: Sandbox, region: str, options: dict[str, bool]
) -> None:
    """The service has the dual-stack suffix of each partition."""
    client = botocore_client(sandbox, "any", region, **options)

    assert refused(lambda: credentials(client)) == "UnauthorizedException"
    assert [tunnel.opened for tunnel in sandbox.tunnels()] == [True]
    assert [one.region for one in sandbox.requests()] == [region]


def test_its_host_serves_nothing_else(sandbox: Sandbox) -> None:
    """And AWS has no such host with the older suffix."""
    token = sandbox.sign_in(scopes=SCOPES)["accessToken"]
    with Visitor(sandbox.url) as visitor:
        headers = {"Host": HOST, "x-amz-sso_bearer_token": token}
        assert visitor.send("GET", "/assignment/accounts", None, headers).status == 404
        target = HOST.replace("api.aws", "amazonaws.com")
        assert visitor.send("CONNECT", f"{target}:443").status == 403


def test_a_role_that_is_no_arn_cannot_be_granted() -> None:
    """A test with a typo must fail at the typo."""
    with pytest.raises(ValueError, match="not the ARN of a role"):
        Entitlement("arn:aws:iam::1:role/x")
