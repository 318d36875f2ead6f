"""`serve` for roles of account access manager, of a profile and by options."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from credential_process.sandbox import ACCESS_TENANT, Entitlement, Sandbox
from testing.executable import PATH, Executable, finish
from tests.cli.test_access_roles import SCOPES
from tests.serve.conftest import TOKEN_FILE, URI, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testing.home import Home
    from tests.serve.conftest import Serve

ROLE_ARN = "arn:aws:iam::111122220001:role/teams/Developer"
ROLE = ("--tenant-id", ACCESS_TENANT, "--role-arn", ROLE_ARN)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a tenant with one role."""
    with Sandbox(accounts=1, entitlements={ACCESS_TENANT: [Entitlement(ROLE_ARN)]}) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture(autouse=True)
def _signed_in(home: Home, sandbox: Sandbox) -> None:
    home.sign_in(sandbox, scopes=SCOPES)


def role_of(served: Served, sandbox: Sandbox) -> str:
    """Return the ARN of the role that an answer has credentials of."""
    reply = served.ask()
    assert reply.status == 200
    issued = sandbox.issued(reply.body["AccessKeyId"])
    assert issued is not None
    return issued.role_arn


def test_a_profile_with_such_a_line_is_served(serve: Serve, home: Home, sandbox: Sandbox) -> None:
    """For SDKs in a container."""
    line = f"{PATH} get --sso-session corp {shlex.join(ROLE)}"
    with home.config.open("a") as config:
        config.write(f"[profile access]\nregion = eu-west-1\ncredential_process = {line}\n")
    served = serve("--profile", "access")
    assert served.url.endswith("/profile/access")
    assert role_of(served, sandbox) == ROLE_ARN


def test_options_name_a_role(command: Executable, sandbox: Sandbox) -> None:
    """Without a profile, the path is that of the role."""
    process = replace(command, arguments=()).start("--sso-session", "corp", *ROLE, "--print-env")
    assert process.stdout is not None
    variables: dict[str, str] = {}
    while not {URI, TOKEN_FILE} <= variables.keys():
        printed = process.stdout.readline()
        assert printed, finish(process)
        name, _, value = shlex.split(printed.removeprefix("export "))[0].partition("=")
        variables[name] = value
    served = Served(process, variables)
    assert served.url.endswith("/role/111122220001/teams/Developer")
    assert role_of(served, sandbox) == ROLE_ARN
    served.stop(15)
