"""What other users of this computer may do with a file, and the command that changes it."""

from typing import NamedTuple


class Exposure(NamedTuple):
    """How other users can use a file, in a word or two, and the command that prevents it."""

    what: str
    fix: str
