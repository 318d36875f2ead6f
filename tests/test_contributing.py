"""The map in CONTRIBUTING.md: newcomers trust it only if it is complete."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PACKAGE = ROOT / "credential_process"


def mapped() -> set[str]:
    """Return the entries of the map, as paths below the package."""
    (tree,) = re.findall(r"^    credential_process/\n((?:      .*\n)+)", TEXT, re.MULTILINE)
    found, folder = set(), ""
    for line in tree.splitlines():
        name, description = line.split(maxsplit=1)
        assert description
        if line.startswith("      " + name):
            folder = name
            found.add(name)
        else:
            found.add(folder + name)
    return found


def test_the_map_lists_every_room_and_every_module_at_the_top() -> None:
    """Newcomers would look in the wrong place for a folder that is missing here."""
    rooms = {f"{file.parent.relative_to(PACKAGE)}/" for file in PACKAGE.rglob("*/__init__.py")}
    modules = {file.name for file in PACKAGE.glob("*.py")} - {"__init__.py"}
    assert rooms | modules == mapped()


def test_files_that_are_named_exist() -> None:
    """A recipe with an old path misleads its reader."""
    names = re.findall(r"`((?:credential_process|tests|campaigns|testing|docs)/[\w./]*)`", TEXT)
    assert len(names) > 20
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_targets_that_are_named_are_listed_by_make_help() -> None:
    """Newcomers look there for the rest."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", TEXT))
    assert named - targets == set()
    assert "test" in named
