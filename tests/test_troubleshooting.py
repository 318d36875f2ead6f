"""The page for whoever has read a message and wants to know more: the messages on it are ours, as they are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text()
SYMPTOMS = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)
MESSAGES = [message for symptom in SYMPTOMS for message in re.findall(r"`([^`]+)`", symptom)]
OF_OTHERS = {"Unable to locate credentials", "invalid_client"}
# What stands in a message at run time: a session, a number, a name.
FILLED_IN = re.compile(r" corp\b|…|\w*Error\)")


def longest_part(message: str) -> str:
    """Return the longest part of a message that stands in the source as it is."""
    return max(FILLED_IN.split(message), key=len).strip()


@pytest.mark.parametrize("message", sorted(set(MESSAGES) - OF_OTHERS))
def test_every_message_is_one_of_ours(message: str) -> None:
    """A page about messages of last year is found by nobody who reads today's."""
    source = "".join(path.read_text() for path in (ROOT / "credential_process").rglob("*.py"))
    assert longest_part(message) in source


def test_there_are_messages() -> None:
    """If the pattern found none, the test above would pass for ever."""
    assert len(MESSAGES) > 10
