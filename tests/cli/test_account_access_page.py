"""docs/account-access.md: its commands run, and lead to lines that work."""

import json
from collections.abc import Callable
from dataclasses import replace

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
    assert len(commands) >= 2
    for text in commands:
        reader.follow(f"```sh\n{text}```\n")
    export = replace(configure, command="export")
    for profile in ("release", "Production.role-teams-Developer"):
        done = export("--profile", profile)
        assert json.loads(done.stdout)["AccessKeyId"].startswith("ASIA")
    assert len(person.arrivals()) == 1
