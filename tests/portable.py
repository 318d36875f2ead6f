"""Run the tests that do not need Linux, on any system: ``python tests/portable.py [OPTIONS]``.

`make windows` runs them inside Wine, and `.github/workflows/ci.yml` on Windows and macOS. They import the installed
package, and use none of the fixtures of ``conftest.py``, which start processes as Linux does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Last, so that what is tested is the installed package, and not the checkout's.
sys.path.append(str(ROOT))

from tests.fuzz.conftest import place  # noqa: E402, F401  a fixture

TESTS = (
    "tests/checks/test_config_files.py",
    "tests/checks/test_environment.py",
    "tests/checks/test_executables.py",
    "tests/checks/test_profiles.py",
    "tests/checks/test_sessions.py",
    "tests/config/test_conversion.py",
    "tests/config/test_sections.py",
    "tests/fuzz/test_answers.py",
    "tests/fuzz/test_arguments.py",
    "tests/fuzz/test_callbacks.py",
    "tests/fuzz/test_config.py",
    "tests/fuzz/test_documents.py",
    "tests/fuzz/test_sign_ins.py",
    "tests/fuzz/test_tokens.py",
    "tests/config/test_role_profiles.py",
    "tests/identity_center/test_endpoints.py",
    "tests/identity_center/test_limiter.py",
    "tests/identity_center/test_operations.py",
    "tests/identity_center/test_portal_addresses.py",
    "tests/sandbox/state/test_organisation.py",
    "tests/short_status/test_parsers.py",
    "tests/system/test_wakeup_listener.py",
)

# Those of them that test modes, scripts, single quotes and `~`, which Windows does not have.
POSIX = (
    "tests/checks/test_config_files.py::test_the_content_of_a_file_decides_which_modes_are_allowed",
    "tests/checks/test_executables.py::test_a_bare_name_is_found",
    "tests/checks/test_executables.py::test_a_file_that_may_not_be_executed_is_found",
    "tests/checks/test_executables.py::test_a_path_in_the_home_is_looked_up_there",
    "tests/checks/test_executables.py::test_our_own_executable_has_no_finding",
    "tests/config/test_role_profiles.py::test_a_managed_line_is_read_as_get_reads_it",
)


def pytest_configure() -> None:
    """Choose the cases of hypothesis, which pytest imports itself."""
    from testing import fixed_cases

    fixed_cases.choose()


def main() -> int:
    """Return the exit code of pytest."""
    chosen = [str(ROOT / test) for test in TESTS]
    if sys.platform == "win32":
        chosen += [f"--deselect={test}" for test in POSIX]
    return pytest.main(["--noconftest", "-p", "tests.portable", *chosen, *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
