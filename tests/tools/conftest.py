"""Fixtures of the tests of docs/tools.md: a reader of the page, at services that keep what they are asked."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.services import Services, services
from tests.page_blocks import PAGES, Reader, blocks
from tests.tools import api_server

# What .ci/install has built.
PROGRAMS = Path(sys.prefix) / "programs"
CLUSTER = "demo"
_TITLE = re.compile(r"^## (.*)$\n", re.MULTILINE)
_, *_REST = _TITLE.split("## \n" + (PAGES / "docs" / "tools.md").read_text())
# By title; what comes before the first one has none.
SECTIONS = dict(zip(_REST[::2], _REST[1::2], strict=True))
# Where blocks belong that are files.
FILES = {"json docker": ".docker/config.json", "hcl": "main.tf"}
ANY = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}


@pytest.fixture(scope="module")
def _served() -> Iterator[Services]:
    with services() as served:
        yield served


@pytest.fixture
def aws(_served: Services) -> Services:
    """Serve AWS; what another test has asked for is forgotten."""
    _served.requests.clear()
    return _served


@pytest.fixture
def reader(home: Home, environment: dict[str, str], aws: Services) -> Reader:
    """Return a reader of the page, who has the tools and reaches the services."""
    path = os.pathsep.join((environment["PATH"], str(PROGRAMS)))
    reached = aws.environment("ECR", "EKS", "CODEARTIFACT")
    return Reader(home, {**environment, **reached, "PATH": path})


@pytest.fixture
def keys(home: Home, environment: dict[str, str]) -> Callable[[], dict[str, str]]:
    """Return a function that returns the keys which the line has printed; they are cached."""
    export = Executable("export", home.path, environment, ("--profile", "deploy", "--no-login"))
    return lambda: dict(json.loads(export().stdout))


@pytest.fixture
def cluster(sandbox: Sandbox) -> Iterator[api_server.Cluster]:
    """Serve the cluster of the page."""
    sts = sandbox.environment["AWS_ENDPOINT_URL_STS"]
    with api_server.cluster(CLUSTER, sts) as cluster:
        yield cluster


@pytest.fixture
def lead_kubectl_to(reader: Reader) -> Callable[[api_server.Cluster], None]:
    """Return a function that puts the address of a cluster into the kubeconfig, in place of that from moto."""

    def lead(cluster: api_server.Cluster) -> None:
        kubectl = ["kubectl", "config"]
        context = [
            *kubectl,
            "view",
            "--minify",
            "--output",
            "jsonpath={.contexts[0].context.cluster}",
        ]
        name = subprocess.run(
            context, env=reader.environment, check=True, capture_output=True, text=True
        ).stdout
        certificate = f"--certificate-authority={cluster.ca_bundle}"
        unset = [*kubectl, "unset", f"clusters.{name}.certificate-authority-data"]
        subprocess.run(unset, env=reader.environment, check=True)
        place = [*kubectl, "set-cluster", name, f"--server={cluster.url}", certificate]
        subprocess.run(place, env=reader.environment, check=True)

    return lead


@dataclass
class Recipe:
    """A section of the page, and the blocks of it that are left."""

    reader: Reader
    left: list[tuple[str, str]]

    def step(self) -> str:
        """Do what is in the next block, and return what it prints."""
        kind, text = self.left.pop(0)
        if kind in FILES:
            file = self.reader.home.path / FILES[kind]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            return ""
        return self.reader.follow(f"```{kind}\n{text}```\n")


@pytest.fixture
def recipe(request: pytest.FixtureRequest, reader: Reader) -> Iterator[Recipe]:
    """Return the section that the mark of a test names; the test does all that is in it, after the profile."""
    (mark,) = request.node.iter_markers("recipe")
    reader.follow(SECTIONS[""])
    recipe = Recipe(reader, blocks(SECTIONS[mark.args[0]]))
    yield recipe
    assert recipe.left == []
