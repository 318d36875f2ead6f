"""Where the config file of the machine is, and whether only administrators can have written it.

The place comes from the system, never from a variable: a user could set that for a program of another user.
"""

import sys

if sys.platform == "win32":
    from credential_process.system.windows_machine_config import exposure, path
else:
    from credential_process.system.posix_machine_config import exposure, path

__all__ = ("exposure", "path")
