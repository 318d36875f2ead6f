"""The Windows half of `credential_process.system` on Linux: files that are stricter than those of Wine.

Renaming, replacing or removing a file that this process has open is refused, and so is a chosen number of first
tries, as if a virus scanner had just opened the file. No other part of Windows is imitated.
"""

import subprocess
import sys

_DOUBLE = """
import ctypes.wintypes, errno, logging, os, subprocess, sys, types
import configupdater, filelock

class WindowsError(PermissionError):
    winerror = 5

refusals_left, opens_left, refused, shared, calls = 0, 0, 0, set(), []

def open_here(path, *, is_target):
    found = False
    for name in os.listdir("/proc/self/fd"):
        try:
            same = os.readlink(f"/proc/self/fd/{name}") == os.path.realpath(path)
        except OSError:
            continue
        found = found or (same and (is_target or int(name) not in shared))
    return found

def strict(real):
    def move(old, new):
        global refusals_left, refused
        if refusals_left > 0 or open_here(old, is_target=False) or open_here(new, is_target=True):
            refusals_left -= 1
            refused += 1
            raise WindowsError(errno.EACCES, "in use", new)
        calls.append("move")
        if real is os_rename and os.path.lexists(new):
            raise FileExistsError(errno.EEXIST, "exists", new)
        real(old, new)
    return move

def remove(path, *, dir_fd=None):
    global refusals_left, refused
    full = path if dir_fd is None else os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), path)
    if os.path.isfile(full) and (refusals_left > 0 or open_here(full, is_target=False)):
        refusals_left -= 1
        refused += 1
        raise WindowsError(errno.EACCES, "in use", path)
    os_unlink(path, dir_fd=dir_fd)

def create_file(path, access, share, security, how, attributes, template):
    global opens_left
    calls.append("open")
    if opens_left > 0:
        opens_left -= 1
        raise WindowsError(errno.EACCES, "being deleted", path)
    if path.startswith(r"\\\\.\\pipe"):
        raise FileNotFoundError(errno.ENOENT, "no such pipe", path)
    handle = os.open(path, os.O_RDONLY)
    if share & 4:
        shared.add(handle)
    return handle

def create_pipe(*_):
    calls.append("pipe")
    return os.open(os.devnull, os.O_RDONLY)

def wait_for_pipe(name, timeout):
    raise pipe_error

pipe_error = OSError()
os_rename, os_replace = os.rename, os.replace
os.rename, os.replace = strict(os.rename), strict(os.replace)
os_unlink, os.unlink = os.unlink, remove
os.O_BINARY = os.O_NOINHERIT = 0
del os.geteuid
ring = types.SimpleNamespace(event=0, cancel=lambda: None, GetOverlappedResult=lambda wait: (0, 995))
sys.modules["_winapi"] = types.SimpleNamespace(
    NULL=0, CreateFile=create_file, CloseHandle=os.close, CreateNamedPipe=create_pipe,
    ConnectNamedPipe=lambda *_, **__: ring, WaitNamedPipe=wait_for_pipe,
)
# Libraries of Windows find that file, and who may write it.
sys.modules["credential_process.system.windows_machine_config"] = types.SimpleNamespace(
    path=lambda: "", exposure=None
)
sys.modules["msvcrt"] = types.SimpleNamespace(open_osfhandle=lambda handle, flags: handle)
sys.platform = "win32"
folder = sys.argv[1]
"""


def run(program: str, folder: object) -> list[str]:
    """Run a program there, with `folder` and a settable `refusals_left`; return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", _DOUBLE + program, str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()
