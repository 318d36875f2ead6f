"""The config and the credentials file: what keeps some SDKs, or all, from reading them."""

from pathlib import Path

import pytest

from credential_process.checks import config_files

GOOD = "[profile dev]\nregion = eu-west-1\n"
SECRET = "[dev]\naws_secret_access_key = a\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a config file that the environment points to."""
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return config


def codes() -> list[str]:
    """Return the codes of all findings about a file."""
    found = config_files.check(config_files.both()[0])
    return [finding.kind.code for finding in found]


@pytest.mark.parametrize("text", ["", GOOD, GOOD.replace("\n", "\r\n"), f"# a comment\n{GOOD}"])
def test_a_good_file_has_no_finding(config: Path, text: str) -> None:
    """Comments, Windows line endings and an empty file are all ordinary."""
    config.write_text(text, encoding="utf-8")
    assert codes() == []


@pytest.mark.usefixtures("config")
def test_a_missing_file_has_no_finding() -> None:
    """No user needs both files."""
    assert codes() == []


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (f"{GOOD}<<<<<<< HEAD\n", "config-unreadable", "line 3 of"),
        ("region = eu-west-1\n", "config-unreadable", "line 1 of"),
        (GOOD + GOOD, "config-twice", "[profile dev] is duplicated in line 3"),
        (f"{GOOD}region = a\n", "config-twice", "region in [profile dev] is duplicated"),
        (f"\ufeff{GOOD}", "config-byte-order-mark", "byte order mark"),
    ],
)
def test_a_broken_file_is_found_with_its_line(
    config: Path, text: str, code: str, words: str
) -> None:
    """boto3 only reports that it cannot parse the file."""
    config.write_text(text, encoding="utf-8")
    (finding,) = config_files.check(config_files.both()[0])
    assert (finding.kind.code, words in finding.message) == (code, True)


def test_bytes_that_are_no_text_are_found(config: Path) -> None:
    """An editor with another encoding has written them."""
    config.write_bytes(b"[profile dev]\nregion = \xff\n")
    assert codes() == ["config-unreadable"]


@pytest.mark.parametrize(
    ("text", "mode", "found"),
    [(GOOD, 0o644, []), (GOOD, 0o666, ["file-writable"]), (SECRET, 0o644, ["file-readable"])],
)
def test_the_content_of_a_file_decides_which_modes_are_allowed(
    config: Path, text: str, mode: int, found: list[str]
) -> None:
    """A config file without keys may be readable by all, but only its owner may write it."""
    config.write_text(text, encoding="utf-8")
    config.chmod(mode)
    assert codes() == found
