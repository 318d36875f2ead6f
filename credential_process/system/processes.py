"""Starting, awaiting and replacing processes; a separate module, since most callers of `get` start none."""

import sys

if sys.platform == "win32":
    from credential_process.system.windows_processes import (
        GAVE_UP,
        become,
        call_apart,
        call_in_forked_child,
        defer_stop,
        descriptor_limit,
        detach,
        exit_code,
        release_inherited_lock,
        start,
        stop_signals,
        wait_for_stop,
        without_inheritance,
    )
else:
    from credential_process.system.posix_processes import (
        GAVE_UP,
        become,
        call_apart,
        call_in_forked_child,
        defer_stop,
        descriptor_limit,
        detach,
        exit_code,
        release_inherited_lock,
        start,
        stop_signals,
        wait_for_stop,
        without_inheritance,
    )

__all__ = (
    "GAVE_UP",
    "become",
    "call_apart",
    "call_in_forked_child",
    "defer_stop",
    "descriptor_limit",
    "detach",
    "exit_code",
    "release_inherited_lock",
    "start",
    "stop_signals",
    "wait_for_stop",
    "without_inheritance",
)
