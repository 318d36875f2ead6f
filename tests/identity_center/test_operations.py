"""Requests and replies, held against botocore's models of the services."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from botocore.auth import BearerAuth
from botocore.awsrequest import AWSRequest
from botocore.serialize import create_serializer
from botocore.tokens import FrozenAuthToken

from credential_process.identity_center import IdentityCenter, account_access, operations
from credential_process.identity_center.endpoints import ACCOUNT_ACCESS
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.identity_center.limiter import Limiter
from credential_process.stores.token_cache import Registration

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.identity_center.operations import Operation

SESSION = botocore.session.Session()
REGISTRATION = Registration(client_id="id", client_secret="secret", expires_at=0)
START_URL = "https://example.awsapps.com/start"
ROLE_NAME = "Ad+min=of,all.the@world-1_"
ROLE_ARN = f"arn:aws-cn:iam::111122220001:role/path/{ROLE_NAME}"
TENANT_ID = "aa-1234567890abcdef"
CALLS: dict[str, Callable[[IdentityCenter], object]] = {
    "RegisterClient": lambda service: service.register_client(
        start_url=START_URL, scopes=("sso:account:access",), redirect_uri="http://127.0.0.1/"
    ),
    "StartDeviceAuthorization": lambda service: service.start_device_authorization(
        REGISTRATION, start_url=START_URL
    ),
    "CreateToken": lambda service: service.redeem_code(
        REGISTRATION, code="c", redirect_uri="http://127.0.0.1/", verifier="v"
    ),
    "GetRoleCredentials": lambda service: service.role_credentials(
        "token", account_id="111122220001", role_name=ROLE_NAME
    ),
    "ListAccounts": lambda service: service.accounts("token", "page ä&=+/2"),
    "ListAccountRoles": lambda service: service.account_roles("token", "111122220001"),
    "Logout": lambda service: service.logout("token"),
    "account_access.ListRoles": lambda service: service.account_access.roles("token", TENANT_ID),
    "account_access.GetRoleCredentials": lambda service: service.account_access.role_credentials(
        "token",
        tenant_id=TENANT_ID,
        role_arn=ROLE_ARN,
        session_name=ROLE_NAME,
        duration_seconds=900,
    ),
}
# What a generated text or number cannot be.
VALUES: dict[str, Any] = {
    "accountId": "111122220001",
    "roleName": ROLE_NAME,
    "roleArn": ROLE_ARN,
    "nextToken": None,
    "expiresAt": time.time() + 3600,
    "expiration": (int(time.time()) + 3600) * 1000,
}
EXAMPLES = {"string": "text", "long": 1_900_000_000, "timestamp": 1_900_000_000.5, "integer": 600}


class Recorder:
    """In place of `Calls`: records what would be sent, and replies with all members of the model."""

    def __init__(self) -> None:
        self.sent: list[tuple[Operation, dict[str, Any]]] = []

    def call(self, operation: Operation, *_: float, **parameters: Any) -> dict[str, Any]:
        """Record it, and make up a reply."""
        self.sent.append((operation, parameters))
        shape = model_of(operation).output_shape
        reply: dict[str, Any] = example(shape) if shape else {}
        return reply


def model_of(operation: Operation) -> Any:
    """Return botocore's model of an operation."""
    constants = [*vars(operations).items(), *vars(account_access).items()]
    (name,) = (name.title().replace("_", "") for name, one in constants if one == operation)
    return SESSION.get_service_model(operation.service).operation_model(name)


def example(shape: Any) -> Any:
    """Return a value of a shape."""
    if shape.type_name == "structure":
        return {name: VALUES.get(name, example(member)) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [example(shape.member)]
    return EXAMPLES[shape.type_name]


@pytest.fixture
def recorder() -> Recorder:
    """Return a new one."""
    return Recorder()


@pytest.fixture
def service(recorder: Recorder) -> IdentityCenter:
    """Return the service with the recorder below it."""
    service = IdentityCenter("us-east-1", ServiceEnvironment(), Limiter())
    service._calls = recorder  # type: ignore[assignment]
    return service


@pytest.mark.parametrize("name", CALLS)
def test_a_request_is_what_botocore_would_send(
    service: IdentityCenter, recorder: Recorder, name: str
) -> None:
    """Method, path, query, headers and body."""
    CALLS[name](service)
    ((operation, parameters),) = recorder.sent
    model = model_of(operation)
    assert model.name == name.rpartition(".")[2]
    ours = operation.request(parameters)
    signed = AWSRequest("GET", "https://example.com/")
    if operation.service == ACCOUNT_ACCESS:
        # The model has no token there.
        BearerAuth(FrozenAuthToken(parameters.pop("accessToken"))).add_auth(signed)
    theirs = create_serializer("rest-json").serialize_to_request(parameters, model)
    target = urlsplit(ours.target)
    query = {key: [str(value)] for key, value in theirs["query_string"].items()}
    headers = {key.lower(): value for key, value in ours.headers.items()}
    assert (ours.method, target.path) == (theirs["method"], theirs["url_path"])
    assert parse_qs(target.query, strict_parsing=bool(query)) == query
    expected = {**theirs["headers"], **dict(signed.headers)}
    assert headers == {key.lower(): value for key, value in expected.items()}
    assert json.loads(ours.body or "{}") == json.loads(theirs["body"] or "{}")


@pytest.mark.parametrize("name", CALLS)
def test_a_reply_as_botocore_describes_it_is_read(service: IdentityCenter, name: str) -> None:
    """The names and types of members: a value that is not where it is looked for is an error."""
    assert name == "Logout" or CALLS[name](service)


def test_an_access_role_is_asked_for_without_a_session_by_default(
    service: IdentityCenter, recorder: Recorder
) -> None:
    """The service chooses name and duration then, and would refuse empty ones."""
    service.account_access.role_credentials("token", tenant_id=TENANT_ID, role_arn=ROLE_ARN)
    ((_, parameters),) = recorder.sent
    assert {"sessionName", "sessionDuration"} & set(parameters) == set()
