"""What CI installs is pinned with hashes in .ci/locked/, and is what setup.cfg and pyproject.toml ask for."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[1]
LOCKED = CHECKOUT / ".ci" / "locked"
PYTHONS = [f"3.{minor}" for minor in range(10, 15)]
GROUPS: dict[str, list[str]] = tomli.loads((CHECKOUT / "pyproject.toml").read_text())[
    "dependency-groups"
]
# These have what users install with the wheel, too.
WITH_PRODUCT = {"product", "test", "portable"}


def product() -> list[str]:
    """Return what the wheel requires."""
    metadata = configparser.ConfigParser()
    metadata.read(CHECKOUT / "setup.cfg")
    return metadata["options"]["install_requires"].strip().splitlines()


def entries(group: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each requirement of a lock file with its hashes."""
    text = (LOCKED / f"{group}.txt").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if not line.startswith("#"):
            requirement, *hashes = line.split("--hash=")
            yield Requirement(requirement), [digest.strip() for digest in hashes]


def unmet(asked: list[str], locked: list[Requirement], python: str, system: str) -> list[str]:
    """Return which requirements have no pinned version that they accept, on a Python and a system."""
    place = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": system}

    def counts(requirement: Requirement) -> bool:
        return requirement.marker is None or requirement.marker.evaluate(place)

    pinned = {
        canonicalize_name(entry.name): specifier.version
        for entry in locked
        if counts(entry)
        for specifier in entry.specifier
        if specifier.operator == "=="
    }
    return [
        str(requirement)
        for requirement in map(Requirement, asked)
        if counts(requirement)
        and not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"))
    ]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("group", [*GROUPS, "product"])
def test_a_group_is_locked_for_each_python(group: str, python: str) -> None:
    """A package that was added without `make lock` would be missing in CI, or come in any version."""
    asked = GROUPS.get(group, []) + (product() if group in WITH_PRODUCT else [])
    system = "win32" if group == "portable" else "linux"
    assert unmet(asked, [entry for entry, _ in entries(group)], python, system) == []


@pytest.mark.parametrize(
    "locked", [[], ["click==7.0"], ["click==8.2; python_version < '3.12'"]], ids=str
)
def test_what_is_missing_too_old_or_for_another_python_is_noticed(locked: list[str]) -> None:
    """If it were not, the test above would pass for ever."""
    assert unmet(["click>=8.1"], [*map(Requirement, locked)], "3.12", "linux") == ["click>=8.1"]


@pytest.mark.parametrize("group", [*GROUPS, "product"])
def test_every_locked_package_has_hashes(group: str) -> None:
    """A version alone does not show that the file is the one that was tested."""
    found = list(entries(group))
    assert found
    assert [str(entry) for entry, hashes in found if not hashes] == []
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", h) for _, hashes in found for h in hashes)


def test_there_is_no_lock_file_without_a_group() -> None:
    """It would be installed by no step, or never be renewed; `product` is what setup.cfg asks for."""
    assert {path.stem for path in LOCKED.iterdir()} == {*GROUPS, "product"}
