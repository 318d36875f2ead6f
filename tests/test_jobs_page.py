"""docs/jobs.md: its jobs are run as cron and systemd run them: no terminal, and hardly an environment."""

import configparser
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH
from testing.home import Home
from testing.people import Person
from tests.page_blocks import PAGES, Reader, blocks

PAGE = (PAGES / "docs" / "jobs.md").read_text()
(CRONTAB,) = [text for kind, text in blocks(PAGE) if kind == "cron"]
UNITS = [text for kind, text in blocks(PAGE) if kind == "systemd"]
SERVICES = [text for text in UNITS if "[Service]" in text]
(LINE,) = re.findall(r"^```text\n(.*)\n```$", PAGE, re.MULTILINE)
JOBS = re.findall(r"^(?:[\d*/,-]+ +){5}(.*)$", CRONTAB, re.MULTILINE)


@pytest.fixture
def mine(home: Home, environment: dict[str, str], person: Person) -> dict[str, str]:
    """Configure the profile of the page; return what a desktop has, and where the pretend service is."""
    config = [text for kind, text in blocks(PAGE) if kind == "ini"]
    Reader(home, environment).follow("".join(f"```ini\n{text}```\n" for text in config))
    executable = home.path / ".local" / "bin" / "sso-credential-process"
    executable.parent.mkdir(parents=True)
    executable.symlink_to(PATH)
    service = {name: value for name, value in environment.items() if name.startswith("AWS_")}
    return {"HOME": str(home.path), "DISPLAY": ":0", "BROWSER": person.browser, **service}


def alone(
    command: list[str], variables: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command in a session of its own, without a terminal; `aws` is the one of the tests."""
    programs = Path(sys.executable).parent
    environment = {**variables, "PATH": f"{programs}:{variables['PATH']}"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        start_new_session=True,
    )


def by_cron(job: str, mine: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line of the crontab."""
    settings = dict(re.findall(r"^([A-Z_]+)=(.*)$", CRONTAB, re.MULTILINE))
    no_desktop = {name: mine[name] for name in set(mine) - {"DISPLAY", "BROWSER"}}
    variables = {**no_desktop, "SHELL": "/bin/sh", "LOGNAME": "me", **settings}
    return alone(["/bin/sh", "-c", job], variables, Path(mine["HOME"]))


def by_systemd(unit: str, mine: dict[str, str], *without: str) -> subprocess.CompletedProcess[str]:
    """Start what a unit starts; `without` are the names of variables that it shall not set."""
    parsed = configparser.RawConfigParser()
    parsed.read_string(unit)
    set_there = dict(word.split("=", 1) for word in shlex.split(parsed["Service"]["Environment"]))
    for name in without:
        del set_there[name]
    variables = {**mine, "PATH": "/usr/local/bin:/usr/bin:/bin", **set_there}
    return alone(shlex.split(parsed["Service"]["ExecStart"]), variables, Path(mine["HOME"]))


def test_the_page_has_jobs() -> None:
    """If the patterns found none, the tests below would pass for ever."""
    assert (len(JOBS), len(SERVICES), len(UNITS)) == (2, 2, 3)


@pytest.mark.parametrize("job", JOBS)
def test_a_cron_job_needs_a_sign_in_and_asks_no_one(
    mine: dict[str, str], person: Person, job: str
) -> None:
    """A page that opens at night is denied, or left open for a stranger."""
    done = by_cron(job, mine)
    assert done.returncode != 0
    assert "sign-in needed for corp" in done.stderr
    assert person.arrivals() == []


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.usefixtures("signed_in")
def test_a_cron_job_uses_the_sign_in_that_there_is(mine: dict[str, str], job: str) -> None:
    """Users would find out in the morning."""
    assert by_cron(job, mine).returncode == 0


@pytest.mark.parametrize("unit", SERVICES)
def test_a_unit_needs_a_sign_in_and_shows_the_line_of_the_page(
    mine: dict[str, str], person: Person, unit: str
) -> None:
    """The journal is all that its user sees."""
    done = by_systemd(unit, mine)
    assert done.returncode != 0
    assert LINE in done.stderr
    assert person.arrivals() == []


@pytest.mark.parametrize("unit", SERVICES)
@pytest.mark.usefixtures("signed_in")
def test_a_unit_uses_the_sign_in_that_there_is(mine: dict[str, str], unit: str) -> None:
    """It is what the page is for."""
    assert "AWSReservedSSO_Developer_" in by_systemd(unit, mine).stdout


def test_without_the_variable_a_unit_opens_a_page(mine: dict[str, str], person: Person) -> None:
    """The positive control of the tests above: the desktop can be reached."""
    done = by_systemd(SERVICES[0], mine, "SSO_CREDENTIAL_PROCESS_LOGIN")
    assert (done.returncode, len(person.arrivals())) == (0, 1)


def test_a_script_can_ask_whether_a_sign_in_is_needed(
    mine: dict[str, str], home: Home, sandbox: Sandbox
) -> None:
    """Otherwise a job of hours would fail at its end."""
    (script,) = [text for kind, text in blocks(PAGE) if kind == "sh"]
    before = by_cron(script, mine)
    home.sign_in(sandbox)
    assert (before.returncode, by_cron(script, mine).returncode) == (3, 0)
