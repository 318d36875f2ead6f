"""`admin assignments`: who has what, from moto's server, in processes of the installed executable."""

import csv
import io
import json
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from testing.events import until
from testing.executable import Executable, finish
from testing.organisation import Answer, Body, Instance, account, at_first, instead, refusal, unit
from testing.terminal import Terminal
from tests.administration.conftest import Company, objects

Row = tuple[str, str, str]
ALL = [
    ("Lab", "ReadOnly", "readers"),
    ("Production", "Developer", "ada"),
    ("Production", "ReadOnly", "readers"),
    ("Staging", "Developer", "ada"),
]


@pytest.fixture
def assignments(admin: Executable) -> Callable[..., Any]:
    """Return how to call ``admin assignments``."""
    return partial(admin, "assignments")


def rows(found: list[dict[str, Any]]) -> list[Row]:
    """Return the report about each in `ALL`."""
    return sorted(
        (each["account_name"], each["permission_set_name"], each["principal_name"])
        for each in found
    )


@pytest.fixture
def listed(admin: Executable) -> Callable[..., list[Row]]:
    """Return how to list assignments: account, permission set, and user or group, by their names."""
    return lambda *words: rows(objects(admin, "assignments", *words))


def held(operation: str, go_on: threading.Event, account: str = "") -> Answer:
    """Return what holds back the answers of an operation, about one account or about all."""

    def answer(asked: str, body: Body) -> None:
        if asked == operation and account in {"", body["AccountId"]}:
            go_on.wait(60)

    return answer


FILTERS = {
    "": ALL,
    "--user ada": [ALL[1], ALL[3]],
    "--user {company.ada}": [ALL[1], ALL[3]],
    "--user ada --through-groups": ALL,
    "--group readers": [ALL[0], ALL[2]],
    "--user ada --group readers": ALL,
    "--user ada --account {company.staging}": [ALL[3]],
    "--user ada --account Prod.*": [ALL[1]],
    "--permission-set ReadOnly": [ALL[0], ALL[2]],
    "--permission-set {company.developer}": [ALL[1], ALL[3]],
    "--permission-set ReadOnly --user ada": [],
    "--user ad.* --group (readers|writers)": ALL,
    "--permission-set Dev.*": [ALL[1], ALL[3]],
    "--account {company.production}": [ALL[1], ALL[2]],
    "--account Production --permission-set Developer": [ALL[1]],
    "--account Lab --account Staging": [ALL[0], ALL[3]],
    "--account (Lab|Stag.*)": [ALL[0], ALL[3]],
    "--ou {company.workloads}": [ALL[1], ALL[2]],
    "--ou {company.workloads} --recursive": [ALL[1], ALL[2], ALL[3]],
    "--ou {company.below}": [ALL[3]],
    "--ou {company.workloads} --recursive --user ada": [ALL[1], ALL[3]],
    "--ou {company.workloads} --recursive --account Lab": [],
}


def test_each_filter_narrows_the_list(each_of: Callable[..., Any], company: Company) -> None:
    """An audit asks about one account, one person, or one part of the company."""
    found = each_of("assignments", *(words.format(company=company) for words in FILTERS))
    assert dict(zip(FILTERS, map(rows, found), strict=True)) == FILTERS


def test_people_read_a_table(assignments: Callable[..., Any], company: Company) -> None:
    """Sorted by account, with the ids that support asks for."""
    done = assignments()
    assert done.stderr == "4 assignments\n"
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert rows == [
        "account id permission set type user or group",
        f"Lab {company.lab} ReadOnly group readers",
        f"Production {company.production} Developer user ada",
        f"Production {company.production} ReadOnly group readers",
        f"Staging {company.staging} Developer user ada",
    ]


def test_spreadsheets_read_csv(assignments: Callable[..., Any], company: Company) -> None:
    """Its columns are the fields of the JSON."""
    text = assignments("--csv", "--user", "ada", "--account", "Staging").stdout
    (row,) = csv.DictReader(io.StringIO(text))
    assert row == {
        "account_id": company.staging,
        "account_name": "Staging",
        "permission_set_arn": company.developer,
        "permission_set_name": "Developer",
        "principal_type": "USER",
        "principal_id": company.ada,
        "principal_name": "ada",
        "instance_arn": company.instance.arn,
        "region": "us-east-1",
    }


def test_ids_alone_need_no_other_service(assignments: Callable[..., Any], company: Company) -> None:
    """A role may read assignments without reading the directory and the organization."""
    lines = assignments("--no-names", "--json").stdout.splitlines()
    found = [json.loads(line) for line in lines]
    assert {each["principal_id"] for each in found} == {company.ada, company.readers}
    assert {each["account_name"] for each in found} == {""}
    assert set(company.organisation.counts()) == {
        *("ListInstances", "ListPermissionSets", "ListAccountsForProvisionedPermissionSet"),
        "ListAccountAssignments",
    }


def test_what_a_user_has_through_groups_is_counted(assignments: Callable[..., Any]) -> None:
    """In most organizations users have everything through groups, and an empty list would mislead."""
    done = assignments("--user", "ada")
    assert done.stderr == "2 assignments; 2 more through groups (--through-groups)\n"


def test_the_assignments_of_a_deleted_user_are_listed(
    assignments: Callable[..., Any], company: Company
) -> None:
    """They remain at AWS when a user is deleted, and an audit looks for exactly these."""
    instance = company.instance
    gone = instance.user("gone")
    instance.assign(company.developer, company.lab, "USER", gone)
    instance.store.delete_user(IdentityStoreId=instance.store_id, UserId=gone)
    try:
        done = assignments("--account", company.lab, "--permission-set", "Developer")
    finally:
        instance.admin.delete_account_assignment(
            InstanceArn=instance.arn,
            TargetId=company.lab,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=company.developer,
            PrincipalType="USER",
            PrincipalId=gone,
        )
        company.organisation.assigned.pop()
    assert done.stdout.splitlines()[1].endswith(f"user  {gone} (deleted)")
    assert done.stderr == "1 assignments, 1 of them for deleted users or groups\n"


def test_an_account_that_is_closed_meanwhile_is_skipped(
    assignments: Callable[..., Any], company: Company
) -> None:
    """A list of an hour must not fail at its end because of one account, and reports it once."""
    gone = refusal("ResourceNotFoundException", "no such account")
    closed = instead(
        "ListAccountAssignments",
        lambda body: gone if body["AccountId"] == company.production else None,
    )
    company.organisation.answers.append(closed)
    done = assignments("--json")
    names = sorted(json.loads(line)["account_name"] for line in done.stdout.splitlines())
    assert (done.returncode, names) == (0, ["Lab", "Staging"])
    skipped = f"skipped: account {company.production}: sso:ListAccountAssignments: "
    assert [line.startswith(skipped) for line in done.stderr.splitlines()] == [True, False]


def test_an_account_that_is_not_there_is_no_empty_list(
    assignments: Callable[..., Any], company: Company
) -> None:
    """A reader would conclude that no user has access."""
    gone = refusal("ResourceNotFoundException", "no such account")
    answer = instead("ListPermissionSetsProvisionedToAccount", lambda _: gone)
    company.organisation.answers.append(answer)
    done = assignments("--account", "999988887777")
    assert done.returncode == 4
    assert done.stderr.startswith("skipped: account 999988887777: ")


def test_an_instance_without_permission_sets_is_named(
    assignments: Callable[..., Any], company: Company
) -> None:
    """An instance of one account has none; beside one of the organization that is not a failure."""
    refused = refusal("ValidationException", "The operation is not supported for this instance")
    company.organisation.answers.append(
        instead(
            "ListPermissionSets",
            lambda body: None if body["InstanceArn"] == company.instance.arn else refused,
        )
    )
    other = Instance(company.organisation, "eu-west-2").arn.rpartition("/")[2]
    done = assignments("--region", "us-east-1", "--region", "eu-west-2")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 5)
    assert done.stderr.startswith(f"skipped: instance {other}: sso:ListPermissionSets: ")


def test_all_instances_of_several_regions_are_listed(
    assignments: Callable[..., Any], company: Company
) -> None:
    """The list of instances is that of one region."""
    other = Instance(company.organisation, "eu-west-1")
    eve = other.user("eve")
    other.assign(other.permission_set("Developer"), company.lab, "USER", eve)
    regions = ("--region", "us-east-1", "--region", "eu-west-1")
    done = assignments(*regions, "--permission-set", "Developer")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][-1] == "instance"
    assert sorted((row[4], row[-1]) for row in rows[1:]) == sorted(
        [
            *[("ada", company.instance.arn.rpartition("/")[2])] * 2,
            ("eve", other.arn.rpartition("/")[2]),
        ]
    )
    assert assignments(*regions, "--instance", other.store_id, "--no-names").stderr == (
        "1 assignments\n"
    )


def test_a_missing_permission_is_named_and_ends_the_list(
    assignments: Callable[..., Any], company: Company
) -> None:
    """Half of an audit that looks like a whole one is worse than none."""
    text = "User: arn:aws:sts::1:assumed-role/R/ada is not authorized to perform: kms:Decrypt on x"
    refused = refusal("AccessDeniedException", text)
    company.organisation.answers.append(instead("DescribeUser", lambda _: refused))
    done = assignments()
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert "kms:Decrypt, which identitystore:DescribeUser needs, is not allowed" in done.stderr


def test_assignments_are_printed_while_others_are_listed(
    admin: Executable, company: Company
) -> None:
    """A thousand accounts take minutes, and a pipe has work to do meanwhile."""
    go_on = threading.Event()
    company.organisation.answers.append(held("ListAccountAssignments", go_on, company.lab))
    process = admin.start("assignments", "--json")
    try:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        assert (first["permission_set_name"], process.poll()) == ("Developer", None)
    finally:
        go_on.set()
    assert len(process.stdout.readlines()) == 3
    finish(process)


def test_ctrl_c_waits_for_no_request(admin: Executable, company: Company) -> None:
    """A request may hang for minutes, with all its retries."""
    go_on = threading.Event()
    company.organisation.answers.append(held("ListAccountAssignments", go_on))
    process = admin.start("assignments")
    try:
        until(lambda: company.organisation.counts()["ListAccountAssignments"], "it is under way")
        process.send_signal(signal.SIGINT)
        assert finish(process).returncode == 130
        assert not go_on.is_set()
    finally:
        go_on.set()


def test_progress_is_shown_on_a_terminal(
    admin: Executable, company: Company, terminal: Terminal
) -> None:
    """Minutes without a word look like a program that hangs."""
    go_on = threading.Event()
    company.organisation.answers.append(held("ListAccountAssignments", go_on))
    process = admin.start("assignments", prefix=terminal.everything, stdin=terminal.keyboard)
    try:
        until(lambda: "Listing assignments" in terminal.text(), "the bar is there")
    finally:
        go_on.set()
    assert process.wait(timeout=60) == 0
    finish(process)
    seen = terminal.seen()
    assert "4 assignments" in seen
    assert "Listing" not in seen


def test_a_list_is_complete_although_the_service_throttles(
    listed: Callable[..., list[Row]], company: Company
) -> None:
    """The limit is one for all programs of an organization."""
    throttled = refusal("ThrottlingException", "Rate exceeded")
    company.organisation.answers.append(at_first(throttled))
    assert listed() == ALL


class TestRequests:
    """How many requests a list costs: at 20 a second, this is how long it takes."""

    def counted(self, company: Company, listed: Callable[..., list[Row]], *words: str) -> Any:
        """Return the number of assignments, and the requests by operation."""
        company.organisation.forget()
        number = len(listed(*words))
        return number, dict(company.organisation.counts())

    def test_one_account(self, company: Company, listed: Callable[..., list[Row]]) -> None:
        """Two for the account, one for each permission set in it, and one for each name."""
        assert self.counted(company, listed, "--account", company.production) == (
            2,
            {
                "ListInstances": 1,
                "ListPermissionSetsProvisionedToAccount": 1,
                "ListAccountAssignments": 2,
                "DescribeAccount": 1,
                "DescribePermissionSet": 2,
                "DescribeUser": 1,
                "DescribeGroup": 1,
            },
        )

    def test_one_user(self, company: Company, listed: Callable[..., list[Row]]) -> None:
        """One for all accounts."""
        assert self.counted(company, listed, "--user", "ada") == (
            2,
            {
                "ListInstances": 1,
                "GetUserId": 1,
                "ListAccountAssignmentsForPrincipal": 1,
                "DescribeAccount": 2,
                "DescribePermissionSet": 1,
                "DescribeUser": 1,
            },
        )

    def test_a_unit_of_many_accounts(
        self, company: Company, listed: Callable[..., list[Row]]
    ) -> None:
        """One for twenty accounts, one for a hundred in which a permission set is, one for each pair."""
        large = unit(company.organisation, "large")
        operator = company.instance.permission_set("Operator")
        ids = [account(company.organisation, f"of-{number}", large) for number in range(45)]
        for each in ids:
            company.instance.assign(operator, each, "GROUP", company.readers)
        assert self.counted(company, listed, "--ou", large, "--recursive") == (
            45,
            {
                "ListInstances": 1,
                "ListAccountsForParent": 3,
                "ListOrganizationalUnitsForParent": 1,
                "ListPermissionSets": 1,
                "ListAccountsForProvisionedPermissionSet": 3,
                "ListAccountAssignments": 45,
                "DescribePermissionSet": 1,
                "DescribeGroup": 1,
            },
        )

    def test_a_unit_of_two_thousand_accounts(
        self, company: Company, listed: Callable[..., list[Row]]
    ) -> None:
        """One for twenty accounts also of the largest, and none for an account that is not in it."""
        inside, outside = (
            [f"{first + number}" for number in range(2000)]
            for first in (700000000000, 800000000000)
        )
        accounts = [{"Id": each, "Name": f"of-{each}"} for each in inside]
        company.organisation.answers += [
            instead("ListAccountsForParent", in_pages("Accounts", accounts)),
            instead(
                "ListAccountsForProvisionedPermissionSet",
                in_pages("AccountIds", [*outside, *inside[::20]]),
            ),
            instead(
                "ListAccountAssignments",
                lambda body: (200, {"AccountAssignments": [to_ada(body, company)]}),
            ),
        ]
        words = ("--ou", "ou-abcd-12345678", "--permission-set", "Developer")
        expected = [(f"of-{each}", "Developer", "ada") for each in inside[::20]]
        assert listed(*words) == expected
        counts = company.organisation.counts()
        assert counts["ListAccountsForParent"] == 2000 / 20
        assert counts["ListAccountsForProvisionedPermissionSet"] == 2100 / 100
        assert counts["ListAccountAssignments"] == 100
        assert counts["DescribeAccount"] == 0


def in_pages(key: str, items: Sequence[object]) -> Callable[[Body], tuple[int, Body]]:
    """Return what lists the items as AWS does, as many at once as the request allows."""

    def page(body: Body) -> tuple[int, Body]:
        start = int(body.get("NextToken", 0))
        end = start + body["MaxResults"]
        more = {"NextToken": str(end)} if end < len(items) else {}
        return 200, {key: items[start:end], **more}

    return page


def to_ada(body: Body, company: Company) -> Body:
    """Return the one assignment of a permission set in an account."""
    names = ("AccountId", "PermissionSetArn")
    return {
        **{name: body[name] for name in names},
        "PrincipalType": "USER",
        "PrincipalId": company.ada,
    }
