"""Hints about problems, with the commands of this system; a separate module, since only messages need it."""

import sys

if sys.platform == "win32":
    from credential_process.system.windows_advice import (
        assignment,
        home_variable,
        make_executable,
        make_writable,
        private_folder,
        readers_of_quotes,
        remove_byte_order_mark,
        set_clock,
        set_variable,
        unlock,
        unset,
        unset_python_path,
        upgrade_pip,
    )
else:
    from credential_process.system.posix_advice import (
        assignment,
        home_variable,
        make_executable,
        make_writable,
        private_folder,
        readers_of_quotes,
        remove_byte_order_mark,
        set_clock,
        set_variable,
        unlock,
        unset,
        unset_python_path,
        upgrade_pip,
    )

__all__ = (
    "assignment",
    "home_variable",
    "make_executable",
    "make_writable",
    "private_folder",
    "readers_of_quotes",
    "remove_byte_order_mark",
    "set_clock",
    "set_variable",
    "unlock",
    "unset",
    "unset_python_path",
    "upgrade_pip",
)
