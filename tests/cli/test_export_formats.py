"""The lines that shells evaluate: characters that are special to a shell are refused, all others stay."""

import re

import pytest

from credential_process.cli import export_formats
from credential_process.errors import Unavailable

SHELLS = [form for form in export_formats.FORMATS if form != "process"]
# What is special to a shell at the place of the value. PowerShell reads typographic quotes as quotes.
SPECIAL = {
    "env": " \t\n$`\\\"'~;&|<>()*?[]{}#!",
    "env-no-export": " \t\n$`\\\"'~;&|<>()*?[]{}#!",
    "powershell": '$`"\n\u201c\u201d\u201e',
    "windows-cmd": '%^&|<>"!()\n',
    "fish": '$\\"\n',
}
VALUE = "aZ09+/=_.:@-"


@pytest.mark.parametrize("form", SHELLS)
def test_every_shell_has_its_special_characters_here(form: str) -> None:
    """A new format needs its own list, and a reason why its line is safe."""
    assert SPECIAL[form]


@pytest.mark.parametrize(
    ("form", "character"), [(form, each) for form in SHELLS for each in SPECIAL[form]]
)
def test_a_special_character_is_refused(form: str, character: str) -> None:
    """A shell would run what follows it."""
    with pytest.raises(Unavailable, match="AWS_SESSION_TOKEN has characters that a shell would"):
        export_formats.export(form, {"AWS_SESSION_TOKEN": f"a{character}b"})


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("env", r"export (\w+)=(\S*)"),
        ("env-no-export", r"(\w+)=(\S*)"),
        ("powershell", r'\$Env:(\w+)="([^"]*)"'),
        ("windows-cmd", r"set (\w+)=(.*)"),
        ("fish", r'set -gx (\w+) "([^"]*)"'),
    ],
)
def test_every_other_character_stays(form: str, pattern: str) -> None:
    """A token with = or + in it is one word in every shell, and must be printed whole."""
    (line,) = export_formats.export(form, {"AWS_SESSION_TOKEN": VALUE}).splitlines()
    found = re.fullmatch(pattern, line)
    assert found is not None
    assert found.groups() == ("AWS_SESSION_TOKEN", VALUE)
