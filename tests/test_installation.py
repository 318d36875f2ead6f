"""The tests run against the wheel that users get, not against the checkout."""

import importlib.metadata
import json
import sys
from pathlib import Path

import credential_process
from testing.executable import PATH

CHECKOUT = Path(__file__).parents[1]


def test_the_package_under_test_is_the_installed_one() -> None:
    """A file that is missing from the wheel must fail here, not at users."""
    assert Path(credential_process.__file__).is_relative_to(sys.prefix)


def test_the_package_is_installed_as_a_wheel() -> None:
    """An editable install hides missing files, and costs a path lookup at each start."""
    distribution = importlib.metadata.distribution("sso-credential-process")
    url = json.loads(distribution.read_text("direct_url.json") or "{}")
    assert url.get("dir_info", {}).get("editable", False) is False


def test_every_module_of_the_checkout_is_in_the_wheel() -> None:
    """Tests of an old wheel prove nothing about the current sources."""
    installed = Path(credential_process.__file__).parent
    sources = CHECKOUT / "credential_process"
    expected = {path.relative_to(sources): path.read_text() for path in sources.rglob("*.py")}
    actual = {path.relative_to(installed): path.read_text() for path in installed.rglob("*.py")}
    assert expected == actual


def test_the_executable_is_beside_the_interpreter() -> None:
    """It is the script that pip made, which the tests run by its path."""
    assert PATH.is_file()
