"""The map in CONTRIBUTING.md: newcomers trust it only if it is complete."""

import re
from pathlib import Path

from tests.test_architecture import LEVELS, Import, between_parts, imports

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PACKAGE = ROOT / "credential_process"


def mapped() -> list[str]:
    """Return the entries of the map in their order, as paths below the package."""
    (tree,) = re.findall(r"^    credential_process/\n((?:      .*\n)+)", TEXT, re.MULTILINE)
    found, folder = [], ""
    for line in tree.splitlines():
        name, description = line.split(maxsplit=1)
        assert description
        if line.startswith("      " + name):
            folder = name
            found.append(name)
        else:
            found.append(folder + name)
    return found


def test_the_map_lists_every_room_and_every_module_at_the_top() -> None:
    """Newcomers would look in the wrong place for a folder that is missing here."""
    rooms = {f"{file.parent.relative_to(PACKAGE)}/" for file in PACKAGE.rglob("*/__init__.py")}
    modules = {file.name for file in PACKAGE.glob("*.py")} - {"__init__.py"}
    assert sorted(rooms | modules) == sorted(mapped())


def order() -> list[str]:
    """Return the parts of the package in the order of the map."""
    names = [entry.removesuffix(".py").removesuffix("/") for entry in mapped()]
    return [name for name in names if "/" not in name]


def upward(parts: list[str]) -> set[Import]:
    """Return the imports that lead up where the parts have this order."""
    places = {part: place for place, part in enumerate(parts)}
    return {pair for pair in between_parts(imports()) if places[pair[1]] < places[pair[0]]}


def test_imports_only_go_down_in_the_map() -> None:
    """Newcomers read it from the top, and need to know only what follows."""
    assert upward(order()) == set()


def test_an_import_that_goes_up_in_the_map_is_found() -> None:
    """The positive control."""
    parts = [part for part in order() if part != "paths"]
    assert ("documents", "paths") in upward(["paths", *parts])


def test_the_map_has_the_order_of_the_floors() -> None:
    """The architecture is in both, and would drift apart."""
    levels = [LEVELS[part] for part in order()]
    assert levels == sorted(levels, reverse=True)


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
