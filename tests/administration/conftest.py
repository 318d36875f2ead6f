"""What the tests of administration share: an organisation with a few people, and a profile that may read it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from testing.executable import PATH, Executable
from testing.home import Home
from testing.organisation import Instance, Organisation, account, organisation, unit
from tests.programs import Programs

TENANT = "aa-1234567890abcdef"
PROFILE = """
[profile org-admin]
credential_process = {path} get --sso-session corp --account-id 111122220001 --role-name Administrator
region = us-east-1
"""
# In one process, because starting one takes most of the time of a list.
EACH = """
import contextlib, io, json, sys
from credential_process import cli
_, command, *lines = sys.argv
for line in lines:
    sys.argv[1:] = ["admin", command, "--json", *line.split()]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        with contextlib.redirect_stderr(io.StringIO()) as reported:
            assert cli.main() == 0, reported.getvalue()
    print(json.dumps([json.loads(each) for each in printed.getvalue().splitlines()]))
"""
# Most tests are about what an administrator reads; with keys, a command starts no broker.
ACCESS_KEY = "AKIDADMINISTRATOR"
KEYS = f"[org-admin]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = secret\n"


@dataclass
class Company:
    """Who is in the organisation, by ids, and what there is."""

    organisation: Organisation
    instance: Instance
    ada: str
    readers: str
    developer: str
    read_only: str
    production: str
    staging: str
    lab: str
    workloads: str
    below: str
    application: str

    @property
    def roles(self) -> dict[str, str]:
        """The ARNs of the roles that account access manager grants, by account and name."""
        return {
            "Production": f"arn:aws:iam::{self.production}:role/teams/Release",
            "Staging": f"arn:aws:iam::{self.staging}:role/teams/Release",
            "Lab": f"arn:aws:iam::{self.lab}:role/Audit",
        }


@pytest.fixture(scope="module")
def _served() -> Iterator[Company]:
    with organisation() as served:
        instance = Instance(served)
        workloads = unit(served, "workloads")
        below = unit(served, "below", workloads)
        company = Company(
            served,
            instance,
            ada=instance.user("ada"),
            readers=instance.group("readers"),
            developer=instance.permission_set("Developer"),
            read_only=instance.permission_set("ReadOnly"),
            production=account(served, "Production", workloads),
            staging=account(served, "Staging", below),
            lab=account(served, "Lab"),
            workloads=workloads,
            below=below,
            application=served.access_manager.application(instance.arn, TENANT, instance.region),
        )
        instance.assign(company.developer, company.production, "USER", company.ada)
        instance.assign(company.developer, company.staging, "USER", company.ada)
        instance.assign(company.read_only, company.production, "GROUP", company.readers)
        instance.assign(company.read_only, company.lab, "GROUP", company.readers)
        served.groups_of[company.ada] = [company.readers]
        instance.store.create_group_membership(
            IdentityStoreId=instance.store_id,
            GroupId=company.readers,
            MemberId={"UserId": company.ada},
        )
        for name, role_arn in company.roles.items():
            principal = {"groupId": company.readers} if name == "Lab" else {"userId": company.ada}
            served.access_manager.grant(company.application, role_arn, name, principal)
        yield company


@pytest.fixture
def company(_served: Company) -> Company:
    """Serve the organisation; what a test has asked for is forgotten."""
    _served.organisation.forget()
    return _served


@pytest.fixture
def variables(company: Company, home: Home, environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of an administrator with access keys, which botocore prefers to the profile's line."""
    with home.config.open("a") as config:
        config.write(PROFILE.format(path=PATH))
    (home.aws / "credentials").write_text(KEYS)
    return {**environment, **company.organisation.environment, "AWS_PROFILE": "org-admin"}


@pytest.fixture
def role_alone(variables: dict[str, str], signed_in: Home) -> Home:  # noqa: ARG001  it writes the keys
    """Let the administrator be signed in, and have no access keys: the profile's line is run."""
    (signed_in.aws / "credentials").unlink()
    return signed_in


@pytest.fixture
def admin(home: Home, variables: dict[str, str]) -> Executable:
    """Return the command of administrators: ``admin("lookup", "user")``."""
    return Executable("admin", home.path, variables, ())


@pytest.fixture
def each_of(variables: dict[str, str]) -> Callable[..., list[list[dict[str, Any]]]]:
    """Return how to list with each of several lines of options: ``each_of("assignments", "--user ada", "")``."""

    def each_of(command: str, *lines: str) -> list[list[dict[str, Any]]]:
        return [json.loads(line) for line in Programs(variables).lines(EACH, command, *lines)]

    return each_of


def objects(admin: Executable, *words: str) -> list[dict[str, Any]]:
    """Return what a command prints as JSON."""
    done = admin(*words, "--json")
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]
