"""Documents that are deleted while a broker works with them: anything may be deleted, at any time."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from testing.proof import Done, outcome

ACCOUNTS = 12
ROUNDS = 4
PAST = "2020-01-01T00:00:00Z"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve a dozen accounts."""
    with Sandbox(accounts=ACCOUNTS, roles=2) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@contextmanager
def deleting(home: Home) -> Iterator[None]:
    """Delete every role document as soon as it is whole, until the end."""
    over = threading.Event()

    def delete() -> None:
        while not over.is_set():
            for document in home.state.glob("*/roles/*/[!.]*"):
                document.unlink(missing_ok=True)

    thread = threading.Thread(target=delete)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("what", ["a renewal", "a fetch"])
def test_documents_may_be_deleted_at_any_time(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person, what: str
) -> None:
    """A user who deletes them loses a fetch at worst; a sign-out in another terminal does the same."""
    home.sign_in(sandbox, user_name="ada")
    environment = {**get.environment, "BROWSER": nobody.browser}
    lines = [
        (*get.arguments[:3], account.account_id, *get.arguments[4:], "--no-login")
        for account in sandbox.accounts
    ]
    for _ in range(ROUNDS):
        if what == "a renewal":
            run(get, lines, environment)
            token = json.loads(home.token_file().read_text())
            home.token_file().write_text(json.dumps({**token, "expiresAt": PAST}))
        with deleting(home):
            done = run(get, lines, environment)
        assert {outcome(sandbox, each) for each in done} == {(0, "ada")}


def run(get: Executable, lines: list[tuple[str, ...]], environment: dict[str, str]) -> list[Done]:
    """Ask for all roles at once; return how that ended."""
    callers = [get.start(*line, environment=environment) for line in lines]
    return [finish(caller) for caller in callers]
