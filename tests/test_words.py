"""The pages, `--help`, and what is beside the code are in plain words: those below have a better one."""

import ast
import re
import tokenize
from io import StringIO

import click
import pytest

from credential_process.cli import commands
from tests.cli.test_reference import all_commands
from tests.page_blocks import PAGES

# What is written instead is beside each.
REFUSED = {
    r"mends?": "fix",
    r"nobody": "no one; or name the user, the caller",
    r"(?:some|every)body": "a user, all callers",
    r"whoever": "anyone who",
    r"anew": "again",
    r"by (?:itself|themselves)": "automatically",
    r"ours?|us(?!-)|we": "name what it is: the line, the profile, sso-credential-process",
    r"theirs": "name whose it is",
    r"go(?:es)? on": "continue",
    r"gone on with|broken off": "resumed, interrupted",
    r"in vain": "without success",
    r"stands?": "is",
    r"says|said|tells?|told": "show, report",
    r"(?<!there )(?<!where )is no (?!longer|more)": "is not a valid",
    r"over night": "overnight",
    r"likewise": "in the same way",
}
PATTERN = re.compile(rf"\b(?:{'|'.join(REFUSED)})\b", re.IGNORECASE)
# Code, addresses, and what runs have written, such as the names of tests.
NOT_PROSE = re.compile(
    r"<!-- written by .*?<!-- end -->|^```.*?^```|^    .*?$|`[^`]*`|\]\([^)]*\)",
    re.DOTALL | re.MULTILINE,
)
PROOFS = re.compile(r"\[[^\]]*\]\(\.\./tests/[^)]*\)")
AT_THE_TOP = ("README.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
TEXTS = {
    **{
        str(page.relative_to(PAGES)): NOT_PROSE.sub("", PROOFS.sub("", page.read_text()))
        for page in (*map(PAGES.joinpath, AT_THE_TOP), *sorted((PAGES / "docs").rglob("*.md")))
    },
    **{
        f"{name} --help": command.get_help(click.Context(command, info_name=name))
        for name, command in all_commands(commands)
    },
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_plain_words_only(name: str) -> None:
    """Most readers have learned English as a second language, and look for the words of AWS and of other tools."""
    assert PATTERN.findall(TEXTS[name]) == []


def beside_code(text: str) -> str:
    """Return the comments and docstrings of a module."""
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    comments = [token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT]
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    docstrings = [ast.get_docstring(node) or "" for node in nodes]
    return "\n".join([*comments, *docstrings])


def refused_beside_code(text: str) -> list[str]:
    """Return the refused words, also those that a line break divides."""
    return PATTERN.findall(" ".join(NOT_PROSE.sub("", beside_code(text)).split()))


def test_comments_and_docstrings_have_plain_words_only() -> None:
    """Most maintainers have learned English as a second language, too."""
    modules = (PAGES / "credential_process").rglob("*.py")
    found = {str(module): refused_beside_code(module.read_text()) for module in modules}
    assert len(found) > 100
    assert {module: words for module, words in found.items() if words} == {}


def test_what_is_beside_code_is_found() -> None:
    """If it were not, the test above would pass for ever; a string of the code is not for maintainers."""
    module = '''
"""Mend it."""
answer = "anew"  # nobody reads `us`
# It goes
# on.
def function():
    """Return what it is for.

    It is ours.
    """
'''
    assert refused_beside_code(module) == ["nobody", "goes on", "Mend", "ours"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mend it.",
        "nobody is asked",
        "it goes on by itself",
        "a line of ours",
        "written anew",
        "the message says so",
        "it is no address",
    ],
)
def test_the_pattern_finds_what_it_refuses(sentence: str) -> None:
    """If it found nothing, the test above would pass for ever."""
    assert PATTERN.search(NOT_PROSE.sub("", sentence))


def test_there_is_prose_to_read() -> None:
    """If all of a page were taken for code, nothing would be read."""
    assert len(TEXTS) > 30
    assert all(len(text) > 200 for text in TEXTS.values())
