"""The server of account access manager that the tests meet: botocore's model decides what it takes and answers."""

from typing import Any

import pytest

from testing.access_manager import MODEL, AccessManager, operation_of
from testing.shapes import problems

ARN = "arn:aws:account-access:us-east-1:123456789012:application/one"
HEADERS = {"Authorization": "Credential=A/20261129/us-east-1/account-access/aws4_request"}
ROLE_ARN = "arn:aws:iam::123456789012:role/teams/Release"
PRINCIPAL = {"identityCenter": {"userId": "11111111-2222-3333-4444-555555555555"}}
GRANTED = {"principal": PRINCIPAL, "roleArn": ROLE_ARN, "account": "123456789012"}


def listed(**changes: Any) -> dict[str, Any]:
    """Return a response of ListEntitlements, whose grant has some members changed; None removes one."""
    granted = {name: value for name, value in {**GRANTED, **changes}.items() if value is not None}
    entitlement = {"principalRole": granted}
    one = {"entitlementId": "1", "entitlement": entitlement, "createdAt": 1_800_000_000}
    return {"entitlements": [one]}


def found(document: dict[str, Any]) -> list[str]:
    """Return what is wrong with a response of ListEntitlements."""
    return list(problems(MODEL.operation_model("ListEntitlements").output_shape, document))


def test_a_response_of_the_model_is_accepted() -> None:
    """The cases below differ from it in one thing each."""
    assert found(listed()) == []


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"account": None}, "missing ['account']"),
        ({"tenant": "aa-1"}, "unknown ['tenant']"),
        ({"account": "1234"}, "'1234' does not match"),
        ({"account": 123456789012}, "is not a string"),
        ({"principal": {}}, "a union has one member, not []"),
        ({"principal": {"identityCenter": {"userId": "ada"}}}, "'ada' does not match"),
        ({"roleArn": "arn:aws:iam::123456789012:user/ada"}, "does not match arn:"),
    ],
)
def test_another_response_is_a_defect(changes: dict[str, Any], shown: str) -> None:
    """The product would be tested against something that AWS never sends."""
    assert shown in "\n".join(found(listed(**changes)))


def test_the_server_does_not_answer_what_the_model_does_not_have() -> None:
    """It raises, so that the test fails that met it."""
    manager = AccessManager({ARN: {"status": "ACTIVE"}}, {ARN: []})
    with pytest.raises(AssertionError, match="missing"):
        manager.answer("GetApplication", {"applicationArn": ARN}, HEADERS)


@pytest.mark.parametrize(
    "body",
    [
        {"applicationArn": ARN},
        {"applicationArn": "aa-1", "filter": {}},
        {"applicationArn": ARN, "filter": {}, "maxResults": 101},
        {"applicationArn": ARN, "filter": {"principalRole": {"account": "Lab"}}},
    ],
)
def test_an_invalid_request_is_refused(body: dict[str, Any]) -> None:
    """Botocore sends most of these without a word."""
    status, reply = AccessManager({}, {}).answer("ListEntitlements", body, HEADERS)
    assert (status, reply["__type"]) == (400, "ValidationException")


def test_an_arn_in_a_path_is_decoded() -> None:
    """Its colons and slashes are escaped there."""
    path = "/applications/arn%3Aaws%3Aaccount-access%3Aus-east-1%3A123456789012%3Aapplication%2Fone"
    assert operation_of("GET", path, {}) == ("GetApplication", {"applicationArn": ARN})
