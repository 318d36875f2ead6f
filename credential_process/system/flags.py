"""Flags for `os.open`, by the purpose of opening a file, and how long its path can be.

No child process inherits the descriptor. None of them waits: without O_NONBLOCK, opening a named pipe waits until
another process opens its other end. On Windows, without O_BINARY, each newline would be written as two bytes.
"""

import os
import sys

if sys.platform == "win32":
    _ALWAYS = os.O_BINARY | os.O_NOINHERIT
    _NO_LINK = 0
    # The system refuses 260 characters, or 248 for a folder, with an error that does not explain it.
    LONGEST_PATH = 240
else:
    _ALWAYS = os.O_CLOEXEC | os.O_NONBLOCK
    _NO_LINK = os.O_NOFOLLOW
    LONGEST_PATH = 4095

READ = os.O_RDONLY | _ALWAYS
READ_NO_LINK = READ | _NO_LINK
WRITE = os.O_WRONLY | _ALWAYS
READ_AND_WRITE = os.O_RDWR | _ALWAYS
NEW = WRITE | os.O_CREAT | os.O_EXCL
APPEND = WRITE | os.O_APPEND | _NO_LINK
APPEND_OR_CREATE = WRITE | os.O_APPEND | os.O_CREAT
