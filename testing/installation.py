"""A separate installation for one test: another Python environment in which something differs."""

import importlib
import os
import sys
import sysconfig
from pathlib import Path

from testing.executable import PATH


def make(folder: Path, *, python: Path | None = None, site: bool = True) -> Path:
    """Make an environment in `folder` with all packages that are installed here; return its executable.

    Modules in its `modules` folder come first. `python` is the interpreter to link to; without `site` nothing is
    installed.
    """
    purelib = modules(folder)
    purelib.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text((Path(sys.prefix) / "pyvenv.cfg").read_text())
    link = folder / "bin" / "python3"
    link.symlink_to(python or os.path.realpath(sys.executable))
    if site:
        here = sysconfig.get_path("purelib")
        (purelib / "here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    script = folder / "bin" / PATH.name
    _, *lines = PATH.read_text().splitlines(keepends=True)
    script.write_text("".join([f"#!{link}\n", *lines]))
    script.chmod(0o755)
    return script


def library(name: str, *, of: str = "sys") -> Path | None:
    """Return the shared library whose name begins like this that a module of Python needs; None if it needs none.

    Read from the memory of this process: `sysconfig` has the folder that this Python was built for, maybe on another
    machine.
    """
    importlib.import_module(of)
    lines = Path("/proc/self/maps").read_text().splitlines()
    paths = {Path(line[line.index("/") :]) for line in lines if "/" in line}
    return next((path for path in paths if path.name.startswith(name)), None)


def modules(folder: Path) -> Path:
    """Return the folder of an environment whose modules come before all installed ones."""
    return folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
