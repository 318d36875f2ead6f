"""`make bench-servers`: `serve` beside the servers of other tools that speak the same protocol.

Each answers from what it has in memory or in its cache. A client is a process that asks again and again, with a new
connection for each request, as a program does that starts, asks once and works. The servers take turns, so that what
else the machine does meanwhile hits all of them; what a request costs them in CPU does not depend on that.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from bench import background, peers, results
from bench.peer_testbed import Stand, stand
from bench.peers import OURS, ROLE, CannotRunError, Peer
from campaigns.page import put, table

PAGE = Path(__file__).parents[1] / "docs" / "containers.md"
ROUNDS, REQUESTS, CLIENTS = 7, 300, 2
_CLIENT = """
import socket, sys
host, port, path, authorization, count = sys.argv[1:]
lines = f"GET {path} HTTP/1.1", f"Host: {host}:{port}", f"Authorization: {authorization}", "Connection: close"
head = "".join(f"{line}\\r\\n" for line in (*lines, ""))
for _ in range(int(count)):
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer[8:13] == b" 200 " and b"SecretAccessKey" in answer, answer[:20]
"""


@dataclass
class Server:
    """A running server: where SDKs ask it, its process, and what each round has found."""

    url: str
    authorization: str
    process: int
    rates: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Let the clients ask for one round."""
        url = urlsplit(self.url)
        words = (str(url.hostname), str(url.port), url.path or "/", self.authorization)
        command = [sys.executable, "-IS", "-c", _CLIENT, *words, str(REQUESTS)]
        before, began = background.cpu_seconds(self.process), time.monotonic()
        clients = [subprocess.Popen(command) for _ in range(CLIENTS)]
        if any(client.wait() for client in clients):
            raise CannotRunError("a client got another answer than credentials")
        asked = REQUESTS * CLIENTS
        self.rates.append(asked / (time.monotonic() - began))
        self.cpu_seconds.append((background.cpu_seconds(self.process) - before) / asked)


Starts = Callable[[Peer, Stand, Path], AbstractContextManager[Server]]


@contextmanager
def _ours(peer: Peer, at: Stand, home: Path) -> Iterator[Server]:
    role = peer.arguments.format(**at.values(), role=ROLE).split()[1:]
    command = [peer.executable, "serve", *role, "--print-env"]
    with _running(command, at.environment(home), "AUTHORIZATION_TOKEN_FILE") as (process, found):
        token = Path(found["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text()
        yield Server(found["AWS_CONTAINER_CREDENTIALS_FULL_URI"], token, process)


@contextmanager
def _aws_vault(peer: Peer, at: Stand, home: Path) -> Iterator[Server]:
    shows = "/usr/bin/env; exec /usr/bin/sleep 3600"
    # It refuses to prompt in a terminal here, and knows only what is installed; nothing needs a prompt.
    (at.folder / "bin" / "kdialog").symlink_to("/bin/true")
    exec_ = [peer.executable, "exec", "--ecs-server", "--prompt=kdialog", ROLE]
    command = [*exec_, "--", "/bin/sh", "-c", shows]
    with _running(command, at.environment(home), "AUTHORIZATION_TOKEN") as (process, found):
        token = found["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        yield Server(found["AWS_CONTAINER_CREDENTIALS_FULL_URI"], token, process)


@contextmanager
def _aws_sso(peer: Peer, at: Stand, home: Path) -> Iterator[Server]:
    """Run it as its container image does, with the credentials that ``aws-sso ecs load`` would put there.

    Otherwise `aws-sso ecs server` 1.17.0 ends with a nil pointer. There is no token: it is in a file of the image.
    """
    environment = at.environment(home)
    got = subprocess.run(
        [peer.executable, *peer.arguments.format(**at.values(), role=ROLE).split()],
        env=environment,
        check=True,
        capture_output=True,
    )
    keys = json.loads(got.stdout)
    loaded = {
        "roleName": ROLE,
        "accountId": int(at.values()["account_id"]),
        "accessKeyId": keys["AccessKeyId"],
        "secretAccessKey": keys["SecretAccessKey"],
        "sessionToken": keys["SessionToken"],
        "expiration": (int(time.time()) + 3600) * 1000,
    }
    port = _free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [peer.executable, "ecs", "server", "--docker", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _await_port(port)
            document = json.dumps({"Creds": loaded, "ProfileName": ROLE}).encode()
            request = Request(url, document, method="PUT")
            build_opener(ProxyHandler({})).open(request, timeout=60).close()
            yield Server(url, "", process.pid)
        finally:
            process.kill()


STARTS: dict[str, Starts] = {
    OURS.name: _ours,
    "aws-vault": _aws_vault,
    "aws-sso-cli": _aws_sso,
}


def main() -> None:
    """Measure, print a row for each server, and write the table into the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.servers", description=__doc__)
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="as that of make bench")
    tools = {peer.name: peer for peer in peers.tools(parser.parse_args().peers)}
    rows = []
    with stand(1) as at, contextlib.ExitStack() as running:
        servers: dict[str, Server] = {}
        for name, start in STARTS.items():
            peer = tools[name]
            try:
                label = f"{name} {peers.version(peer)}"
                at.sign_in(peer)
                home = running.enter_context(at.home(peer, at.folder / f"home-of-{name}"))
                servers[label] = running.enter_context(start(peer, at, home))
            except CannotRunError as reason:
                rows.append([name, f"could not run: {reason}", "", ""])
        for _ in range(ROUNDS):
            for server in servers.values():
                server.measure()
        rows = [_row(label, server) for label, server in servers.items()] + rows
    lines = table(["", "requests a second", "CPU a request", "memory"], rows)
    print(*lines, sep="\n")
    put("make bench-servers", "\n".join([*lines, "", f"{results.machine()}."]), PAGE)


def _row(label: str, server: Server) -> list[str]:
    milliseconds = statistics.median(server.cpu_seconds) * 1000
    mebibytes = background.peak_mebibytes(server.process)
    return [
        label,
        f"{statistics.median(server.rates):,.0f}",
        f"{milliseconds:.2f} ms",
        f"{mebibytes:.0f} MiB",
    ]


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], last: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Start a server that prints variables, and return them once the last one is there; end it afterwards."""
    found: dict[str, str] = {}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            wanted = {"AWS_CONTAINER_CREDENTIALS_FULL_URI", f"AWS_CONTAINER_{last}"}
            while not wanted <= found.keys():
                line = process.stdout.readline()
                if not line:
                    raise CannotRunError("it ended at once")
                (pair, *_) = shlex.split(line.removeprefix("export ")) or [""]
                name, _, value = pair.partition("=")
                found[name] = value
            yield process.pid, found
        finally:
            process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise CannotRunError("it does not listen")


if __name__ == "__main__":
    main()
