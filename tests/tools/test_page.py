"""docs/tools.md: every command of it, with the real tools, at services that check whose keys signed the requests."""

import inspect
import json
import re
import sys
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from testing.home import Home
from testing.people import Person
from testing.services import Services, is_signed_with
from tests.page_blocks import Reader, blocks
from tests.tools.api_server import NAMESPACE, Cluster
from tests.tools.conftest import ANY, CLUSTER, SECTIONS, Recipe

REGISTRY = "111122220001.dkr.ecr.us-east-1.amazonaws.com"
Keys = Callable[[], dict[str, str]]


@pytest.mark.recipe("EKS")
def test_kubectl_reaches_a_cluster_as_the_role(
    recipe: Recipe,
    aws: Services,
    cluster: Cluster,
    lead_kubectl_to: Callable[[Cluster], None],
    keys: Keys,
    person: Person,
) -> None:
    """The cluster asks STS whose token it is, as EKS does; one sign-in is enough for both programs."""
    moto = boto3.client("eks", "us-east-1", endpoint_url=aws.moto, **ANY)
    moto.create_cluster(
        name=CLUSTER, roleArn="arn:aws:iam::123456789012:role/eks", resourcesVpcConfig={}
    )
    recipe.step()
    (described,) = aws.requests_to("eks")
    assert is_signed_with(described, keys())
    lead_kubectl_to(cluster)
    assert NAMESPACE in recipe.step()
    assert {arn.split("/")[1].rpartition("_")[0] for arn in cluster.callers} == {
        "AWSReservedSSO_Developer"
    }
    assert cluster.refused == []
    assert len(person.arrivals()) == 1


def test_a_cluster_refuses_a_token_for_another_one(reader: Reader, cluster: Cluster) -> None:
    """Otherwise the test above would show nothing."""
    reader.follow(SECTIONS[""])
    command = f"AWS_PROFILE=deploy aws eks get-token --cluster-name not-{cluster.name}"
    token = json.loads(reader.follow(f"```sh\n{command}\n```\n"))["status"]["token"]
    with pytest.raises(ValueError, match=r"STS refuses it.*SignatureDoesNotMatch"):
        cluster.caller(token)


@pytest.mark.recipe("ECR")
def test_docker_gets_the_password_of_a_registry(
    recipe: Recipe, aws: Services, keys: Keys, person: Person
) -> None:
    """Both ways ask ECR with the keys of the line; the helper is found as docker finds it."""
    recipe.step()
    config = json.loads((recipe.reader.home.path / ".docker" / "config.json").read_text())
    assert config["credHelpers"][REGISTRY] == "ecr-login"
    answer = json.loads(recipe.step())
    assert answer["Username"] == "AWS"
    assert recipe.step().strip() == "123456789012-auth-token"
    first, second = aws.requests_to("ecr")
    assert json.loads(first.body) == {"registryIds": [REGISTRY.split(".", maxsplit=1)[0]]}
    assert is_signed_with(first, keys())
    assert is_signed_with(second, keys())
    assert len(person.arrivals()) == 1


@pytest.mark.recipe("CodeArtifact")
def test_pip_gets_a_token_of_code_artifact(
    recipe: Recipe, aws: Services, keys: Keys, home: Home
) -> None:
    """It is kept in the configuration of pip, with the address of the repository."""
    recipe.step()
    (configuration,) = (home.path / ".config" / "pip").iterdir()
    address = urlsplit(aws.url).netloc
    expected = f"index-url = http://aws:token-of-example@{address}/pypi/packages/simple/"
    assert expected in configuration.read_text()
    assert recipe.step() == "token-of-example\n"
    requests = aws.requests_to("codeartifact")
    assert len(requests) == 3
    assert all(is_signed_with(request, keys()) for request in requests)


@pytest.mark.recipe("Terraform")
def test_the_provider_and_the_backend_of_terraform_share_a_sign_in(
    recipe: Recipe, keys: Keys, person: Person
) -> None:
    """Terraform asks for both at once; its own library asks STS who it is, as both do."""
    recipe.step()
    names = re.findall(r'profile *= "(.*)"', (recipe.reader.home.path / "main.tf").read_text())
    command = f"for name in {' '.join(names)}; do terraform_credentials $name & done; wait"
    answers = recipe.reader.follow(f"```sh\n{command}\n```\n").splitlines()
    expected = {
        "AccessKeyId": keys()["AccessKeyId"],
        "Account": REGISTRY.split(".", maxsplit=1)[0],
        "Partition": "aws",
        "Region": "us-east-1",
    }
    assert [json.loads(answer) for answer in answers] == [expected, expected]
    assert len(person.arrivals()) == 1


@pytest.mark.recipe("RDS")
def test_a_database_password_is_signed_with_the_keys_of_the_line(
    recipe: Recipe, keys: Keys
) -> None:
    """It is a presigned URL without its scheme. No database was asked."""
    query = parse_qs(urlsplit(f"https://{recipe.step().strip()}").query)
    assert query["X-Amz-Credential"][0].split("/")[0] == keys()["AccessKeyId"]
    assert query["X-Amz-Security-Token"] == [keys()["SessionToken"]]


def test_every_section_with_commands_has_a_test() -> None:
    """A recipe that is not run goes wrong unnoticed; `Recipe` looks after the commands in each."""
    marks = [
        mark
        for test in vars(sys.modules[__name__]).values()
        if inspect.isfunction(test)
        for mark in getattr(test, "pytestmark", [])
    ]
    tested = {mark.args[0] for mark in marks if mark.name == "recipe"}
    assert tested == {title for title, text in SECTIONS.items() if title and blocks(text)}
