"""Find the name that a user meant when they mistyped one; imported for messages alone."""

import difflib

_LONGEST = 64  # of a typed name: the comparison takes quadratic time


def closest(typed: str, known: "Iterable[str]") -> str:
    """Return the known name that is most like the typed one, in capitals or not; empty if none is like it."""
    names = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(typed[:_LONGEST].casefold(), names, n=1)
    return names[found[0]] if found else ""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
