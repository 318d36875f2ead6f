"""`admin entitlements`: who may assume which role, in processes of the installed executable."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from testing.access_manager import AccessManager
from testing.executable import Executable, finish
from testing.organisation import Body, Instance, at_first, instead, refusal
from tests.administration.conftest import TENANT, Company, objects

Row = tuple[str, str, str]
ALL = [
    ("Lab", "Audit", "readers"),
    ("Production", "teams/Release", "ada"),
    ("Staging", "teams/Release", "ada"),
]


@pytest.fixture
def entitlements(admin: Executable) -> Callable[..., Any]:
    """Return how to call ``admin entitlements``."""
    return partial(admin, "entitlements")


def rows(found: list[dict[str, Any]]) -> list[Row]:
    """Return the report about each in `ALL`."""
    return sorted(
        (each["account_name"], each["role_arn"].partition("/")[2], each["principal_name"])
        for each in found
    )


@pytest.fixture
def listed(admin: Executable) -> Callable[..., list[Row]]:
    """Return how to list entitlements: account, role with its path, and user or group, by their names."""
    return lambda *words: rows(objects(admin, "entitlements", *words))


@pytest.fixture
def manager(company: Company) -> Iterator[AccessManager]:
    """Return account access manager; what a test grants there is removed afterwards."""
    manager = company.organisation.access_manager
    kept = deepcopy((manager.applications, manager.entitlements))
    yield manager
    manager.applications, manager.entitlements = kept


def asked(company: Company) -> list[Body]:
    """Return the filters that the service was asked for."""
    requests = company.organisation.requests
    return [body["filter"] for operation, body, _ in requests if operation == "ListEntitlements"]


FILTERS = {
    "": ALL,
    "--user ada": [ALL[1], ALL[2]],
    "--user {company.ada}": [ALL[1], ALL[2]],
    "--user ada --through-groups": ALL,
    "--group readers": [ALL[0]],
    "--user ada --group readers": ALL,
    "--user ad.* --account {company.staging}": [ALL[2]],
    "--account {company.production}": [ALL[1]],
    "--account Production": [ALL[1]],
    "--account (Lab|Stag.*)": [ALL[0], ALL[2]],
    "--account Lab --account Staging --user ada": [ALL[2]],
    "--ou {company.workloads}": [ALL[1]],
    "--ou {company.workloads} --recursive": [ALL[1], ALL[2]],
    "--ou {company.workloads} --recursive --account Lab": [],
    "--role Release": [ALL[1], ALL[2]],
    "--role Rel.*": [ALL[1], ALL[2]],
    "--role .*/teams/.*": [ALL[1], ALL[2]],
    "--role {company.roles[Lab]}": [ALL[0]],
    "--role {company.roles[Lab]} --role {company.roles[Staging]}": [ALL[0], ALL[2]],
    "--role {company.roles[Staging]} --user ada --account Staging": [ALL[2]],
    "--role {company.roles[Staging]} --group readers": [],
    "--application aa-1234567890abcdef": ALL,
    "--application {company.application}": ALL,
}


def test_each_filter_narrows_the_list(each_of: Callable[..., Any], company: Company) -> None:
    """An audit asks about one role, one account, one person, or one part of the company."""
    found = each_of("entitlements", *(words.format(company=company) for words in FILTERS))
    assert dict(zip(FILTERS, map(rows, found), strict=True)) == FILTERS


def test_people_read_a_table(entitlements: Callable[..., Any], company: Company) -> None:
    """Sorted by account, with the paths of roles: another path is another role."""
    done = entitlements()
    assert done.stderr == "3 entitlements\n"
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert rows == [
        "account id role type user or group",
        f"Lab {company.lab} Audit group readers",
        f"Production {company.production} teams/Release user ada",
        f"Staging {company.staging} teams/Release user ada",
    ]


def test_spreadsheets_read_csv(entitlements: Callable[..., Any], company: Company) -> None:
    """Its columns are the fields of the JSON."""
    (row,) = csv.DictReader(io.StringIO(entitlements("--csv", "--account", "Staging").stdout))
    assert row.pop("entitlement_id").count("-") == 4
    assert row.pop("created_at").endswith("Z")
    assert row == {
        "account_id": company.staging,
        "account_name": "Staging",
        "role_arn": company.roles["Staging"],
        "principal_type": "USER",
        "principal_id": company.ada,
        "principal_name": "ada",
        "tenant_id": TENANT,
        "application_arn": company.application,
        "region": "us-east-1",
    }


def test_ids_alone_need_no_other_service(
    entitlements: Callable[..., Any], company: Company
) -> None:
    """A role may read entitlements without reading the directory; the names of accounts come with them."""
    lines = entitlements("--no-names", "--json").stdout.splitlines()
    found = [json.loads(line) for line in lines]
    assert {each["principal_id"] for each in found} == {company.ada, company.readers}
    assert {each["principal_name"] for each in found} == {""}
    assert {each["account_name"] for each in found} == {"Lab", "Production", "Staging"}
    assert set(company.organisation.counts()) == {
        *("ListApplications", "GetApplication", "ListEntitlements"),
    }


def test_an_account_without_a_name_is_looked_up(
    listed: Callable[..., list[Row]], company: Company, manager: AccessManager
) -> None:
    """The API does not promise names."""
    for each in manager.entitlements[company.application]:
        del each["entitlement"]["principalRole"]["accountName"]
    assert listed() == ALL
    assert company.organisation.counts()["DescribeAccount"] == len(ALL)


def test_a_reader_learns_that_a_user_may_have_more_through_groups(
    entitlements: Callable[..., Any],
) -> None:
    """In most organizations users have everything through groups, and an empty list would mislead."""
    done = entitlements("--user", "ada")
    assert done.stderr == "2 entitlements; without those through groups (--through-groups)\n"
    assert entitlements("--user", "ada", "--through-groups").stderr == "3 entitlements\n"


def test_a_service_that_selects_less_does_no_harm(
    listed: Callable[..., list[Row]], company: Company, manager: AccessManager
) -> None:
    """AWS does not document whether what a user has through groups is listed with what the user has directly."""
    found = manager.entitlements[company.application]
    company.organisation.answers.append(
        instead("ListEntitlements", lambda _: (200, {"entitlements": found}))
    )
    assert listed("--user", "ada") == [ALL[1], ALL[2]]
    assert listed("--user", "ada", "--account", company.staging) == [ALL[2]]
    assert listed("--user", "ada", "--through-groups") == ALL


def test_a_role_that_is_mistyped_is_not_mistaken_for_one_without_users(
    entitlements: Callable[..., Any],
) -> None:
    """There is no list of roles to look it up in."""
    done = entitlements("--role", "Relaese")
    assert (done.returncode, done.stderr) == (0, "0 entitlements; 3 are for other roles\n")


def test_the_entitlements_of_a_deleted_user_are_listed(
    entitlements: Callable[..., Any], company: Company, manager: AccessManager
) -> None:
    """An audit looks for exactly these."""
    gone = "11111111-2222-3333-4444-555555555555"
    manager.grant(company.application, company.roles["Lab"], "Lab", {"userId": gone})
    done = entitlements("--role", "Audit")
    assert done.stdout.splitlines()[-1].endswith(f"user   {gone} (deleted)")
    assert done.stderr == "2 entitlements, 1 of them for deleted users or groups\n"


def test_an_application_that_is_deleted_meanwhile_is_skipped(
    entitlements: Callable[..., Any], company: Company
) -> None:
    """With the reason, and not as an empty list."""
    gone = refusal("ResourceNotFoundException", "no such application", 404)
    company.organisation.answers.append(instead("ListEntitlements", lambda _: gone))
    done = entitlements("--account", "Lab", "--account", "Staging")
    assert (done.returncode, len(done.stdout.splitlines())) == (4, 1)
    skipped = f"skipped: application {TENANT}: account-access:ListEntitlements: "
    assert [line.startswith(skipped) for line in done.stderr.splitlines()] == [True, False]


def test_an_entitlement_of_an_unknown_kind_is_reported(
    entitlements: Callable[..., Any], company: Company
) -> None:
    """The API has unions, to which AWS may add; an audit must not lack what was added."""
    entitlement = {"entitlementId": "e-1", "entitlement": {"other": {}}, "createdAt": 1}
    page: Body = {"entitlements": [entitlement]}
    company.organisation.answers.append(instead("ListEntitlements", lambda _: (200, page)))
    done = entitlements()
    assert done.returncode == 4
    assert done.stderr.startswith("skipped: entitlement e-1: its kind is not known\n")


def test_all_applications_of_several_regions_are_listed(
    entitlements: Callable[..., Any], company: Company, manager: AccessManager
) -> None:
    """An application is found in its own region only, and its users in the instance that it belongs to."""
    other = Instance(company.organisation, "eu-north-1")
    eve = other.user("eve")
    application = manager.application(other.arn, "aa-other", other.region)
    manager.grant(application, company.roles["Lab"], "Lab", {"userId": eve})
    regions = ("--region", "us-east-1", "--region", "eu-north-1")
    rows = [line.split() for line in entitlements(*regions).stdout.splitlines()]
    assert rows[0][-1] == "tenant"
    assert sorted((row[4], row[-1]) for row in rows[1:]) == sorted(
        [("ada", TENANT), ("ada", TENANT), ("readers", TENANT), ("eve", "aa-other")]
    )
    assert entitlements(*regions, "--user", "eve", "--through-groups").stderr == "1 entitlements\n"
    assert entitlements(*regions, "--application", "aa-other").stderr == "1 entitlements\n"
    assert entitlements(*regions, "--instance", other.store_id).stderr == "1 entitlements\n"


def test_a_missing_permission_is_named_and_ends_the_list(
    entitlements: Callable[..., Any], company: Company
) -> None:
    """Half of an audit that looks like a whole one is worse than none."""
    text = "User: arn:aws:sts::1:assumed-role/R/ada is not authorized to perform: kms:Decrypt on x"
    refused = refusal("AccessDeniedException", text, 403)
    company.organisation.answers.append(instead("ListEntitlements", lambda _: refused))
    done = entitlements()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "kms:Decrypt, which account-access:ListEntitlements needs, is not" in done.stderr


def test_entitlements_are_printed_while_others_are_listed(
    admin: Executable, company: Company, manager: AccessManager
) -> None:
    """A large organization has thousands, and a pipe has work to do meanwhile."""
    for _ in range(250):
        manager.grant(company.application, company.roles["Lab"], "Lab", {"userId": company.ada})
    go_on = threading.Event()

    def hold(operation: str, body: Body) -> None:
        if operation == "ListEntitlements" and body.get("nextToken") == "100":
            go_on.wait(60)

    company.organisation.answers.append(hold)
    process = admin.start("entitlements", "--json")
    try:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        assert (first["principal_name"], process.poll()) == ("ada", None)
    finally:
        go_on.set()
    assert len(process.stdout.readlines()) == 252
    finish(process)


def test_a_list_is_complete_although_the_service_throttles(
    listed: Callable[..., list[Row]], company: Company
) -> None:
    """The limit is one for all programs of an organization."""
    throttled = refusal("ThrottlingException", "Rate exceeded", 429)
    company.organisation.answers.append(at_first(throttled))
    assert listed() == ALL


class TestRequests:
    """What the service is asked for: at 20 requests a second, this is how long a list takes."""

    def test_all(self, listed: Callable[..., list[Row]], company: Company) -> None:
        """One for a hundred, one for each name, and none for the names of accounts."""
        assert listed() == ALL
        assert asked(company) == [{}]
        assert company.organisation.counts() == {
            "ListApplications": 1,
            "GetApplication": 1,
            "ListInstances": 1,
            "ListEntitlements": 1,
            "DescribeUser": 1,
            "DescribeGroup": 1,
        }

    def test_one_user_in_one_account(
        self, listed: Callable[..., list[Row]], company: Company
    ) -> None:
        """The service selects."""
        listed("--user", "ada", "--account", company.lab, "--role", company.roles["Lab"])
        principal = {"identityCenter": {"userId": company.ada}}
        role = {"roleArn": company.roles["Lab"], "account": company.lab, "principal": principal}
        assert asked(company) == [{"principalRole": role}]

    def test_some_accounts(self, listed: Callable[..., list[Row]], company: Company) -> None:
        """One for each."""
        accounts = [company.lab, company.staging]
        listed(*[word for account in accounts for word in ("--account", account)])
        expected = [{"principalRole": {"account": account}} for account in accounts]
        assert sorted(map(str, asked(company))) == sorted(map(str, expected))

    def test_some_roles(self, listed: Callable[..., list[Row]], company: Company) -> None:
        """One for each ARN, also without an account."""
        arns = [company.roles["Lab"], company.roles["Staging"]]
        listed(*[word for arn in arns for word in ("--role", arn)])
        expected = [{"principalRole": {"roleArn": arn}} for arn in arns]
        assert sorted(map(str, asked(company))) == sorted(map(str, expected))
