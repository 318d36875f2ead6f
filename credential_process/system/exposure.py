"""What other users of this computer may do with a file, and the command that changes it."""

from typing import NamedTuple


class Exposure(NamedTuple):
    """What others may do, in a word or two, and the command that takes it from them."""

    what: str
    fix: str
