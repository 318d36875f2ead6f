"""docs/tools.md: its commands, with the real AWS CLI."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

from testing.executable import Executable
from testing.home import Home
from testing.people import Person
from tests.page_blocks import PAGES, Reader, blocks

PAGE = (PAGES / "docs" / "tools.md").read_text()


def test_tokens_are_signed_with_the_credentials_of_the_line(
    get: Executable, home: Home, person: Person
) -> None:
    """A presigned URL names the access key; one sign-in is enough for both."""
    reader = Reader(home, dict(get.environment))
    (profile,) = [text for kind, text in blocks(PAGE) if kind == "ini"]
    eks, rds = [text for kind, text in blocks(PAGE) if kind == "sh"]
    reader.follow(f"```ini\n{profile}```\n")
    reader.follow("```sh\nsso-credential-process login --profile deploy\n```\n")
    keys = json.loads(
        reader.follow(
            "```sh\nsso-credential-process export --profile deploy --format credential-export\n```\n"
        )
    )["Credentials"]
    token = json.loads(reader.follow(f"```sh\n{eks}```\n"))["status"]["token"]
    encoded = token.removeprefix("k8s-aws-v1.")
    url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    password = reader.follow(f"```sh\n{rds}```\n").strip()
    for signed in (url, f"https://{password}"):
        query = parse_qs(urlsplit(signed).query)
        assert query["X-Amz-Credential"][0].split("/")[0] == keys["AccessKeyId"]
        assert query["X-Amz-Security-Token"] == [keys["SessionToken"]]
    assert len(person.arrivals()) == 1
