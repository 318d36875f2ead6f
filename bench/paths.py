"""What our paths cost, as ratios to the floor under each, all in one run: `make bench`.

Medians of interleaved pairs, so that whatever else this machine does falls on both sides. The
pretend Identity Center answers at once; run it on an idle machine with the wheel installed.
"""

import json
import os
import select
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from credential_process.sandbox import Sandbox

EXECUTABLE = str(Path(sys.executable).with_name("sso-credential-process"))
PERSON = Path(__file__).parents[1] / "tests" / "person.py"
BARE = (sys.executable, "-I", "-c", "pass")
BOTOCORE = """
import json, os, sys
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
token, account, role = sys.argv[1:]
client = botocore.session.Session().create_client(
    "sso", region_name="us-east-1", config=Config(signature_version=UNSIGNED)
)
answer = client.get_role_credentials(accessToken=token, accountId=account, roleName=role)
print(json.dumps(answer["roleCredentials"]))
"""
CONFIG = """\
[sso-session corp]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access
"""
TOKEN_FILE = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"  # sha1 of "corp"
PAIRS = 31


@dataclass(frozen=True, slots=True)
class Desk:
    """A home, a pretend Identity Center, and a way to call."""

    home: Path
    sandbox: Sandbox
    environment: dict[str, str]

    def command(self, account: int = 0, role_name: str = "Developer") -> list[str]:
        """Return the line for one role of one account."""
        account_id = self.sandbox.accounts[account].account_id
        session = ["--sso-session", "corp", "--account-id", account_id]
        return [EXECUTABLE, "get", *session, "--role-name", role_name]

    def start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start a caller, without a terminal."""
        return subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def seconds(self, *commands: Sequence[str]) -> float:
        """Return how long these commands take, all at once; each must succeed."""
        began = time.perf_counter()
        callers = [self.start(command) for command in commands]
        for caller in callers:
            _, stderr = caller.communicate()
            if caller.returncode:
                raise SystemExit(f"{caller.args!r}: {stderr.decode()}")
        return time.perf_counter() - began

    def token(self) -> str:
        """Return the access token."""
        cache = self.home / ".aws" / "sso" / "cache" / TOKEN_FILE
        return str(json.loads(cache.read_text())["accessToken"])

    def sign_in(self) -> None:
        """Put a token where `aws sso login` would."""
        cache = self.home / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        (cache / TOKEN_FILE).write_text(json.dumps(self.sandbox.sign_in()))

    def end_broker(self) -> None:
        """End the broker, and return when it is gone."""
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"HOME={self.home}\0".encode() in (entry / "environ").read_bytes():
                    process = os.pidfd_open(int(entry.name))
                    signal.pidfd_send_signal(process, signal.SIGTERM)
                    select.select([process], [], [], 10)
                    os.close(process)


@contextmanager
def desk(accounts: int = 3, roles: int = 2) -> Iterator[Desk]:
    """Open a desk that nobody has used."""
    with TemporaryDirectory() as folder, Sandbox(accounts=accounts, roles=roles) as sandbox:
        home = Path(folder)
        (home / ".aws").mkdir(mode=0o700)
        config = CONFIG.format(start_url=sandbox.start_url, region=sandbox.region)
        (home / ".aws" / "config").write_text(config)
        browser = f"{sys.executable} -I {PERSON} %s"
        environment = {"HOME": folder, "PATH": "/usr/bin:/bin", "BROWSER": browser}
        opened = Desk(home, sandbox, {**environment, **sandbox.environment})
        try:
            yield opened
        finally:
            opened.end_broker()


def pairs(
    ours: Callable[[int], float], floor: Callable[[], float], count: int
) -> tuple[float, float]:
    """Return the medians of interleaved measurements, the first of which does not count."""
    measured = [(ours(number), floor()) for number in range(count + 1)][1:]
    one, other = zip(*measured, strict=True)
    return statistics.median(one), statistics.median(other)


def warm() -> tuple[float, float]:
    """Measure a cached role."""
    with desk() as at:
        at.sign_in()
        at.seconds(at.command())
        return pairs(lambda _: at.seconds(at.command()), lambda: at.seconds(BARE), PAIRS)


def ask() -> tuple[float, float]:
    """Measure a role that is not cached, with a living broker."""
    with desk(accounts=PAIRS + 2) as at:
        at.sign_in()
        at.seconds(at.command(account=PAIRS + 1))

        def uncached(number: int) -> float:
            before = len(at.sandbox.requests())
            seconds = at.seconds(at.command(account=number))
            served = [record.seconds or 0 for record in at.sandbox.requests()[before:]]
            return seconds - sum(served)

        return pairs(uncached, lambda: at.seconds(BARE), PAIRS)


def cold() -> tuple[float, float]:
    """Measure a role that is not cached, and no broker, beside a botocore script."""
    with desk(accounts=PAIRS + 1) as at:
        at.sign_in()

        def uncached(number: int) -> float:
            at.end_broker()
            return at.seconds(at.command(account=number))

        account_id = at.sandbox.accounts[0].account_id
        script = (sys.executable, "-I", "-c", BOTOCORE, at.token(), account_id, "Developer")
        return pairs(uncached, lambda: at.seconds(script), 11)


def crowd(callers: int, roles: int) -> tuple[float, float]:
    """Many callers at once with a valid token and no broker, beside as many bare interpreters."""
    with desk(accounts=roles) as at:
        at.sign_in()
        ours = at.seconds(*(at.command(account=number % roles) for number in range(callers)))
        fetched = at.sandbox.counters()["role_credentials"]
        if fetched != roles:
            raise SystemExit(f"{fetched} GetRoleCredentials for {roles} roles")
    with desk() as at:
        return ours, at.seconds(*[BARE] * callers)


def crowd_of(callers: int, roles: int) -> tuple[float, float]:
    """Return the medians of five crowds."""
    one, other = zip(*(crowd(callers, roles) for _ in range(5)), strict=True)
    return statistics.median(one), statistics.median(other)


def signed_out(callers: int) -> tuple[float, float]:
    """Measure from the approval until everybody is served, beside one second."""
    with desk() as at, TemporaryDirectory() as folder:
        gate = Path(folder) / "gate"
        os.mkfifo(gate)
        browser = f"{sys.executable} -I {PERSON} --wait-for {gate} %s"
        waiting = Desk(at.home, at.sandbox, {**at.environment, "BROWSER": browser})
        processes = [waiting.start(waiting.command()) for _ in range(callers)]
        state = at.home / ".aws" / "sso-credential-process"
        while len(list(state.glob("*/hosts/*/wants/*"))) < callers:
            time.sleep(0.01)
        gate.write_bytes(b"")
        began = time.perf_counter()
        failed = [process.args for process in processes if process.wait()]
        seconds = time.perf_counter() - began
        counters = at.sandbox.counters()
        asked = [counters[name] for name in ("register", "authorize", "role_credentials")]
        if failed or [*asked, counters["token"]["authorization_code"]] != [1, 1, 1, 1]:
            raise SystemExit(f"{len(failed)} callers failed; {counters}")
        return seconds, 1


BENCHES: dict[str, Callable[[], tuple[float, float]]] = {
    "warm get / bare interpreter": warm,
    "ask, living broker, service time apart / bare interpreter": ask,
    "cold broker, one role / botocore script": cold,
    "200 callers, one role, no broker / 200 bare interpreters": lambda: crowd_of(200, 1),
    "50 callers, 50 roles, no broker / 50 bare interpreters": lambda: crowd_of(50, 50),
    "200 callers, signed out, after the approval / one second": lambda: signed_out(200),
}


def main() -> None:
    """Print a line a path."""
    for name, measure in BENCHES.items():
        if not sys.argv[1:] or any(word in name for word in sys.argv[1:]):
            ours, floor = measure()
            times = f"{ours * 1000:6.0f} ms /{floor * 1000:5.0f} ms"
            print(f"{ours / floor:5.2f}x  {times}  {name}", flush=True)


if __name__ == "__main__":
    main()
