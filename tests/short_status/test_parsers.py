"""The parsers of `status --short` find what those of all other commands find."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from credential_process.cli.status import status
from credential_process.config import lines, reader
from credential_process.errors import UsageError
from credential_process.short_status import chosen, config_file, main, template, token_file
from credential_process.stores import sign_in_record, token_cache

LINES = [
    "[profile dev]", "[default]", "[sso-session corp]", "[profile dev] # x", "[a]b]", "[]", "[", "]",
    "region = eu-west-1", "Region=x", "region: y", "a=b:c", "  a = b", " = x", "=x", "word", "key =", "key=  ",
    "  continued", "\tcontinued = 1", "    deeper", "# comment", "; comment", "  # comment", "", "   ", "\x0c",
    "a = b # c", "sso_start_url = https://a/#/", "\u00e9 = \u2713", "key\u2028=1", "a\r", "[x]\r",
    "[profile 'my dev']", '[profile "a b"]',
]  # fmt: skip

WORDS = [
    "sso-credential-process", "/opt/bin/sso-credential-process", "python3", "-m", "credential_process", "env",
    "/usr/bin/env", "-u", "A=1", "A=/opt/bin/sso-credential-process", "get", "--sso-session", "--sso-session=corp",
    "corp", "--account-id", "111122220001", "'my", "corp'", "\\", "other-sso-credential-process", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a file that every example replaces."""
    return tmp_path_factory.mktemp("config") / "config"


def fails(call: Callable[[], object]) -> bool:
    """Return whether a call leaves its input to the ordinary parsers."""
    try:
        call()
    except ValueError:
        return True
    return False


@given(text=some.lists(some.sampled_from(LINES) | some.text(max_size=12), max_size=12))
@example(text=["[a]", "b = 1", "", "  2", "  ", "c = 3"])
@example(text=["[a]", "  b = 1", "  c = 2", "    3"])
@example(text=["[a]", "b = 1", "[a]", "b = 2", "c = 3"])
def test_a_config_is_read_as_all_other_commands_read_it(place: Path, text: list[str]) -> None:
    """Two opinions about one file would send a user to the wrong account."""
    place.write_text("\n".join(text), encoding="utf-8", errors="replace", newline="")
    try:
        expected = {title: dict(section) for title, section in reader.titled(str(place)).items()}
    except UsageError:
        assert fails(lambda: config_file.read(str(place)))
        return
    content = place.read_bytes().decode()
    assert config_file.parse(content.removeprefix("\ufeff")) == expected
    found = config_file.read(str(place))
    profiles = {name: dict(each) for name, each in reader.sections(str(place), "profile").items()}
    assert found.profiles == profiles


@pytest.mark.parametrize(
    "date",
    [
        *("1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2000-02-29T12:00:00Z"),
        *("2026-11-29T01:02:03Z", "2100-03-01T00:00:00Z"),
    ],
)  # fmt: skip
def test_a_date_is_read_without_the_library(date: str) -> None:
    """Its import takes longer than starting Python."""
    assert token_file._epoch(date) == token_cache._epoch(date)


@pytest.mark.parametrize(
    "date",
    ["2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01", "", "2026-01-01T00:00:60Z"],
)
def test_an_unusual_date_is_left_to_the_library(date: str) -> None:
    """It knows every form that a program writes."""
    assert fails(lambda: token_file._epoch(date))


@given(
    date=some.from_regex(
        r"[0-2]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-6][\d ]:[0-5]\dZ", fullmatch=True
    )
)
@example(date="2099-02-29T00:00:00Z")
@example(date="2026-01-31T25:00:00Z")
@example(date="2026-01-31T00:00: 1Z")
@example(date="0000-01-31T00:00:00Z")
def test_no_other_date_is_read(date: str) -> None:
    """A wrong end of a token would show a user as signed in."""
    try:
        epoch = token_file._epoch(date)
    except ValueError:
        return
    assert epoch == token_cache._epoch(date)


@given(words=some.lists(some.sampled_from(WORDS), max_size=8))
@example(words=["env", "A=/opt/bin/sso-credential-process", "--sso-session", "corp"])
@example(words=["/usr/bin/env", "-u", "sso-credential-process", "--sso-session", "corp"])
def test_a_line_is_read_as_all_other_commands_read_it(words: list[str]) -> None:
    """Otherwise a prompt would show another role than the one that the line requests."""
    line = " ".join(words)
    assert chosen._options(line) == lines.options(line)


def test_its_options_are_those_of_the_command() -> None:
    """One that is missing here would make a prompt slow, or be taken for a mistake."""
    options = [each for each in status.params if isinstance(each, click.Option)]
    flags = {name for each in options if each.is_flag for name in each.opts}
    valued = {name for each in options if not each.is_flag for name in each.opts}
    assert (flags - {"--json"}, valued) == (set(main.FLAGS), set(main.VALUED))


def test_names_and_digests_are_those_of_the_stores(place: Path) -> None:
    """Otherwise it would look for other files."""
    path = token_cache.path(str(place.parent), "corp \u2713")
    assert str(place.parent / token_file.file_name("corp \u2713")) == path
    assert token_file.digest("token") == sign_in_record.digest("token")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0m"), (59, "0m"), (3599, "59m"), (3600, "1h 0m"), (11520, "3h 12m"), (90061, "1d 1h")],
)
def test_durations_are_short(seconds: int, words: str) -> None:
    """A prompt has little room."""
    assert template.duration(seconds) == words
