"""Write docs/evidence/performance.md, its drawing and the table of README.md from the figures of the last run.

`python -m bench.publish` does so without measuring.
"""

from bench import page, plot, readme, results


def main() -> None:
    """Write all three."""
    figures = results.load()
    page.write(figures)
    plot.write(figures)
    readme.write(figures)


if __name__ == "__main__":
    main()
