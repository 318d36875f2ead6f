"""What publishes a release: only the version that is tagged, and only by the job that may."""

import importlib.metadata
import os
import re
import subprocess
import sys
from typing import Any

import yaml

import credential_process
from tests.page_blocks import PAGES

WORKFLOWS = {
    file.stem: yaml.safe_load(file.read_text())
    for file in (PAGES / ".github" / "workflows").glob("*.yml")
}


def steps(workflow: str) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    return [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]


def test_the_version_of_the_package_is_that_of_the_module() -> None:
    """It is written in one place."""
    assert importlib.metadata.version("sso-credential-process") == credential_process.__version__


def test_a_tag_of_another_version_is_refused() -> None:
    """What the index has cannot be replaced."""
    done = subprocess.run(
        [PAGES / ".ci" / "release-check"],
        env={"PATH": os.environ["PATH"], "VENV": sys.prefix, "TAG": "v999.0.0"},
        capture_output=True,
        text=True,
        check=False,
    )
    version = credential_process.__version__
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"the tag v999.0.0 is not that of version {version}\n"


def test_only_the_job_that_publishes_may_ask_for_an_identity() -> None:
    """Any step of a job that may could upload a package in the name of this project."""
    jobs = {name: job for workflow in WORKFLOWS.values() for name, job in workflow["jobs"].items()}
    allowed = {name: job.get("permissions", {}) for name, job in jobs.items()}
    assert {name for name, permissions in allowed.items() if permissions} == {"publish"}
    assert allowed["publish"] == {"id-token": "write"}
    assert all(w["permissions"] == {"contents": "read"} for w in WORKFLOWS.values())
    assert (jobs["publish"]["needs"], jobs["publish"]["environment"]) == ("build", "pypi")
    assert [step.get("run") for step in jobs["publish"]["steps"]] == [None, None]


def test_what_is_published_is_what_was_checked_and_is_attested() -> None:
    """A second build could differ from the first."""
    files = {
        step.get("with", {}).get("path") for step in steps("release") if "artifact" in str(step)
    }
    assert files == {"dist/"}
    (upload,) = (s for s in steps("release") if s.get("uses", "").startswith("pypa/"))
    assert upload["with"] == {"attestations": True}


def test_workflows_call_targets_and_files_that_exist() -> None:
    """They run on a server only, and would fail there after the tag was made."""
    runs = [step["run"] for name in WORKFLOWS for step in steps(name) if "run" in step]
    targets = set(re.findall(r"^([a-z-]+):.* ## ", (PAGES / "Makefile").read_text(), re.MULTILINE))
    called = {name for run in runs for name in re.findall(r"\bmake ([a-z-]+)", run)}
    files = {name for run in runs for name in re.findall(r"(?:\.ci|tests)/[\w./-]+", run)}
    assert called <= targets
    assert "release-check" in called
    assert [name for name in files if not (PAGES / name).is_file()] == []
    assert len(files) > 2


def test_the_changelog_has_this_version_with_a_date_below_what_is_unreleased() -> None:
    """Users read there what a new version changes, and the notes of a release are made from it."""
    text = (PAGES / "CHANGELOG.md").read_text()
    newest, *released = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert newest == "Unreleased"
    versions = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", line) for line in released]
    assert all(versions), released
    assert released[0].startswith(f"{credential_process.__version__} - ")
    dates = [match[2] for match in versions if match]
    assert dates == sorted(dates, reverse=True)
