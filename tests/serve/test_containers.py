"""SDKs in a container, which has a network and a home of its own, ask `serve` on the host."""

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing import processes
from testing.events import until
from testing.home import Home
from testing.people import Pause, Person, meeting
from tests.identity.held import hold
from tests.sdks.test_sdks import SDKS
from tests.serve import network
from tests.serve.conftest import Serve, Served

pytestmark = pytest.mark.skipif(
    not network.is_possible(), reason="may not make network namespaces here (unshare --net, ip)"
)
CLIENTS = Path(__file__).with_name("clients.py")
PROGRAMS = int(os.environ.get("PROGRAMS", "10"))
OF_HOST = ("--address", network.HOST)


@pytest.fixture
def cable(sandbox: Sandbox, tmp_path: Path) -> Iterator[network.Network]:
    """Make a host and a container."""
    with network.network(tmp_path, urlsplit(sandbox.url).port or 0) as cable:
        yield cable


@pytest.fixture
def in_container(
    cable: network.Network, sandbox: Sandbox, environment: dict[str, str], tmp_path: Path
) -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts a program in the container, with nothing of the host's home."""
    home = tmp_path / "home" / "of-the-container"

    def start(*command: str, variables: dict[str, str] | None = None) -> subprocess.Popen[str]:
        home.mkdir(exist_ok=True)
        kept = {name: environment[name] for name in ("PATH", "TZ")}
        service = {"AWS_ENDPOINT_URL_STS": sandbox.url.replace("127.0.0.1", network.HOST)}
        return subprocess.Popen(
            [*cable.in_container, *command],
            env={**kept, **service, "HOME": str(home), **(variables or {})},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return start


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., Person]:
    """Return users whose browser is on the host of the container, and not on this machine."""
    return meeting(tmp_path, Person)


@pytest.fixture
def serve_on_host(serve: Serve, cable: network.Network) -> Callable[..., Served]:
    """Return a function that serves on the host."""

    def start(*options: str, **variables: str) -> Served:
        return serve(*options, *OF_HOST, prefix=cable.on_host, **variables)

    return start


def of_container(served: Served) -> dict[str, str]:
    """Return the variables that an --env-file has for a container."""
    kept = {name: value for name, value in served.variables.items() if "TOKEN" not in name}
    return {**kept, "AWS_CONTAINER_AUTHORIZATION_TOKEN": served.token}


def printed(process: subprocess.Popen[str]) -> Any:
    """Return what a program prints, once it has ended well."""
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stderr
    return json.loads(stdout)


def account(process: subprocess.Popen[str]) -> str:
    """Return the account that a program prints, once it has ended; nothing if its SDK has no credentials."""
    stdout, stderr = process.communicate(timeout=300)
    if process.returncode != 0:
        print(stderr)
        return ""
    return str(json.loads(stdout)["Account"])


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("sdk", SDKS)
def test_an_sdk_in_a_container_has_the_role(
    sdk: str,
    serve_on_host: Callable[..., Served],
    in_container: Callable[..., subprocess.Popen[str]],
    sandbox: Sandbox,
    nobody: Person,
) -> None:
    """Checked by an STS that verifies signatures."""
    served = serve_on_host(BROWSER=nobody.browser)
    program = in_container(*SDKS[sdk], variables=of_container(served))
    assert printed(program)["Account"] == sandbox.accounts[0].account_id
    assert sandbox.counters()["role_credentials"] == 1


@pytest.mark.usefixtures("signed_in")
def test_the_address_of_ipv6_is_served(
    serve: Serve, cable: network.Network, in_container: Callable[..., subprocess.Popen[str]]
) -> None:
    """Clusters without IPv4 have this one alone."""
    served = serve("--address", network.HOST_IPV6, prefix=cable.on_host)
    assert urlsplit(served.url).hostname == network.HOST_IPV6
    program = in_container(*SDKS["boto3"], variables=of_container(served))
    assert "Developer" in printed(program)["Arn"]


@pytest.mark.parametrize("sdk", ["boto3", "Go v2"])
def test_a_user_in_a_container_reads_where_to_sign_in(
    sdk: str,
    serve_on_host: Callable[..., Served],
    in_container: Callable[..., subprocess.Popen[str]],
    people: Callable[..., Person],
) -> None:
    """The SDK gives up long before a user has signed in."""
    person = people("--leave")
    served = serve_on_host(BROWSER=person.browser)
    program = in_container(*SDKS[sdk], variables=of_container(served))
    _, stderr = program.communicate(timeout=300)
    assert program.returncode != 0
    assert person.arrivals()[0] in stderr
    assert len(person.arrivals()) == 1


def test_a_hundred_clients_share_one_sign_in_when_the_broker_is_killed(
    serve_on_host: Callable[..., Served],
    add_profile: Callable[..., None],
    in_container: Callable[..., subprocess.Popen[str]],
    people: Callable[..., Person],
    pause: Pause,
    home: Home,
    sandbox: Sandbox,
) -> None:
    """All of them start when a project does, and none may be lost."""
    add_profile("prod", account=1)
    person = people("--wait-for", str(pause.path))
    served = serve_on_host("--profile", "dev", "--profile", "prod", BROWSER=person.browser)
    urls = (served.url, served.url.replace("/dev", "/prod"))
    program = in_container(sys.executable, "-I", str(CLIENTS), served.token, "50", *urls)
    until(person.arrivals, "the page is open")
    (broker,) = (process for process, line in processes.of(home.path).items() if " broker " in line)
    processes.kill(broker)
    (log,) = home.host_files("broker.log")
    until(lambda: "taken over" in log.read_text(), "another broker takes the sign-in over")
    assert len(home.wants()) <= len(urls)  # not one for each client
    until(pause.end, "the person goes on")
    assert printed(program) == {"200": 100}
    counters = sandbox.counters()
    assert (counters["authorize"], counters["role_credentials"]) == (1, 2)
    assert counters["token"]["authorization_code"] == 1
    assert len(person.arrivals()) == 1


@pytest.mark.usefixtures("signed_in")
def test_clients_of_five_sdks_have_the_role_when_the_broker_is_killed(
    serve_on_host: Callable[..., Served],
    in_container: Callable[..., subprocess.Popen[str]],
    home: Home,
    sandbox: Sandbox,
    nobody: Person,
) -> None:
    """Each SDK has its own limits and asks again in its own way; `make clients` starts a hundred at once.

    botocore waits three times for two seconds, which a busy machine may need for a new broker alone: a program that
    has given up is started again, as its user would.
    """
    served = serve_on_host(BROWSER=nobody.browser)
    variables = of_container(served)
    wait_for_fetch = hold(sandbox, {"operation": "role_credentials"})

    def kill_broker() -> int:
        wait_for_fetch()
        running = processes.of(home.path).items()
        (broker,) = (process for process, line in running if " broker " in line)
        processes.kill(broker)
        lost = int(sandbox.counters()["role_credentials"])
        sandbox.set_faults()
        return lost

    commands = list(itertools.islice(itertools.cycle(SDKS.values()), PROGRAMS))
    with ThreadPoolExecutor() as threads:
        lost = threads.submit(kill_broker)
        clients = [in_container(*command, variables=variables) for command in commands]
    found = [account(client) for client in clients]
    given_up = [command for command, one in zip(commands, found, strict=True) if not one]
    print(f"{len(given_up)} of {PROGRAMS} have given up")
    again = [in_container(*command, variables=variables) for command in given_up]
    found += [account(client) for client in again]
    assert Counter(filter(None, found)) == {sandbox.accounts[0].account_id: PROGRAMS}
    # Besides what the broker that was killed had asked for, one for all clients.
    assert sandbox.counters()["role_credentials"] == lost.result() + 1


def test_another_container_without_the_token_gets_nothing(
    serve_on_host: Callable[..., Served],
    in_container: Callable[..., subprocess.Popen[str]],
    nobody: Person,
) -> None:
    """Every container of the host can reach the address, and the user must not be asked for it."""
    served = serve_on_host(BROWSER=nobody.browser)
    urls = [served.url, served.url.replace("/dev", "/prod")]
    program = in_container(sys.executable, "-I", str(CLIENTS), "x", "5", *urls)
    assert printed(program) == {"403": 10}
