"""`admin lookup`: ids of names and names of ids, from moto's server, in processes of the installed executable."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable
from testing.home import Home
from testing.organisation import Instance, instead, refusal
from tests.administration.conftest import PROFILE, Company, objects


@pytest.fixture
def lookup(admin: Executable) -> Callable[..., Any]:
    """Return how to call ``admin lookup``, with further variables."""
    return lambda *words, **more: admin("lookup", *words, environment={**admin.environment, **more})


@pytest.fixture(scope="module")
def frankfurt(_served: Company) -> Instance:
    """Make an instance in a second region that has an ada, too."""
    instance = Instance(_served.organisation, "eu-central-1")
    instance.user("ada")
    return instance


PAIRS = [
    ("user", "ada", lambda company: company.ada),
    ("group", "readers", lambda company: company.readers),
    ("permission-set", "Developer", lambda company: company.developer),
    ("account", "Production", lambda company: company.production),
    ("identity-store", None, lambda company: company.instance.store_id),
    ("instance", None, lambda company: company.instance.arn),
]


@pytest.mark.parametrize(("kind", "name", "id_of"), PAIRS, ids=[kind for kind, _, _ in PAIRS])
def test_a_name_is_looked_up_in_both_directions(
    lookup: Callable[..., Any], company: Company, kind: str, name: str | None, id_of: Any
) -> None:
    """The tools of AWS want ids, and users know names."""
    name = name or company.instance.arn.rpartition("/")[2]  # moto's instance has no name
    found = lookup(kind, name, id_of(company))
    assert (found.stdout, found.stderr) == (f"{id_of(company)}\n{name}\n", "")


def test_a_permission_set_is_found_by_its_short_id(
    lookup: Callable[..., Any], company: Company
) -> None:
    """The console shows ps-…, and the API wants the ARN."""
    _, instance, short = company.developer.split("/")
    found = lookup("permission-set", short, f"{instance}/{short}", f"ssoins-other/{short}")
    assert found.stdout == "Developer\nDeveloper\n\n"


@pytest.mark.parametrize("name", ["ps-admins", "ps-admins-of-Berlin"])
def test_a_name_may_look_like_an_id(
    admin: Executable, frankfurt: Instance, company: Company, name: str
) -> None:
    """Both begin like an id, and one of them has the form of one."""
    arn = frankfurt.permission_set(name)
    region = ("--region", frankfurt.region)
    found = admin("lookup", "permission-set", name, arn.rpartition("/")[2], *region)
    assert (found.stdout, found.stderr) == (f"{arn}\n{name}\n", "")
    frankfurt.assign(arn, company.lab, "USER", frankfurt.user(f"eve of {name}"))
    (assignment,) = objects(admin, "assignments", "--permission-set", name, *region)
    assert assignment["permission_set_name"] == name


def test_without_names_all_are_listed(lookup: Callable[..., Any], company: Company) -> None:
    """Users who do not know a name find it in the list."""
    rows = [line.split() for line in lookup("permission-set").stdout.splitlines()]
    expected = [["Developer", company.developer], ["ReadOnly", company.read_only]]
    assert rows == [["name", "id"], *expected]


def test_json_says_where_it_was_found(lookup: Callable[..., Any], company: Company) -> None:
    """A name may be in several instances."""
    (line,) = lookup("user", "ada", "--json").stdout.splitlines()
    arn = company.instance.arn
    expected = {"name": "ada", "id": company.ada, "instance_arn": arn, "region": "us-east-1"}
    assert json.loads(line) == expected


def test_a_name_that_nothing_has_is_an_empty_line(
    lookup: Callable[..., Any], company: Company
) -> None:
    """A script that pastes names and ids side by side must not get the next one's."""
    done = lookup("group", "writers", "readers")
    assert (done.returncode, done.stdout) == (2, f"\n{company.readers}\n")
    assert done.stderr == "sso-credential-process: there is no group 'writers'\n"


@pytest.mark.parametrize("kind", ["user", "group", "permission-set", "account"])
def test_an_id_that_nothing_has_is_an_empty_line(lookup: Callable[..., Any], kind: str) -> None:
    """It was deleted, and a ticket still has its id."""
    ids = {"permission-set": "ps-1111222233334444", "account": "999988887777"}
    gone = ids.get(kind, "11111111-2222-3333-4444-555555555555")
    done = lookup(kind, gone)
    assert (done.returncode, done.stdout) == (2, "\n")
    assert f"there is no {kind.replace('-', ' ')} '{gone}'" in done.stderr


def test_a_name_that_two_users_have_is_not_guessed_at(
    lookup: Callable[..., Any], company: Company, frankfurt: Instance
) -> None:
    """The wrong one of two would get the permissions."""
    regions = ("--region", "us-east-1", "--region", frankfurt.region)
    done = lookup("user", "ada", *regions)
    assert (done.returncode, done.stdout) == (2, "\n")
    assert len(done.stderr.splitlines()) == 1
    assert "2 users are named 'ada'" in done.stderr
    assert f"{company.ada} (us-east-1)" in done.stderr
    chosen = lookup("user", "ada", *regions, "--instance", company.instance.store_id)
    assert chosen.stdout == f"{company.ada}\n"


def test_more_than_a_page_is_listed(lookup: Callable[..., Any], frankfurt: Instance) -> None:
    """The service lists a hundred at a time."""
    for number in range(101):
        frankfurt.group(f"group-{number:03}")
    rows = lookup("group", "--region", frankfurt.region).stdout.splitlines()
    assert [row.split()[0] for row in rows[1:]] == [f"group-{number:03}" for number in range(101)]


def test_a_region_without_instance_is_named(
    lookup: Callable[..., Any], company: Company, sandbox: Sandbox
) -> None:
    """The region of a profile is where its resources are, and Identity Center is often elsewhere."""
    company.organisation.answers.append(
        instead("ListInstances", lambda _: (200, {"Instances": []}))
    )
    done = lookup("user", "ada", "--region", "eu-west-3")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "sso-credential-process: there is no instance of IAM Identity Center in eu-west-3; "
        f"give --region {sandbox.region}\n"
    )


def test_a_missing_permission_is_named_in_one_line(
    lookup: Callable[..., Any], company: Company
) -> None:
    """An administrator adds the permission that is missing, if the line names it."""
    role = "arn:aws:sts::111122220001:assumed-role/Auditor/ada"
    text = f"User: {role} is not authorized to perform: identitystore:GetUserId on resource: *"
    refused = refusal("AccessDeniedException", text)
    company.organisation.answers.append(instead("GetUserId", lambda _: refused))
    done = lookup("user", "ada")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (4, "", 1)
    assert f"identitystore:GetUserId is not allowed for {role}" in done.stderr


def test_requests_are_signed_and_have_no_token(
    lookup: Callable[..., Any], company: Company, role_alone: Home
) -> None:
    """An access token is for the portal alone."""
    lookup("permission-set", "Developer")
    lookup("account", "Production")
    token = json.loads(role_alone.token_file().read_text())["accessToken"]
    sent = company.organisation.requests
    assert {"ListInstances", "ListPermissionSets", "ListAccounts"} < {one for one, _, _ in sent}
    for _, body, headers in sent:
        assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=ASIA")
        assert token not in f"{body}{headers}"


def test_a_sign_in_that_is_needed_is_reported_as_by_get(
    lookup: Callable[..., Any], role_alone: Home
) -> None:
    """The profile's line is asked through the broker: the same exit code, and the same hint."""
    role_alone.token_file().unlink()
    done = lookup("user", "ada", CI="true")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert "sso-credential-process login --sso-session corp" in done.stderr


@pytest.mark.parametrize(
    ("words", "more", "shown"),
    [
        (("--profile", "nosuch"), {}, "nosuch"),
        ((), {"AWS_PROFILE": "nosuch"}, "nosuch"),
        (("--region", "mars"), {}, "'mars' is not a region"),
        (("--instance", "nosuch"), {}, "there is no instance 'nosuch' in us-east-1"),
    ],
)
def test_a_mistake_is_a_usage_error_in_one_line(
    lookup: Callable[..., Any], words: tuple[str, ...], more: dict[str, str], shown: str
) -> None:
    """And not a traceback of botocore."""
    done = lookup("user", "ada", *words, **more)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown in done.stderr


def test_a_profile_without_region_needs_one(
    lookup: Callable[..., Any], home: Home, sandbox: Sandbox
) -> None:
    """The region of the profile's session is suggested, and not assumed."""
    line = PROFILE.replace("org-admin", "bare").replace("region = us-east-1", "")
    with home.config.open("a") as config:
        config.write(line.format(path=PATH))
    done = lookup("user", "ada", "--profile", "bare")
    expected = f"sso-credential-process: no region is known; give --region {sandbox.region}\n"
    assert (done.returncode, done.stderr) == (2, expected)
