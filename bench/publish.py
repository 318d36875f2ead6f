"""Write the page and its drawing from the figures of the last run: `python -m bench.publish`, without measuring."""

from bench import page, plot, results


def main() -> None:
    """Write both."""
    figures = results.load()
    page.write(figures)
    plot.write(figures)


if __name__ == "__main__":
    main()
