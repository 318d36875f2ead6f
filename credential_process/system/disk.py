"""Replacing files without a loss, and their owners; a separate module, since no caller of `get` needs it."""

import sys

if sys.platform == "win32":
    from credential_process.system.windows_disk import (
        add,
        exchange,
        give,
        open_to_read,
        remove,
        remove_tree,
        rename,
        replace,
        sync,
        take_after,
    )
else:
    from credential_process.system.posix_disk import (
        add,
        exchange,
        give,
        open_to_read,
        remove,
        remove_tree,
        rename,
        replace,
        sync,
        take_after,
    )

__all__ = (
    "add",
    "exchange",
    "give",
    "open_to_read",
    "remove",
    "remove_tree",
    "rename",
    "replace",
    "sync",
    "take_after",
)
