"""A host and a container, each in a network namespace of its own, with a cable between them.

Addresses and routes are those of Docker's bridge, after ``ip address add 169.254.170.2/32 dev docker0`` on the host.
Both see the file system of this machine; neither sees its network. What they need from there, a port of the sandbox,
is relayed through a socket in the file system.
"""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "169.254.170.2"
HOST_IPV6 = "fd00:ec2::23"
IS_ROOT = os.geteuid() == 0
_MAPPED = () if IS_ROOT else ("--map-root-user",)
_HOLD = ("sh", "-c", "echo; exec cat")
_ON_HOST = f"""
ip link set lo up
ip link add name host type veth peer name container netns "$1"
ip address add 172.17.0.1/16 dev host
ip address add {HOST}/32 dev host
ip -6 address add {HOST_IPV6}/64 dev host nodad
ip link set host up
"""
_IN_CONTAINER = """
ip link set lo up
ip address add 172.17.0.2/16 dev container
ip -6 address add fd00:ec2::9/64 dev container nodad
ip link set container up
ip route add default via 172.17.0.1
"""


def is_possible() -> bool:
    """Return whether such namespaces can be made here."""
    if not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return False
    command = ["unshare", *_MAPPED, "--net", "ip", "link", "add", "name", "host", "type", "veth"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@dataclass(frozen=True, slots=True)
class Network:
    """The commands that run another one on the host and in the container."""

    on_host: tuple[str, ...]
    in_container: tuple[str, ...]


@contextmanager
def network(folder: Path, port: int) -> Iterator[Network]:
    """Make a host and a container; a port of this machine's 127.0.0.1 is there too, on all addresses of the host."""
    with ExitStack() as held:
        host = held.enter_context(_held("unshare", *_MAPPED, "--net", *_HOLD))
        on_host = _enter(host, host)
        container = held.enter_context(_held(*on_host, "unshare", "--net", *_HOLD))
        in_container = _enter(host, container)
        _run(*on_host, "sh", "-ec", _ON_HOST, "sh", str(container))
        _run(*in_container, "sh", "-ec", _IN_CONTAINER)
        held.enter_context(_port_of_this_machine(folder / "relay", port, on_host))
        yield Network(on_host, in_container)


def _enter(host: int, process: int) -> tuple[str, ...]:
    user = () if IS_ROOT else (f"--user=/proc/{host}/ns/user", "--preserve-credentials")
    return ("nsenter", *user, f"--net=/proc/{process}/ns/net", "--")


@contextmanager
def _held(*command: str) -> Iterator[int]:
    """Hold a namespace for as long as a process waits for its input; yield its id."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"\n"
        yield process.pid
        process.communicate()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=60)


@contextmanager
def _port_of_this_machine(path: Path, port: int, on_host: tuple[str, ...]) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(256)
        relaying = threading.Thread(target=relay, args=(listener, ("127.0.0.1", port)))
        relaying.start()
        program = [sys.executable, str(Path(__file__)), str(path), str(port)]
        with subprocess.Popen([*on_host, *program], stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == b"ready\n"
                yield
            finally:
                process.kill()
                listener.shutdown(socket.SHUT_RDWR)  # a thread waits for it
        relaying.join()


def relay(listener: socket.socket, address: "str | tuple[str, int]") -> None:
    """Connect whatever connects to a listener with an address, until the listener is shut down."""
    threads = []
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            threads.append(threading.Thread(target=_connect, args=(near, address), daemon=True))
            threads[-1].start()
    for thread in threads:
        thread.join()


def _connect(near: socket.socket, address: "str | tuple[str, int]") -> None:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with near, socket.socket(family) as far, suppress(OSError):
        far.connect(address)
        back = threading.Thread(target=_copy, args=(far, near), daemon=True)
        back.start()
        _copy(near, far)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    here = socket.create_server(("", int(sys.argv[2])), backlog=256)
    print("ready", flush=True)
    relay(here, sys.argv[1])
