"""Which measurements the words after `make bench` choose."""

from collections.abc import Mapping, Sequence

ALONE = ("paths", "listings")  # the parts that measure this product


def choose(words: Sequence[str], measurements: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the chosen measurements of each part; every one if there are no words.

    The name of a part chooses that part; other words choose the measurements that have one of them in their names, of
    the parts that are named or, where none is, of those without the other tools, which take minutes.
    Raises SystemExit for a word that is in no name.
    """
    parts = [part for part in measurements if part in words]
    wanted = [word for word in words if word not in measurements]
    if words and not parts:
        parts = list(ALONE)
    searched = {part: measurements[part] for part in parts or measurements}
    for word in wanted:
        if not any(word in name for names in searched.values() for name in names):
            raise SystemExit(f"{word!r} is in no name of a measurement in {', '.join(searched)}")
    chosen = {
        part: [name for name in names if not wanted or any(word in name for word in wanted)]
        for part, names in searched.items()
    }
    return {part: names for part, names in chosen.items() if names}
