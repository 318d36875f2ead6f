"""docs/account-access.md: its commands run, and lead to lines that work."""

import json
from collections.abc import Callable
from dataclasses import replace

from credential_process.config.tenants import KEY
from credential_process.sandbox import ACCESS_TENANT, Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.page_blocks import PAGES, Reader, blocks

PAGE = PAGES / "docs" / "account-access.md"


def test_its_commands_work(
    command: Callable[[str], Executable], home: Home, person: Person
) -> None:
    """From the first sign-in to the credentials of a profile; the sessions on the page are not that of the test."""
    configure = command("configure")
    reader = Reader(home, dict(configure.environment))
    commands = [text for kind, text in blocks(PAGE.read_text()) if kind == "sh"]
    assert len(commands) >= 3
    for text in commands:
        reader.follow(f"```sh\n{text}```\n")
    export = replace(configure, command="export")
    for profile in ("release", "Production.role-teams-Developer"):
        done = export("--profile", profile)
        assert json.loads(done.stdout)["AccessKeyId"].startswith("ASIA")
    assert len(person.arrivals()) == 1


def test_an_instance_without_permission_sets_is_recognised(
    command: Callable[[str], Executable], home: Home, sandbox: Sandbox
) -> None:
    """A user with a tenant in the session, or without one, runs the command of the page."""
    home.sign_in(sandbox)
    sandbox.configure(permission_sets_enabled=False)
    reader = Reader(home, dict(command("check").environment))
    section = PAGE.read_text().partition("\n## Instances without permission sets\n")[2]
    assert "no-accounts: session corp" in reader.follow(section.partition("\n## ")[0])
    with home.config.open("a") as config:
        config.write(f"{KEY} = {ACCESS_TENANT}\n")
    printed = reader.follow(section.partition("\n## ")[0])
    assert "signed in until" in printed
    assert "no-accounts" not in printed
