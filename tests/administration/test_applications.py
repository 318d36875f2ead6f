"""`admin applications`: the tenants of account access manager, in processes of the installed executable."""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.organisation import Instance, instead, refusal
from tests.administration.conftest import ACCESS_KEY, TENANT, Company


@pytest.fixture
def applications(admin: Executable) -> Callable[..., Any]:
    """Return how to call ``admin applications``."""
    return partial(admin, "applications")


@pytest.fixture
def failed(company: Company) -> Any:
    """Make an application that could not be created, of another instance, in another region."""
    instance = Instance(company.organisation, "eu-west-3")
    manager = company.organisation.access_manager
    arn = manager.application(instance.arn, "", instance.region)
    error = {"code": "AUTHORIZATION_ERROR", "message": "the KMS key"}
    del manager.applications[arn]["tenantId"]
    manager.applications[arn] |= {"status": "CREATE_FAILED", "error": error}
    yield arn, instance
    del manager.applications[arn]


def test_users_are_given_the_tenant(applications: Callable[..., Any], company: Company) -> None:
    """Nothing else shows it to an administrator who has to pass it on."""
    done = applications()
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    instance = company.instance.arn.rpartition("/")[2]
    assert rows == [
        ["tenant", "application", "instance", "status"],
        [TENANT, company.application, instance, "ACTIVE"],
    ]


def test_programs_read_json_and_csv(applications: Callable[..., Any], company: Company) -> None:
    """With the same fields."""
    (line,) = applications("--json").stdout.splitlines()
    (row,) = csv.DictReader(io.StringIO(applications("--csv").stdout))
    described = json.loads(line)
    assert row == described
    assert described.pop("created_at").endswith("Z")
    assert described == {
        "tenant_id": TENANT,
        "application_arn": company.application,
        "status": "ACTIVE",
        "error": "",
        "instance_arn": company.instance.arn,
        "region": "us-east-1",
    }


def test_an_application_that_failed_is_shown_with_the_reason(
    applications: Callable[..., Any], failed: tuple[str, Instance]
) -> None:
    """It has no tenant, and users would wait for one."""
    done = applications("--region", "eu-west-3")
    assert f"{failed[0]}" in done.stdout
    assert done.stdout.rstrip().endswith("CREATE_FAILED (AUTHORIZATION_ERROR: the KMS key)")


def test_an_instance_can_be_chosen(
    applications: Callable[..., Any], company: Company, failed: tuple[str, Instance]
) -> None:
    """An organization may have several, each with an application of its own."""
    regions = ("--region", "us-east-1", "--region", "eu-west-3")
    both = [json.loads(line) for line in applications("--json", *regions).stdout.splitlines()]
    assert [each["application_arn"] for each in both] == [company.application, failed[0]]
    (line,) = applications(
        "--json", *regions, "--instance", company.instance.store_id
    ).stdout.splitlines()
    assert json.loads(line)["tenant_id"] == TENANT


def test_an_instance_without_an_application_is_named(
    applications: Callable[..., Any], company: Company
) -> None:
    """An empty table would look like a defect."""
    other = Instance(company.organisation, "eu-west-2")
    regions = ("--region", "us-east-1", "--region", "eu-west-2")
    done = applications(*regions, "--instance", other.store_id)
    assert (done.returncode, done.stdout) == (2, "")
    expected = f"there is no application of account access manager for {other.store_id}"
    assert expected in done.stderr


def test_a_region_without_applications_is_named(
    applications: Callable[..., Any], sandbox: Sandbox
) -> None:
    """The region of a profile is where its resources are, and Identity Center is often elsewhere."""
    done = applications("--region", "ap-south-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sso-credential-process: there is no application of account access manager in ap-south-1; "
        f"give --region {sandbox.region}\n"
    )


def test_an_application_that_is_deleted_meanwhile_is_left_out(
    applications: Callable[..., Any], company: Company, failed: tuple[str, Instance]
) -> None:
    """It has no tenant any more."""
    gone = refusal("ResourceNotFoundException", "no such application", 404)
    company.organisation.answers.append(
        instead(
            "GetApplication", lambda body: gone if body["applicationArn"] == failed[0] else None
        )
    )
    done = applications("--json", "--region", "us-east-1", "--region", "eu-west-3")
    assert [json.loads(line)["tenant_id"] for line in done.stdout.splitlines()] == [TENANT]


def test_more_than_a_page_is_listed(applications: Callable[..., Any], company: Company) -> None:
    """The service lists a hundred at a time."""
    manager = company.organisation.access_manager
    made = [
        manager.application(company.instance.arn, f"aa-{number}", "ca-central-1")
        for number in range(101)
    ]
    try:
        done = applications("--json", "--region", "ca-central-1")
    finally:
        for arn in made:
            del manager.applications[arn]
    listed = [json.loads(line)["application_arn"] for line in done.stdout.splitlines()]
    assert listed == made
    assert company.organisation.counts()["ListApplications"] == 2


def test_a_missing_permission_is_named_in_one_line(
    applications: Callable[..., Any], company: Company
) -> None:
    """An administrator adds the permission that is missing, if the line names it."""
    refused = refusal("AccessDeniedException", "no identity-based policy allows it", 403)
    company.organisation.answers.append(instead("GetApplication", lambda _: refused))
    done = applications()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "account-access:GetApplication is not allowed" in done.stderr


def test_requests_are_signed(applications: Callable[..., Any], company: Company) -> None:
    """For the service and its region, with the keys of the profile; no access token of a sign-in has a place there."""
    applications()
    sent = company.organisation.requests
    assert [operation for operation, _, _ in sent] == ["ListApplications", "GetApplication"]
    for _, _, headers in sent:
        assert headers["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/")
        assert "/us-east-1/account-access/aws4_request" in headers["Authorization"]
