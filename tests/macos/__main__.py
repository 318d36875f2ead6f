"""Run tests in a world like macOS: ``python -m tests.macos``, with arguments of pytest after it."""

import os
import resource
import subprocess
import sys
from pathlib import Path

from tests.macos import world

# Besides `tests/macos`: tests of whole calls and brokers, which run the code for macOS.
SUITE = (
    *("tests/get/test_warm.py", "tests/get/test_sign_in.py", "tests/get/test_concurrent_calls.py"),
    *(
        "tests/get/test_descriptors.py",
        "tests/system/test_wakeup.py",
        "tests/get/test_killed_caller.py",
    ),
)
CASE_BLIND = ("tests/identity/test_names.py",)


def main() -> int:
    """Run both parts; return the exit code of the first that fails."""
    world.enter()
    state = world.build()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    at_once = os.environ.get("AT_ONCE", "3")
    # Not `python -m pytest`, which would test the checkout and not the installed package.
    pytest = (Path(sys.executable).with_name("pytest"), "-q", "-n", at_once, "--dist=loadfile")
    runs = (
        (*SUITE, "tests/macos", *sys.argv[1:]),
        (*CASE_BLIND, "--basetemp", str(state / "case-blind/Tests"), *sys.argv[1:]),
    )
    codes = [subprocess.run((*pytest, *run), check=False).returncode for run in runs]
    return next(filter(None, codes), 0)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main())
