"""A herd for ten seconds; `make herd` runs one for five minutes, with a hundred callers at a time."""

from pathlib import Path

from campaigns.herd.campaign import LIVES, Campaign
from campaigns.herd.stage import herd_in
from credential_process.sandbox import Sandbox
from testing import processes


def test_no_caller_of_a_herd_gets_credentials_of_another_user(tmp_path: Path) -> None:
    """Whatever is killed, and whichever user signs out and in, a caller gets credentials of the user of that moment."""
    with Sandbox(accounts=2, roles=2, seed=1, **LIVES) as sandbox:
        try:
            report = Campaign(herd_in(tmp_path, sandbox), seed=1, at_once=16).run(seconds=10)
        finally:
            processes.end(tmp_path)
        print(*report.lines(), sep="\n")
        assert (report.failures, sandbox.defects) == ([], [])
        assert sum(call.returncode == 0 for call in report.calls) > 5
