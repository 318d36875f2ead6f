"""docs/troubleshooting.md: the messages on it are those of the product, word by word."""

import ast
import re
from pathlib import Path

import botocore
import pytest

from credential_process import errors

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SYMPTOMS = re.findall(r"^### (.*)$", PAGE, re.MULTILINE)
OTHER_PARTS = {"A proxy that inspects connections"}
MESSAGES = [
    (message, exit_code)
    for symptom in SYMPTOMS
    for message, exit_code in re.findall(r"`([^`]+)`(?: \(exit (\d+)\))?", symptom)
]
OF_BOTOCORE = {
    "Unable to locate credentials",
    "Error when retrieving credentials from custom-process",
    "Error loading SSO Token",
    "Token has expired and refresh failed",
    "The SSO session associated with this profile has expired",
}
OF_OTHERS = OF_BOTOCORE | {
    "InvalidGrantException", "invalid_client", "sso_*", "sso.REGION.amazonaws.com", "aws sso login",
    "'C:\\Program' is not recognized", "exit status 4", "Access Denied", "no credentials have been configured",
    "~/.aws/sso/cache", "~/.aws/sso-credential-process", "KMS_", "The source IP is not allowed",
    "certificate has expired",
}  # fmt: skip
OF_THE_PRODUCT = [each for each in MESSAGES if each[0] not in OF_OTHERS]
# The part of a message that is only known at run time: a session, a number, a name, a variable.
FILLED_IN = re.compile(r" corp\b|…|custom-process|AWS_CA_BUNDLE \(or REQUESTS_CA_BUNDLE\)")


def longest_part(message: str) -> str:
    """Return the longest part of a message that is in the source literally."""
    return max(FILLED_IN.split(message), key=len).strip()


def source(folder: Path) -> str:
    """Return all modules below a folder as one text."""
    return "".join(path.read_text() for path in folder.rglob("*.py"))


@pytest.fixture(scope="module")
def raised() -> list[tuple[str, int]]:
    """Return the messages of all errors, as far as they are known in advance, with their exit codes."""
    kinds = {name: kind for name, kind in vars(errors).items() if hasattr(kind, "exit_code")}
    modules = [ast.parse(path.read_text()) for path in (ROOT / "credential_process").rglob("*.py")]
    return [
        (ast.unparse(call.args[0]), kinds[call.func.id].exit_code)
        for module in modules
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in kinds and call.args
    ]


@pytest.mark.parametrize("message", sorted({message for message, _ in OF_THE_PRODUCT}))
def test_every_message_is_in_the_source(message: str) -> None:
    """Users who search for a current message would not find an old one."""
    assert longest_part(message) in source(ROOT / "credential_process")


@pytest.mark.parametrize(("message", "exit_code"), [each for each in OF_THE_PRODUCT if each[1]])
def test_every_message_has_the_exit_code_in_its_heading(
    raised: list[tuple[str, int]], message: str, exit_code: str
) -> None:
    """Scripts use the codes, and users look them up."""
    part = max(message.split("…"), key=len)  # another message may be in between
    form = re.compile(".*".join(map(re.escape, FILLED_IN.split(part))))
    found = {str(code) for text, code in raised if form.search(text)}
    assert found == {exit_code}


@pytest.mark.parametrize("message", sorted(OF_BOTOCORE))
def test_every_message_of_botocore_is_in_its_source(message: str) -> None:
    """Users see those before they read this page."""
    assert message in PAGE
    assert longest_part(message) in source(Path(botocore.__file__).parent).replace(
        '"\n        "', ""
    )


@pytest.mark.parametrize("symptom", [each for each in SYMPTOMS if each not in OTHER_PARTS])
def test_every_symptom_has_a_cause_and_a_fix(symptom: str) -> None:
    """Users who follow a link to a heading read nothing else."""
    part = PAGE.split(f"### {symptom}\n", 1)[1].split("\n#", 1)[0]
    cause, *fixes = part.split("**Fix:** ")
    assert (bool(cause.strip()), len(fixes)) == (True, 1)


def test_there_are_messages() -> None:
    """If the patterns found none, the tests above would pass for ever."""
    assert (len(OF_THE_PRODUCT) > 25, len([each for each in OF_THE_PRODUCT if each[1]]) > 15) == (
        True,
        True,
    )
