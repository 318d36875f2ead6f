"""One home on two computers or in two containers: DESIGN 3 and 6."""

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

OTHER_ROLE = "Administrator"


def may(*unshare: str) -> bool:
    """Return whether namespaces can be made here."""
    command = shutil.which("unshare")
    return command is not None and (
        subprocess.run([command, *unshare, "true"], check=False, capture_output=True).returncode
        == 0
    )


ROOT = () if os.geteuid() == 0 else ("--map-root-user",)
HOSTS = ("unshare", *ROOT, "--uts")
NETWORKS = ("unshare", *ROOT, "--net")
CONTAINERS = ("unshare", *ROOT, "--pid", "--fork", "--mount-proc", "--kill-child")
needs_hosts = pytest.mark.skipif(
    not may(*HOSTS[1:]), reason="may not have another host name here (unshare --uts)"
)
needs_networks = pytest.mark.skipif(
    not may(*NETWORKS[1:]), reason="may not make network namespaces here (unshare --net)"
)
needs_containers = pytest.mark.skipif(
    not may(*CONTAINERS[1:]), reason="may not make process namespaces here (unshare --pid)"
)


def names(home: Home) -> set[str]:
    """Return the names of the hosts that have had a broker."""
    return {folder.parent.name.rpartition("-")[0] for folder in home.host_files("broker.info")}


def on_host(name: str) -> tuple[str, ...]:
    """Return a command that runs another one on a host of this name."""
    return (*HOSTS, "sh", "-c", f'hostname {name} && exec "$@"', "sh")


# The shell is the first process of the container, which ends with it, with all of its processes.
IN_CONTAINER = (*CONTAINERS, "sh", "-c", '"$@"; exit $?', "sh")


@needs_hosts
def test_two_machines_share_a_home_a_token_and_documents(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Homes are on network disks: each host has a broker, and all share one sign-in."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    for host in ("north", "south"):
        done = get(prefix=on_host(host), environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    for host in ("north", "south"):
        line = (*get.arguments[:-1], OTHER_ROLE)
        assert get(*line, prefix=on_host(host), environment=environment).returncode == 0
    assert sandbox.counters()["role_credentials"] == 2
    # South printed what north had fetched, so it started no broker.
    assert names(signed_in) == {"north"}


@needs_hosts
def test_two_machines_at_token_expiry_exchange_once(
    get: Executable, signed_in: Home, sandbox: Sandbox, expire: Callable[[], None], nobody: Person
) -> None:
    """There is one lock for a session on all hosts, because the refresh token works only once."""
    expire()
    environment = {**get.environment, "BROWSER": nobody.browser}
    callers = [
        get.start(
            *get.arguments[:3],
            sandbox.accounts[number % 3].account_id,
            *get.arguments[4:],
            prefix=on_host(host),
            environment=environment,
        )
        for number, host in enumerate(("north", "south") * 5)
    ]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    assert sandbox.counters()["token"]["refresh_token"] == 1
    assert names(signed_in) == {"north", "south"}


@needs_networks
def test_a_caller_in_another_network_has_another_broker(
    get: Executable, signed_in: Home, nobody: Person
) -> None:
    """A container may share its host's name, and a VPN may serve one program: each has its own broker."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    cut_off = get(*get.arguments, "--wait", "180", prefix=NETWORKS, environment=environment)
    assert cut_off.returncode == 5
    assert "cannot be reached" in cut_off.stderr
    assert len(processes.of(signed_in.path)) == 1
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(names(signed_in)) == 1
    assert len(signed_in.host_files("broker.info")) == 2


@needs_containers
def test_two_process_namespaces_share_one_broker(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """Process ids mean nothing across containers, so they must not matter."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    # A broker that a caller in a container has started would end with that container, in the middle of its work.
    get(*get.arguments[:-1], OTHER_ROLE, environment=environment)
    callers = [
        get.start(
            *get.arguments[:3],
            sandbox.accounts[number % 3].account_id,
            *get.arguments[4:],
            prefix=prefix,
            environment=environment,
        )
        for number, prefix in enumerate((IN_CONTAINER, ()) * 5)
    ]
    done = [finish(caller) for caller in callers]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    assert sandbox.counters()["role_credentials"] == 1 + 3
    assert signed_in.wants() == []


@needs_containers
def test_killing_a_container_ends_its_broker_and_nothing_else(
    get: Executable, signed_in: Home, sandbox: Sandbox, nobody: Person
) -> None:
    """A container ends with all of its processes, and a caller outside starts the next broker."""
    environment = {**get.environment, "BROWSER": nobody.browser}
    done = get(prefix=IN_CONTAINER, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    processes.end(signed_in.path)
    done = get(*get.arguments[:-1], OTHER_ROLE, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert sandbox.counters()["authorize"] == 0
