"""Under ``CI`` a skipped test fails: otherwise a missing tool would hide for ever what the test proves."""

import os
from collections.abc import Generator

import pytest

# What a CI machine may lack, because it cannot be installed.
MAY_BE_SKIPPED = {
    "only root gives files away",
    "needs root, and the tests run as another user",
    "this Python needs no library",
    "OpenSSL is a part of this Python",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure with the same reason; a hook of pytest."""
    report = yield
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in MAY_BE_SKIPPED:
            report.outcome = "failed"
            report.longrepr = f"skipped, which is a failure under CI: {reason}"
    return report
