"""`man sso-credential-process`: a page that is made from the commands, and comes with the wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs.manual import page
from docs.manual.roff import prose
from tests.cli.test_reference import options
from tests.page_blocks import PAGES

UTF_8 = {"LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin"}


def man(*arguments: str, path: str = UTF_8["PATH"]) -> "subprocess.CompletedProcess[str]":
    """Run `man` as in a terminal of 80 columns."""
    return subprocess.run(
        ["man", *arguments],
        env={**UTF_8, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_is_what_the_commands_have() -> None:
    """If it is not: `make manual`."""
    # In a process of its own, since click keeps the help options that other tests have made.
    done = subprocess.run(
        [sys.executable, "-c", "from docs.manual import page; print(page.page(), end='')"],
        cwd=PAGES,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == page.FILE.read_text()


def test_man_shows_every_option_without_a_warning() -> None:
    """It warns of what it leaves out, and of lines that do not fit."""
    shown = man("--warnings", "-l", str(page.FILE))
    assert (shown.returncode, shown.stderr) == (0, "")
    found = set(shown.stdout.replace(",", " ").split())
    assert {option for option, _ in options()} - found == set()


@pytest.mark.parametrize("line", [".NO-SUCH-MACRO", "\\[no such letter]", f"'{'x' * 100}"], ids=str)
def test_man_warns_of_what_is_wrong(tmp_path: Path, line: str) -> None:
    """If it did not, the test above would pass for ever."""
    broken = tmp_path / "broken.1"
    broken.write_text(page.FILE.read_text() + line + "\n")
    assert man("--warnings", "-l", str(broken)).stderr


def test_the_installed_page_is_found_beside_the_executable() -> None:
    """In any prefix whose `bin` is on the path: a virtual environment, ~/.local, pipx."""
    found = man("-w", page.NAME, path=f"{Path(sys.executable).parent}:{UTF_8['PATH']}")
    installed = Path(sys.prefix) / "share" / "man" / "man1" / page.FILE.name
    assert found.stdout == f"{installed}\n"
    assert installed.read_text() == page.FILE.read_text()


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        (".TH is no command here", ".TH is no command here"),
        ("'quoted' at the start", "'quoted' at the start"),
        ("a \\backslash, `--option` and …", "a \\backslash, --option and …"),
    ],
)
def test_text_is_shown_as_it_is(tmp_path: Path, plain: str, shown: str) -> None:
    """A help text may begin with a dot, and has quotation marks and letters of all kinds."""
    file = tmp_path / "text.1"
    file.write_text(f".TH X 1\n.SH Y\n{prose(plain)}\n")
    assert man("-l", str(file)).stdout.splitlines()[3].strip() == shown
