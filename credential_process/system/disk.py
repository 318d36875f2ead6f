"""Renaming files without a loss, and their owners; apart from the rest, since no caller of `get` needs it."""

from credential_process.system.posix_disk import (
    add,
    exchange,
    give,
    is_group_of_one,
    take_after,
)

__all__ = ("add", "exchange", "give", "is_group_of_one", "take_after")
