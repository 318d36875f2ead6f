"""Who else may read and write a file; a separate module, since only `check` needs it."""

import sys

from credential_process.system.exposure import Exposure

if sys.platform == "win32":
    from credential_process.system.windows_privacy import (
        can_be_seen,
        foreign,
        others_read,
        others_replace,
        others_write,
        refusal,
    )
else:
    from credential_process.system.posix_privacy import (
        can_be_seen,
        foreign,
        others_read,
        others_replace,
        others_write,
        refusal,
    )

__all__ = (
    "Exposure",
    "can_be_seen",
    "foreign",
    "others_read",
    "others_replace",
    "others_write",
    "refusal",
)
