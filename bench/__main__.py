"""`make bench`: measure everything, and write the page; or, with words, only what has one of them in its name."""

import sys

from bench import comparison, paths, populate, publish, results


def main() -> None:
    """Print a line for each figure; write the page if everything was measured."""
    words = sys.argv[1:]

    def is_wanted(name: str) -> bool:
        return not words or any(word in name for word in words)

    timings, listings = {}, {}
    for name, measure_path in paths.PATHS.items():
        if is_wanted(name):
            timings[name] = measure_path()
            print(paths.line(name, timings[name]), flush=True)
    rows = comparison.measure(case for case in comparison.CASES if is_wanted(f"peers, {case.name}"))
    print("\n".join(comparison.lines(rows)), flush=True)
    for name, measure_listing in populate.LISTINGS.items():
        if is_wanted(name):
            listings[name] = measure_listing()
            print(populate.line(name, listings[name]), flush=True)
    if not words:
        results.save(results.Results(results.machine(), timings, listings, rows))
        publish.main()


if __name__ == "__main__":
    main()
