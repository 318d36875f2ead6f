"""The long run, `make fuzz`: 100,000 cases for each target, from a seed that is printed and can be passed again."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "tests" / "fuzz"
TARGETS = {path.stem.removeprefix("test_"): path for path in sorted(FOLDER.glob("test_*.py"))}


def main() -> None:
    """Replace this process with pytest, for the tests of the chosen targets."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--cases", type=int, default=100_000, help="cases a test")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    options = parser.parse_args()
    unknown = set(options.targets) - TARGETS.keys()
    if unknown:
        parser.error(
            f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}"
        )
    print(f"seed {options.seed}, {options.cases} cases a test", flush=True)
    chosen = [str(TARGETS[target]) for target in options.targets or TARGETS]
    seed = f"--hypothesis-seed={options.seed}"
    command = [sys.executable, "-m", "pytest", "-v", "--durations=0", "--durations-min=1"]
    environment = {**os.environ, **_in_memory(), "FUZZ_CASES": str(options.cases)}
    os.execve(sys.executable, [*command, seed, *chosen], environment)


def _in_memory() -> dict[str, str]:
    """Keep the files in memory if possible: otherwise every write waits for the disk."""
    return {"TMPDIR": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}


if __name__ == "__main__":
    main()
