"""The same work done by others, in one run with ours: same machine, sandbox and token cache.

aws-sso-util's `credential-process`, the AWS CLI v2's `configure export-credentials`, and our `get`: a cached
role, a role that is not cached with a valid token, and fifty such callers at once. The CLI of Debian knows
no endpoint override, so it comes through the sandbox's proxy, with TLS; that costs it a few milliseconds.
"""

import hashlib
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from paths import BARE, EXECUTABLE, Desk

from credential_process.sandbox import Sandbox

PEERS = Path(sys.argv[1] if len(sys.argv) > 1 else ".venv/peers").resolve()
ROUNDS = 9
CONFIG = """\
[profile native]
sso_start_url = {start_url}
sso_region = {region}
sso_account_id = {account_id}
sso_role_name = Developer
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its command, what it needs in the environment, and where it keeps role credentials."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    roles: str


@contextmanager
def desk() -> Iterator[tuple[Desk, list[Peer]]]:
    """Open a home with a valid token, and the tools that share it."""
    with TemporaryDirectory() as folder, Sandbox(accounts=1, connect_proxy=True) as sandbox:
        home = Path(folder)
        account_id = sandbox.accounts[0].account_id
        values = {"start_url": sandbox.start_url, "region": sandbox.region}
        cache = home / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True, mode=0o700)
        (home / ".aws" / "config").write_text(CONFIG.format(**values, account_id=account_id))
        key = hashlib.sha1(sandbox.start_url.encode(), usedforsecurity=False).hexdigest()
        (cache / f"{key}.json").write_text(json.dumps(sandbox.sign_in()))
        basic = {"HOME": folder, "PATH": "/usr/bin:/bin", "CI": "true"}
        at = Desk(home, sandbox, {**basic, **sandbox.environment})
        session = ["--start-url", sandbox.start_url, "--sso-region", sandbox.region]
        role = ["--account-id", account_id, "--role-name", "Developer"]
        try:
            yield (
                at,
                [
                    Peer(
                        "ours",
                        [EXECUTABLE, "get", *session, *role],
                        at.environment,
                        "sso-credential-process",
                    ),
                    Peer(
                        "aws-sso-util",
                        [
                            str(PEERS / "bin" / "aws-sso-util"),
                            "credential-process",
                            *session,
                            *role,
                        ],
                        at.environment,
                        "cli/cache",
                    ),
                    Peer(
                        "AWS CLI v2",
                        ["/usr/bin/aws", "configure", "export-credentials", "--profile", "native"],
                        {**basic, **sandbox.proxy_environment},
                        "cli/cache",
                    ),
                ],
            )
        finally:
            at.end_broker()


def run(at: Desk, peer: Peer, callers: int = 1, *, cold: bool) -> tuple[float, int]:
    """Return how long so many callers take at once, and how many fail; cold ones find a token and nothing else."""
    if cold:
        at.end_broker()
        shutil.rmtree(at.home / ".aws" / peer.roles, ignore_errors=True)
    caller = Desk(at.home, at.sandbox, dict(peer.environment))
    began = time.perf_counter()
    processes = [caller.start(peer.command) for _ in range(callers)]
    for process in processes:
        process.communicate()
    return time.perf_counter() - began, sum(process.returncode != 0 for process in processes)


CASES: dict[str, Callable[[Desk, Peer], tuple[float, int]]] = {
    "warm": lambda at, peer: run(at, peer, cold=False),
    "cold, valid token": lambda at, peer: run(at, peer, cold=True),
    "50 at once, cold": lambda at, peer: run(at, peer, 50, cold=True),
}


def main() -> None:
    """Print a row a case: milliseconds, times a bare interpreter, and failures where there were any."""
    with desk() as (at, peers):
        print(f"{'':20}" + "".join(f"{peer.name:>28}" for peer in peers))
        for case, measure in CASES.items():
            rounds = 3 if case.startswith("50") else ROUNDS
            for peer in peers:
                measure(at, peer)
            floor = statistics.median(at.seconds(BARE) for _ in range(rounds))
            results = [[measure(at, peer) for peer in peers] for _ in range(rounds)]
            print(
                f"{case:20}"
                + "".join(_cell(column, floor) for column in zip(*results, strict=True)),
                flush=True,
            )


def _cell(results: tuple[tuple[float, int], ...], floor: float) -> str:
    median = statistics.median(seconds for seconds, _ in results)
    failed = sum(failures for _, failures in results)
    return (
        f"{median * 1000:7.0f} ms {median / floor:6.1f}x {f'{failed} failed' if failed else '':>10}"
    )


if __name__ == "__main__":
    main()
