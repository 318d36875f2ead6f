"""The figures of a run, in a committed file from which the tables and the drawing are written."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import credential_process
from bench.comparison import Effort, Row
from bench.paths import Timing
from bench.populate import AccountListJob

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Results:
    """All figures of one run, and where it ran."""

    machine: str
    paths: dict[str, Timing]
    listings: dict[str, AccountListJob]
    rows: list[Row]


def machine() -> str:
    """Return when and where this runs, and with which software."""
    system = re.search('PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    kibibytes = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    gibibytes = f"{int(kibibytes[1]) / 2**20:.0f} GiB" if kibibytes else "memory"
    return ", ".join(
        (
            f"{datetime.now(timezone.utc):%Y-%m-%d}",
            f"{os.cpu_count()} processors ({processor[1] if processor else platform.machine()})",
            f"{gibibytes}, {system[1] if system else 'Linux'}, Linux {platform.release()}",
            f"version {credential_process.__version__}",
            f"Python {platform.python_version()}, botocore {version('botocore')}",
            f"pip {version('pip')}",
        )
    )


def save(results: Results) -> None:
    """Save the figures with their significant digits."""
    document = asdict(results, dict_factory=lambda pairs: {k: _rounded(v) for k, v in pairs})
    FILE.write_text(json.dumps(document, indent=1) + "\n")


def load() -> Results:
    """Return the figures of the last run."""
    document = json.loads(FILE.read_text())
    return Results(
        machine=document["machine"],
        paths={name: Timing(**timing) for name, timing in document["paths"].items()},
        listings={
            name: AccountListJob(**listing) for name, listing in document["listings"].items()
        },
        rows=[
            Row(**{**row, "efforts": {name: Effort(**one) for name, one in row["efforts"].items()}})
            for row in document["rows"]
        ],
    )


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value
