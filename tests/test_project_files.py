"""What people meet who report, contribute or look the package up: forms, policies and metadata."""

import configparser
import importlib.metadata
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from campaigns.matrix.pythons import MINORS
from testing.executable import Executable
from tests.page_blocks import PAGES

FORMS = sorted((PAGES / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
BUG = PAGES / ".github" / "ISSUE_TEMPLATE" / "bug.yml"
# https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
FIELDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
SYSTEMS = {
    "Linux": "POSIX :: Linux",
    "Windows": "Microsoft :: Windows",
    "macOS": "MacOS",
}


def read(file: Path) -> dict[str, Any]:
    """Return what a YAML file has."""
    content = yaml.safe_load(file.read_text())
    assert isinstance(content, dict)
    return content


def fields(form: Path) -> Iterator[dict[str, Any]]:
    """Yield what a form asks for."""
    yield from (field for field in read(form)["body"] if field["type"] != "markdown")


@pytest.mark.parametrize("form", [f for f in FORMS if f.name != "config.yml"], ids=lambda f: f.stem)
def test_a_form_is_one_that_github_accepts(form: Path) -> None:
    """It leaves an invalid form out, and shows the error on a page that maintainers rarely open."""
    content = read(form)
    assert content.keys() >= {"name", "description", "body"}
    assert {field["type"] for field in content["body"]} <= FIELDS
    names = [field["id"] for field in fields(form)]
    assert len(names) == len(set(names)) > 0
    assert all(field["attributes"]["label"] for field in fields(form))


def commands() -> list[str]:
    """Return the commands that users are asked for in the form of a bug."""
    return sorted(set(re.findall(r"`sso-credential-process ([^`]+)`", BUG.read_text())))


def test_the_form_asks_for_what_a_diagnosis_needs() -> None:
    """Each question back costs a day."""
    assert {"check --json", "check PROFILE --json", "-V"} <= set(commands())
    required = {
        field["id"] for field in fields(BUG) if field.get("validations", {}).get("required")
    }
    assert {"check", "version", "system", "sdk"} <= required


@pytest.mark.parametrize("words", commands())
def test_the_commands_in_the_form_work(get: Executable, words: str) -> None:
    """A reporter who meets an error there gives up."""
    name, *arguments = words.replace("PROFILE", "default").split()
    if name == "sandbox":
        arguments = ["--help"]
    done = replace(get, command=name, arguments=())(*arguments)
    assert (bool(done.stdout), "there is no" in done.stderr) == (True, False)


def test_the_form_warns_of_secrets() -> None:
    """Issues are public, and credentials in them are found within minutes."""
    (secrets,) = (field for field in fields(BUG) if field["id"] == "secrets")
    assert [option["required"] for option in secrets["attributes"]["options"]] == [True]
    assert "Never paste credentials" in BUG.read_text()


def test_the_policy_names_the_private_way_and_no_other() -> None:
    """An address that is not read, or a public issue, would be worse than none."""
    policy = (PAGES / "SECURITY.md").read_text()
    assert '"Report a vulnerability"' in policy
    assert re.findall(r"\S+@\S+", policy) == []


def classifiers(topic: str) -> set[str]:
    """Return the classifiers of the installed package below a topic."""
    values = importlib.metadata.metadata("sso-credential-process").get_all("Classifier") or []
    return {value.removeprefix(f"{topic} :: ") for value in values if value.startswith(topic)}


def test_the_classifiers_have_the_pythons_that_were_run() -> None:
    """Users choose a Python by them, and tools a package."""
    named = {name for name in classifiers("Programming Language :: Python") if "." in name}
    assert named == {f"3.{minor}" for minor in MINORS}


def test_the_classifiers_have_the_platforms_of_the_readme() -> None:
    """The README shows how far each is proven."""
    table = (PAGES / "README.md").read_text().partition("## Platforms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+)[ ,].*$", table, re.MULTILINE)
    assert {SYSTEMS[row] for row in rows if row != "platform"} == classifiers("Operating System")


def test_addresses_of_the_project_are_in_one_place() -> None:
    """What setup.cfg has is what the package and the line of exit 70 name."""
    metadata = configparser.ConfigParser()
    metadata.read(PAGES / "setup.cfg")
    written = metadata["metadata"].get("project_urls", "").strip().splitlines()
    packaged = importlib.metadata.metadata("sso-credential-process").get_all("Project-URL") or []
    assert [line.replace(" = ", ", ", 1) for line in written] == packaged
    assert not written or "Issues" in {line.split(" = ")[0] for line in written}
