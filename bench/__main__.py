"""`make bench`: measure the paths of the product, other tools beside it, and long lists, and write the page.

Without words everything is measured. `paths`, `peers` and `listings` choose a part; a part that was measured as a whole
goes into the page, with its date, and the others stay there as they are. Other words choose the measurements that have
one of them in their names, among paths and listings or in the parts that are named too, and only print what they find.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench import comparison, paths, peers, populate, publish, results
from bench.choice import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.peers import Peer

MEASUREMENTS = {
    "paths": list(paths.PATHS),
    "peers": list(comparison.CASES),
    "listings": list(populate.LISTINGS),
}


def main() -> None:
    """Print a line for each figure, and how long each part took; write each whole part to the page."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog="\n".join(
            f"{part}: {name}" for part, names in MEASUREMENTS.items() for name in names
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", help="measure these only")
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="FOLDER",
        help="executables there are measured in place of those of the same names that are installed",
    )
    options = parser.parse_args()
    tools = peers.tools(options.peers)
    for part, names in choose(options.words, MEASUREMENTS).items():
        began = time.monotonic()
        put = _measure(part, names, tools)
        print(f"==> {part} took {time.monotonic() - began:.0f} s", flush=True)
        if names == MEASUREMENTS[part]:
            results.save(put(results.load()), part)
            publish.main()


def _measure(
    part: str, names: Sequence[str], tools: Sequence[Peer]
) -> Callable[[results.Results], results.Results]:
    """Measure a part; return what puts its figures in the place of earlier ones."""
    if part == "paths":
        timings = paths.measure(names)
        return lambda figures: replace(figures, paths=timings)
    if part == "peers":
        rows = comparison.measure(tools, names)
        return lambda figures: replace(figures, peers=rows)
    listings = populate.measure(names, tools)
    return lambda figures: replace(figures, listings=listings)


if __name__ == "__main__":
    main()
