"""docs/security.md and docs/evidence/breaks.md: the code and the tests that they name exist."""

import ast
import re
from pathlib import Path

import pytest

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


def names(file: Path) -> set[str]:
    """Return the names that a module defines: functions, classes, their methods as `Class.method`, constants."""
    module = ast.parse(file.read_text())
    found = {
        name.id
        for each in module.body
        if isinstance(each, ast.Assign)
        for name in each.targets
        if isinstance(name, ast.Name)
    }
    for each in ast.walk(module):
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found.add(each.name)
        if isinstance(each, ast.ClassDef):
            methods = (method for method in each.body if isinstance(method, ast.FunctionDef))
            found |= {f"{each.name}.{method.name}" for method in methods}
    return found


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
