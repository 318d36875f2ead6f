"""The long run, `make herd`: five minutes, from a seed that is printed and can be passed again."""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import sys
import tempfile
import time
from pathlib import Path

from campaigns.herd.campaign import LIVES, Campaign
from campaigns.herd.stage import herd_in
from credential_process import __version__
from credential_process.sandbox import Sandbox
from testing import processes


def main() -> int:
    """Run the herd, and print the results."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.herd", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--at-once", type=int, default=100, help="callers at a time")
    options = parser.parse_args()
    print(
        f"seed {options.seed}, {options.seconds} s, {options.at_once} callers at a time;"
        f" {__version__}, Python {platform.python_version()}, {platform.release()}, {os.cpu_count()} cores",
        flush=True,
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(accounts=2, roles=2, seed=options.seed, **LIVES) as sandbox,
    ):
        began = time.monotonic()
        try:
            herd = herd_in(Path(folder), sandbox)
            report = Campaign(herd, seed=options.seed, at_once=options.at_once).run(options.seconds)
        finally:
            processes.end(Path(folder))
        took = time.monotonic() - began
        counters = sandbox.counters()
        defects = sandbox.defects
    print(*report.lines(), *defects, sep="\n")
    print(
        f"the service: {counters['authorize']} pages, exchanges {counters['token']},"
        f" {counters['role_credentials']} fetches, by status {counters['by_status']}; {took:.0f} s in all"
    )
    return 1 if report.failures or defects else 0


if __name__ == "__main__":
    sys.exit(main())
