"""Exit 70 is a bug of this program: what its user sees, and is asked to report."""

import importlib.metadata
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import credential_process
from testing import installation
from testing.executable import Executable

SECRET = "a-secret-in-a-message"
BUG = f"""

def post(box: str, fields: dict[str, str]) -> str:
    message = "-".join({SECRET.split("-")})  # not as it is, since lines of source code are shown
    raise KeyError(message)
"""
ISSUES = "https://code.example.com/sso-credential-process/issues"
REQUEST = "with the output of: sso-credential-process check --json"


@pytest.fixture
def broken(command: Callable[[str], Executable], tmp_path: Path) -> Callable[[str], Executable]:
    """Return a function that finds a command of an installation with a bug, beside its metadata."""
    folder = tmp_path / "broken"
    executable = installation.make(folder)
    modules = installation.modules(folder)
    package = shutil.copytree(
        Path(credential_process.__file__).parent, modules / "credential_process"
    )
    with (package / "stores" / "mailbox.py").open("a") as mailbox:
        mailbox.write(BUG)
    (modules / "first.pth").write_text(f"import sys; sys.path.insert(0, {str(modules)!r})\n")
    return lambda name: replace(command(name), path=executable)


@pytest.fixture
def with_an_address(broken: Callable[[str], Executable], tmp_path: Path) -> None:  # noqa: ARG001  it goes in there
    """Publish an address for issues in the metadata of the installation with a bug."""
    name = f"sso_credential_process-{credential_process.__version__}.dist-info"
    text = importlib.metadata.distribution("sso-credential-process").read_text("METADATA")
    assert text is not None
    folder = installation.modules(tmp_path / "broken") / name
    folder.mkdir()
    (folder / "METADATA").write_text(
        text.replace(
            "\n", f"\nProject-URL: Source, {ISSUES[:-7]}\nProject-URL: Issues, {ISSUES}\n", 1
        )
    )


def test_get_asks_for_a_report_in_its_one_line(
    get: Executable, broken: Callable[[str], Executable]
) -> None:
    """An SDK shows this line or nothing."""
    done = broken("get")(*get.arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (70, "", 1)
    assert (
        f"defect: KeyError in sso-credential-process {credential_process.__version__}; "
        in done.stderr
    )
    assert done.stderr.endswith(f"{REQUEST}\n")


@pytest.mark.usefixtures("with_an_address")
def test_the_line_names_the_address_that_the_package_has(
    get: Executable, broken: Callable[[str], Executable]
) -> None:
    """Users cannot report anything to a project whose address they do not know."""
    done = broken("get")(*get.arguments)
    assert f"please report this bug at {ISSUES}, {REQUEST}\n" in done.stderr


def test_a_command_shows_where_the_bug_is_and_no_message_of_another_library(
    broken: Callable[[str], Executable],
) -> None:
    """The frames find the bug; the message of an error may have a token in it."""
    done = broken("roles")("--sso-session", "corp")
    *frames, line = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (70, "")
    assert any("mailbox.py" in frame for frame in frames)
    assert line.endswith(REQUEST)
    assert SECRET not in done.stderr


def test_other_failures_do_not_ask_for_a_report(command: Callable[[str], Executable]) -> None:
    """A typo is not a bug, and maintainers would drown in such reports."""
    done = command("roles")("--sso-session", "nowhere")
    assert (done.returncode, REQUEST in done.stderr) == (2, False)
