"""Account access manager, from the sandbox: roles, credentials, and what each refusal means."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest

from credential_process.errors import (
    CredentialProcessError,
    Refused,
    Throttled,
    Unauthorized,
    Unavailable,
    UsageError,
)
from credential_process.identity_center import IdentityCenter
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.identity_center.limiter import Limiter
from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox
from credential_process.session.used_scopes import ACCOUNT_ACCESS as SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credential_process.identity_center.account_access import AccountAccess

ACCOUNT_ID = "111122220001"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT_ID}:role/teams/Developer"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve 150 roles in a tenant, among them one whose path no command line should contain."""
    arns = [f"arn:aws:iam::{ACCOUNT_ID}:role/teams/Role{number}" for number in range(148)]
    odd = f"arn:aws:iam::{ACCOUNT_ID}:role/$(touch~x)/Developer"
    granted = [Entitlement(arn) for arn in (ROLE_ARN, odd, *arns)]
    with Sandbox(accounts=1, seed=1, entitlements={ACCESS_TENANT: granted}) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def access(sandbox: Sandbox) -> AccountAccess:
    """Reach it through the override, over plain http on this computer."""
    environment = ServiceEnvironment.of(sandbox.environment)
    return IdentityCenter(sandbox.region, environment, Limiter()).account_access


def token(sandbox: Sandbox, *scopes: str) -> str:
    """Sign a user in with these scopes, or with both."""
    return str(sandbox.sign_in("ada", scopes or SCOPES)["accessToken"])


def failure_of(
    access: AccountAccess, access_token: str, role_arn: str = ROLE_ARN
) -> CredentialProcessError:
    """Return the error that a request for credentials ends in."""
    with pytest.raises(CredentialProcessError) as caught:
        access.role_credentials(access_token, tenant_id=ACCESS_TENANT, role_arn=role_arn)
    return caught.value


def test_all_pages_are_read(sandbox: Sandbox, access: AccountAccess) -> None:
    """Roles with an odd path are for display only."""
    roles, left_out = access.roles(token(sandbox), ACCESS_TENANT)
    assert (len(roles), left_out) == (149, [f"arn:aws:iam::{ACCOUNT_ID}:role/$(touch~x)/Developer"])
    assert (roles[0].arn, roles[0].account_id, roles[0].account_name) == (
        ROLE_ARN,
        ACCOUNT_ID,
        "Production",
    )
    assert sandbox.counters()["access_roles"] == 2


def test_credentials_are_of_the_role(sandbox: Sandbox, access: AccountAccess) -> None:
    """With the duration and the name that were asked for."""
    keys = access.role_credentials(
        token(sandbox),
        tenant_id=ACCESS_TENANT,
        role_arn=ROLE_ARN,
        session_name="ci",
        duration_seconds=900,
    )
    issued = sandbox.issued(keys.access_key_id)
    assert issued is not None
    assert (issued.user_name, issued.role_arn) == ("ada", ROLE_ARN)
    assert keys.expires_at - time.time() == pytest.approx(900, abs=60)
    assert sandbox.requests()[-1].query == {
        "tenantId": ACCESS_TENANT,
        "roleArn": ROLE_ARN,
        "accessType": "PROGRAMMATIC_ACCESS",
        "sessionName": "ci",
        "sessionDuration": "900",
    }


def test_a_token_without_the_scope_is_not_accepted(sandbox: Sandbox, access: AccountAccess) -> None:
    """It has to differ from a role that is not granted: a sign-in helps."""
    assert isinstance(failure_of(access, token(sandbox, "sso:account:access")), Unauthorized)
    assert sandbox.counters()["access_credentials"] == 1


def test_another_role_is_refused_once(sandbox: Sandbox, access: AccountAccess) -> None:
    """No further try would help."""
    failure = failure_of(access, token(sandbox), ROLE_ARN.replace("Developer", "Other"))
    assert (type(failure), failure.exit_code) == (Refused, 4)
    assert sandbox.counters()["access_credentials"] == 1


def test_a_duration_over_that_of_the_role_is_wrong_usage(
    sandbox: Sandbox, access: AccountAccess
) -> None:
    """The message has the reason of the service."""
    with pytest.raises(UsageError, match="exceeds the maximum session duration"):
        access.role_credentials(
            token(sandbox), tenant_id=ACCESS_TENANT, role_arn=ROLE_ARN, duration_seconds=7200
        )
    assert sandbox.counters()["access_credentials"] == 1


def test_a_network_policy_is_no_missing_grant(sandbox: Sandbox, access: AccountAccess) -> None:
    """Another network helps, and the administrator of the role does not."""
    message = "The source IP is not allowed by the network configuration"
    sandbox.set_faults({"error": "AccessDeniedException", "message": message, "count": None})
    failure = failure_of(access, token(sandbox))
    assert isinstance(failure, Unavailable)
    assert "network" in failure.hint


def test_a_failure_of_the_service_is_tried_again(sandbox: Sandbox, access: AccountAccess) -> None:
    """Once, and then reported as one that passes."""
    access_token = token(sandbox)
    sandbox.set_faults({"error": "InternalServerException", "count": 1})
    assert access.role_credentials(access_token, tenant_id=ACCESS_TENANT, role_arn=ROLE_ARN)
    sandbox.set_faults({"error": "InternalServerException", "count": None})
    assert isinstance(failure_of(access, access_token), Unavailable)
    assert sandbox.counters()["access_credentials"] == 4


def test_a_throttled_request_waits_as_long_as_the_service_asks(
    sandbox: Sandbox, access: AccountAccess
) -> None:
    """And is not sent again when the caller would be gone by then."""
    access_token = token(sandbox)
    sandbox.set_faults({"error": "ThrottlingException", "headers": {"Retry-After": "31"}})
    with pytest.raises(Throttled):
        access.role_credentials(
            access_token,
            tenant_id=ACCESS_TENANT,
            role_arn=ROLE_ARN,
            deadline=time.monotonic() + 30,
        )
    assert sandbox.counters()["access_credentials"] == 1


@pytest.mark.parametrize(
    "expires_at", [None, "2026-11-28T00:00:00Z", -1, 0.5, math.inf, 10**12, True]
)
def test_an_odd_end_of_credentials_is_an_error(
    sandbox: Sandbox, access: AccountAccess, expires_at: object
) -> None:
    """A proxy or a defect must not become credentials that an SDK keeps for years."""
    keys = {
        "accessKeyId": "ASIA",
        "secretAccessKey": "s",
        "sessionToken": "t",
        "expiresAt": expires_at,
    }
    body = {"credentialsDetails": {"programmaticAccess": keys}}
    sandbox.set_faults({"service": "account_access", "status": 200, "body": body, "count": None})
    failure = failure_of(access, token(sandbox))
    assert "invalid response" in failure.message


@pytest.mark.parametrize("body", [{}, {"credentialsDetails": []}, {"credentialsDetails": {}}])
def test_a_reply_without_credentials_is_an_error(
    sandbox: Sandbox, access: AccountAccess, body: object
) -> None:
    """The union of the model may get further members."""
    sandbox.set_faults({"service": "account_access", "status": 200, "body": body, "count": None})
    assert "invalid response" in failure_of(access, token(sandbox)).message
