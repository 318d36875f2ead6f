"""A browser that is open: what `$BROWSER` starts hands it a page and ends, as the programs of real browsers do.

Most tests of a sign-in need one, and a thread here takes a tenth of the time of a process of Python.
"""

import os
import shlex
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from testing import person
from testing.people import Person

# The lines of several programs do not mix, since each is shorter than PIPE_BUF (pipe(7)).
_PROGRAM = """\
#!/bin/sh
printf '%s\\n' "$*" >"${0%/*}/pages"
"""
# These users stay, or print.
_AS_PROCESS = {"--noisy", "--wait-for", "--stay-for"}


@contextmanager
def open_browser() -> Iterator[Path]:
    """Open a browser; yield the program that hands it a page, after the options of `person`."""
    folder = Path(tempfile.mkdtemp(prefix="browser-"))
    program, pages = folder / "open", folder / "pages"
    program.write_text(_PROGRAM)
    os.mkfifo(pages)
    for path, mode in ((folder, 0o711), (program, 0o755), (pages, 0o622)):
        path.chmod(mode)  # some tests run as another user
    # For writing, too: so it has no end, and no program waits for a reader.
    with os.fdopen(os.open(pages, os.O_RDWR), encoding="ascii") as lines:
        serving = threading.Thread(target=_serve, args=(lines,))
        serving.start()
        try:
            yield program
        finally:
            pages.write_text("\n")
            serving.join()
            shutil.rmtree(folder)


def _serve(lines: TextIO) -> None:
    while words := shlex.split(lines.readline()):
        threading.Thread(target=_visit, args=(words,), daemon=True).start()


def _visit(words: list[str]) -> None:
    # A test may end what serves the page at any moment; what a user of it has done is in the record.
    with suppress(OSError, person.Rejected, SystemExit):
        person.visit(person.parse(words))


def user(program: Path, record: Path, options: tuple[str, ...]) -> Person:
    """Return a user of an open browser, if no test has to see what these options do in a process."""
    if _AS_PROCESS.intersection(options):
        return Person(record, options)
    return Person(record, options, (str(program),))
