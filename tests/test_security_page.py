"""docs/security.md and docs/evidence/breaks.md: the code and the tests that they name exist."""

import re
from pathlib import Path

import pytest

from tests.defined_names import names
from tests.page_blocks import PAGES

PAGE = PAGES / "docs" / "security.md"
BREAKS = PAGES / "docs" / "evidence" / "breaks.md"
LINKS = [
    (page, text, target)
    for page in (PAGE, BREAKS)
    for text, target in sorted(
        set(re.findall(r"\[([^\]]+)\]\((\.\./[^)]+\.py)\)", page.read_text()))
    )
]
CLAIMS = [
    row.split(" | ")
    for row in re.findall(r"^\| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    if "](../" in row
]


@pytest.mark.parametrize(("page", "text", "target"), LINKS)
def test_what_a_claim_names_exists(page: Path, text: str, target: str) -> None:
    """If its code has moved away, a claim is not verified any more."""
    name = text.strip("`") if text.startswith("`") else f"test_{text.replace(' ', '_')}"
    assert name in names((page.parent / target).resolve())


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[0][:40])
def test_every_claim_names_its_code_and_its_proof(claim: list[str]) -> None:
    """A claim without a proof may be wrong, and attackers would find out."""
    what, how, proof = claim
    assert what.endswith(".")
    assert "](../credential_process/" in how
    assert "](../tests/" in proof


def test_there_are_claims() -> None:
    """If the patterns found none, the tests above would pass for ever."""
    assert (len(CLAIMS) > 20, len(LINKS) > 40) == (True, True)
