"""A short run on each supported Python: `make matrix-pythons`, which writes a table of docs/evidence/sdks.md.

The whole suite runs on one of them; here each installs the wheel, signs in, answers from the cache and loads the
plugins. The last row has the lowest version of each dependency that setup.cfg allows, which older programs in the
same environment may require.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from campaigns import page

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENTS = CHECKOUT / ".venv" / "pythons"
NEWEST = CHECKOUT / ".venv" / "newest_python" / "bin"  # of .ci/install
MINORS = range(10, 15)
COMMAND = "make matrix-pythons"
AT_ONCE = "3"

CHECKS = {
    "installation": ("tests/test_installation.py", "tests/test_imports.py"),
    "sign-in": ("tests/get/test_sign_in.py",),
    "warm": ("tests/get/test_warm.py",),
    "plugins": ("tests/plugins/test_botocore.py", "tests/plugins/test_awscli.py"),
    "library": ("tests/library",),
    "commands": ("tests/cli/test_roles.py", "tests/cli/test_configure_files.py"),
}
# The AWS CLI needs a newer botocore.
LOWEST_CHECKS = {**CHECKS, "plugins": ("tests/plugins/test_botocore.py",)}


def main() -> int:
    """Try all that are installed here; return 1 if one fails."""
    rows = [*(_row(minor) for minor in MINORS), _lowest_row()]
    told = "\n".join(page.table(["Python", *CHECKS], rows))
    print(told)
    page.put(COMMAND, f"{page.ran(COMMAND)}, how many tests pass:\n\n{told}")
    return 1 if any("**" in cell for row in rows for cell in row) else 0


def _row(minor: int) -> list[str]:
    python = _interpreter(f"python3.{minor}")
    if python is None:
        print(f"==> there is no python3.{minor} on this machine: not run", flush=True)
        return [f"3.{minor}", *["not run: not on this machine"] * len(CHECKS)]
    version = subprocess.run(
        [python, "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    print(f"==> with Python {version}", flush=True)
    venv = _environment(f"3.{minor}", python)
    return [version, *(_passed(venv, paths) for paths in CHECKS.values())]


def _lowest_row() -> list[str]:
    """Run the checks with the lowest versions of all dependencies, on the Python that runs this."""
    versions = lowest_versions()
    print(f"==> with {' '.join(versions)}", flush=True)
    venv = _environment("lowest", sys.executable)
    subprocess.run([venv / "bin" / "pip", "install", "--quiet", *versions], check=True)
    title = f"{sys.version.split()[0]} with {', '.join(versions)}"
    return [title, *(_passed(venv, paths) for paths in LOWEST_CHECKS.values())]


def lowest_versions() -> list[str]:
    """Return the lowest version of each dependency that setup.cfg allows here, as requirements for pip."""
    metadata = configparser.ConfigParser()
    metadata.read(CHECKOUT / "setup.cfg")
    needs = metadata["options"]["install_requires"].strip().splitlines()
    return [need.replace(">=", "==") for need in needs if ";" not in need]  # those of other systems


def _environment(name: str, python: str) -> Path:
    venv = ENVIRONMENTS / name
    for step in ("python", "wheel", "package"):
        environment = {**os.environ, "PYTHON": python, "VENV": str(venv)}
        subprocess.run([CHECKOUT / ".ci" / "install", step], env=environment, check=True)
    return venv


def _interpreter(name: str) -> str | None:
    """Return one on `PATH` that starts, which pyenv's shims may not do, or one of pyenv's own, or of .ci/install."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    version = name.removeprefix("python")
    own = sorted(root.glob(f"versions/{version}.*/bin/{name}"))
    candidates = filter(None, (shutil.which(name), *map(str, own), str(NEWEST / name)))
    return next(filter(_starts, candidates), None)


def _starts(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _passed(venv: Path, paths: tuple[str, ...]) -> str:
    """Run the tests in these files; return how many have passed, and the failures."""
    words = (
        str(venv / "bin" / "pytest"),
        "-q",
        "--numprocesses",
        AT_ONCE,
        "--dist=loadfile",
        *paths,
    )
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [done.stderr.strip()])[-1]
    print(f"{' '.join(paths)}: {last}", flush=True)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", flush=True)
        return f"**failed**: {last}"
    counts = re.search(r"(\d+) passed(?:, (\d+ skipped))?", last)
    assert counts is not None, last
    return ", ".join(filter(None, counts.groups()))


if __name__ == "__main__":
    sys.exit(main())
