"""`make bench PEERS=FOLDER`: tools that were built elsewhere are measured in place of those that are built here."""

from pathlib import Path

import pytest

from bench.peers import ALL, OURS, tools, version


def put_executable(path: Path, version_line: str) -> None:
    """Put a program into a folder that prints a version, as a tool does."""
    path.write_text(f"#!/bin/sh\necho '{version_line}'\n")
    path.chmod(0o755)


def test_a_tool_in_the_folder_takes_the_place_of_the_one_that_is_built(tmp_path: Path) -> None:
    """Newer versions than the module proxy serves can only be measured so, and the page must show which they are."""
    put_executable(tmp_path / "granted", "Granted v0.39.2")
    put_executable(tmp_path / OURS.command, "9.9.9")
    found = {peer.name: peer for peer in tools(tmp_path)}
    assert (version(found["granted"]), found["granted"].elsewhere) == ("0.39.2", True)
    assert [peer for peer in ALL if peer.name != "granted"] == [
        peer for peer in found.values() if peer.name != "granted"
    ]


def test_a_folder_without_tools_is_reported(tmp_path: Path) -> None:
    """A wrong folder would otherwise cost a run of ten minutes, with the versions that the user did not want."""
    with pytest.raises(SystemExit, match=r"none of these executables: aws-sso-util, aws, .*$"):
        tools(tmp_path)
    with pytest.raises(SystemExit, match=r"absent is not a folder$"):
        tools(tmp_path / "absent")
