"""The figures, in a committed file from which the tables and the drawing are written."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass, replace
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
    """The figures of each part, and when and where it was measured."""

    machines: dict[str, str]
    paths: dict[str, Timing]
    peers: list[Row]
    listings: dict[str, AccountListJob]


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
            f"Python {platform.python_version()}, urllib3 {version('urllib3')}",
            f"botocore {version('botocore')}",
            f"pip {version('pip')}",
        )
    )


def save(figures: Results, part: str) -> None:
    """Save the figures with their significant digits; this part was measured here and now."""
    figures = replace(figures, machines={**figures.machines, part: machine()})
    document = asdict(figures, dict_factory=lambda pairs: {k: _rounded(v) for k, v in pairs})
    FILE.write_text(json.dumps(document, indent=1) + "\n")


def load() -> Results:
    """Return the figures of the last run of each part."""
    document = json.loads(FILE.read_text())
    return Results(
        machines=document["machines"],
        paths={name: Timing(**timing) for name, timing in document["paths"].items()},
        peers=[
            Row(**{**row, "efforts": {name: Effort(**one) for name, one in row["efforts"].items()}})
            for row in document["peers"]
        ],
        listings={
            name: AccountListJob(**listing) for name, listing in document["listings"].items()
        },
    )


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value
