"""What differs between operating systems; the only place that asks which one this is.

A platform provides four modules, each with the functions of its POSIX counterpart:

* `locks`: locks that end with their process, the signs of life that follow from them, and wake-ups;
* `processes`: starting a program that outlives this one, its exit code, and what a broker drops of its caller;
* `surroundings`: the program that called, the terminal, the browser, the name of the host and of its network;
* `disk`: renaming without a loss, and the owner of a file.

Callers of `get` load the first three; `disk` is a module beside them, which chooses in the same way.
"""

from credential_process.system import posix_locks as locks
from credential_process.system import posix_processes as processes
from credential_process.system import posix_surroundings as surroundings

__all__ = ("locks", "processes", "surroundings")
