"""What differs between operating systems; the only place that asks which one this is.

A platform provides these modules, each with the functions of its POSIX counterpart (`surroundings`: of Linux):

* `locks`: locks that end with their process, the signs of life that follow from them, and wake-ups;
* `surroundings`: the program that called, the terminal, the browser, the name of the host and of its network;
* `processes`: starting a program that outlives this one, its exit code, and detaching a broker from its caller;
* `disk`: replacing and renaming without a loss, and the owner of a file;
* `command_lines`: how programs read a line of the config file, and how one is written;
* `privacy`: who else may read and write a file, for `check`;
* `machine_config`: the config file of the machine, and who can have written it;
* `trust`: which certificates of servers the computer trusts;
* `advice`: hints with the commands of the system.

Callers of `get` load the first two; the others are modules beside them, which choose in the same way. `flags` are
those of `os.open`. A half that cannot run on other systems begins by asserting its platform, so that mypy checks it
for that one only.
"""

import sys

if sys.platform == "win32":
    from credential_process.system import windows_locks as locks
    from credential_process.system import windows_surroundings as surroundings
elif sys.platform == "darwin":
    from credential_process.system import darwin_surroundings as surroundings
    from credential_process.system import posix_locks as locks
else:
    from credential_process.system import linux_surroundings as surroundings
    from credential_process.system import posix_locks as locks

__all__ = ("locks", "surroundings")
