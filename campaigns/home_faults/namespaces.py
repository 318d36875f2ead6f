"""A world of files for one home: mounts that no other process sees, and users whom modes restrict.

Root passes every check of a mode, so tests that run as root would see no fault of a home. `PERSON` is the user who
runs the tests, with another id, in a user namespace and without capabilities: they own the same files inside and
outside. `SOMEBODY_ELSE` owns the files of another user.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testing import processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PERSON: Final = 4242
SOMEBODY_ELSE: Final = 4243  # root after `sudo` has this id outside
IS_ROOT = os.geteuid() == 0
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_AS_ROOT = () if IS_ROOT else ("--user", "--map-root-user")
_AS_PERSON = ("--user", f"--map-user={PERSON}", f"--map-group={PERSON}")


@functools.cache
def missing(*namespaces: str) -> str:
    """Return what prevents making these namespaces on this machine; empty if nothing does."""
    for command in ("unshare", "nsenter", *(("ip",) if "net" in namespaces else ())):
        if shutil.which(command, path=_PATH) is None:
            return f"there is no {command} here"
    words = [f"--{name}" for name in ("mount", *namespaces)]
    for kind, options in (("mounts", (*_AS_ROOT, *words)), ("people", _AS_PERSON)):
        done = subprocess.run(
            ["unshare", *options, "true"], check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            return f"may not make {kind} of its own here ({done.stderr.strip()})"
    return ""


@dataclass(frozen=True, slots=True)
class World:
    """A mount namespace that lives as long as it is held; `path` is a folder that stays as it is."""

    path: Path
    home: Path
    as_person: tuple[str, ...]
    as_root: tuple[str, ...]
    inside: tuple[str, ...]
    _holder: int
    names: Mapping[str, str]

    def seen(self, path: Path) -> Path:
        """Return the path at which a path in there can be read from here."""
        return Path(f"/proc/{self._holder}/root{path}")

    def alter(self, script: str) -> None:
        """Run a shell script in there as root: ``$HOME`` is the home, ``$OWN`` the folder."""
        environment = {
            "PATH": _PATH,
            "HOME": str(self.home),
            "OWN": str(self.path),
            **self.names,
        }
        subprocess.run([*self.inside, "sh", "-euc", script], env=environment, check=True)

    def end(self) -> None:
        """Kill all processes in there, except the one that holds it."""
        while found := _inhabitants(self._holder):
            for process in found:
                with suppress(ProcessLookupError):
                    processes.kill(process)


@contextmanager
def world(
    path: Path, home: Path, *namespaces: str, names: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Make a world around a home, in which /run is empty and /tmp read-only, and end it.

    `names` are further variables of the scripts that change it.
    """
    with ExitStack() as held:
        holder = held.enter_context(_held("--mount", *(f"--{name}" for name in namespaces)))
        doors = [f"--{kind}=/proc/{holder}/ns/{file}" for kind, file in _files(namespaces)]
        if IS_ROOT:
            inside: tuple[str, ...] = ("nsenter", *doors, "--")
            person = held.enter_context(_held(*_AS_PERSON, mapped=False))
            root = held.enter_context(_held("--user", mapped=False))
            _map(root)
            as_person = (*inside[:-1], "--preserve-credentials", f"--user=/proc/{person}/ns/user")
            as_root = (*inside[:-1], f"--user=/proc/{root}/ns/user")
        else:
            doors += [f"--user=/proc/{holder}/ns/user", "--preserve-credentials"]
            inside = ("nsenter", *doors, "--")
            as_person = (*inside, "unshare", *_AS_PERSON)
            as_root = ()
        here = World(path, home, (*as_person, "--"), (*as_root, "--"), inside, holder, names or {})
        here.alter(_ALONE)
        try:
            yield here
        finally:
            here.end()


_ALONE = (
    'mount --bind "$OWN" "$OWN"; mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/user;'
    "mount --rbind /tmp /tmp; mount -o remount,bind,ro /tmp"
)


def _files(namespaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "mount", "mnt"
    for name in namespaces:
        yield name, name


@contextmanager
def _held(*options: str, mapped: bool = True) -> Iterator[int]:
    """Hold namespaces for as long as a process waits for its input; yield its id."""
    as_root = _AS_ROOT if mapped else ()
    command = ["unshare", *as_root, *options, "sh", "-c", "echo; exec cat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.communicate()


def _map(process: int) -> None:
    """Map the person to the user outside, root to root, and no other user that this machine knows."""
    for kind in ("uid", "gid"):
        lines = f"0 {SOMEBODY_ELSE} 1\n{PERSON} {os.geteuid()} 1\n"
        Path(f"/proc/{process}/{kind}_map").write_text(lines)


def _inhabitants(holder: int) -> list[int]:
    here = os.stat(f"/proc/{holder}/ns/mnt")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != holder:
            with suppress(OSError):
                if os.path.samestat(os.stat(entry / "ns" / "mnt"), here):
                    found.append(int(entry.name))
    return found
