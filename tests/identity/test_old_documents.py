"""Documents that 0.1.0 has left on the disk do not carry what they depend on: all of them are misses."""

import time
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from testing.proof import issued

FORMAT = "sso-credential-process/1"


def old_header(home: Home, sandbox: Sandbox, body: bytes, subject: tuple[str, str]) -> bytes:
    """Return the header of 0.1.0, with everything in it as it was written then."""
    now = int(time.time())
    fresh = (now + 2400, now + 3600)
    config = home.config.stat()
    words = (
        FORMAT, *subject, *fresh, len(body), "corp", sandbox.start_url, sandbox.region,
        home.token_file(), home.config, config.st_mtime_ns, config.st_size,
    )  # fmt: skip
    return f"{' '.join(map(str, words))}\n".encode()


@pytest.fixture
def mallorys(get: Executable, home: Home, sandbox: Sandbox, nobody: Person) -> bytes:
    """Let Mallory ask for a role, and leave; return the line that was printed."""
    home.sign_in(sandbox, user_name="mallory")
    line = get(environment={**get.environment, "BROWSER": nobody.browser}).stdout.encode()
    home.sign_in(sandbox, user_name="ada")
    processes.end(home.path)
    return line


def places(home: Home) -> list[Path]:
    """Return where 0.1.0 kept the document, and where it is kept now."""
    found = [path for path in home.state.glob("*/roles/*/*") if path.is_file()]
    return [home.document("111122220001", "Developer"), *found]


def test_a_document_of_the_first_version_is_a_miss(
    get: Executable, home: Home, sandbox: Sandbox, mallorys: bytes, nobody: Person
) -> None:
    """It names no user: after an update it may be that of the user who was signed in before."""
    header = old_header(home, sandbox, mallorys, ("111122220001", "Developer"))
    for path in places(home):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(header + mallorys)
        path.chmod(0o600)
    environment = {**get.environment, "BROWSER": nobody.browser}
    assert issued(sandbox, get(environment=environment)).user_name == "ada"
    assert issued(sandbox, get(environment=environment)).user_name == "ada"
    assert sandbox.counters()["role_credentials"] == 2


def test_a_state_folder_of_the_first_version_is_taken_over(
    get: Executable, home: Home, sandbox: Sandbox, mallorys: bytes, nobody: Person
) -> None:
    """There is no sign-in id in it; the next call must find its way, and sign no user out."""
    header = old_header(home, sandbox, mallorys, ("111122220001", "Developer"))
    kept = {"hosts", "roles", "token.lock"}
    for session in home.state.iterdir():
        for path in session.iterdir():
            if path.name not in kept and path.is_file():
                path.unlink()
    for path in places(home):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(header + mallorys)
    environment = {**get.environment, "BROWSER": nobody.browser}
    assert issued(sandbox, get(environment=environment)).user_name == "ada"
    assert sandbox.counters()["authorize"] == 0
