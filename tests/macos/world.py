"""A world like macOS for the programs that tests start, in a mount namespace that ends with this process.

Only the tests' own helpers have /proc, programs of macOS are doubles, Python reports darwin, and a folder ignores
case. CONTRIBUTING.md lists what Linux cannot show.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

DOUBLES = Path(__file__).parent / "doubles"
CASE_BLIND_BYTES = 256 << 20


def enter() -> None:
    """Continue in a new mount namespace, and return in it."""
    if os.environ.get("MACOS_DOUBLES"):
        return
    state = subprocess.check_output(["mktemp", "-d", "/tmp/macos.XXXXXX"], text=True).strip()
    environment = {**os.environ, "MACOS_DOUBLES": state, "TESTS_STAY_ON_LINUX": "1"}
    root = () if os.geteuid() == 0 else ("--map-root-user",)
    # In a process namespace too: all processes that are left end with it, and so does the mount namespace. A shell is
    # its first process, which reaps orphans.
    world = ("unshare", *root, "--mount", "--pid", "--fork", "--kill-child")
    command = (*world, "sh", "-c", '"$@"; exit $?', "sh", sys.executable, *sys.orig_argv[1:])
    done = subprocess.run(command, env=environment, check=False)
    shutil.rmtree(state)
    sys.exit(done.returncode)


def build() -> Path:
    """Build the world, and return its folder for temporary files, which ignores case."""
    state = Path(os.environ["MACOS_DOUBLES"])
    for name in ("bin", "sbin", "site", "upper", "proc", "T", "case-blind"):
        (state / name).mkdir()
    (state / "T").chmod(0o700)
    _copy("bin", state / "bin", state, mode=0o755)
    _copy("site", state / "site", state, mode=0o644)
    (state / "bin" / "sysctl").rename(state / "sbin" / "sysctl")
    linux = sysconfig._get_sysconfigdata_name()  # type: ignore[attr-defined]
    found = importlib.util.find_spec(linux)
    assert found is not None
    assert found.origin is not None
    shutil.copy(found.origin, state / "site" / f"{linux.replace('_linux_', '_darwin_', 1)}.py")
    _mount("-t", "proc", "proc", str(state / "proc"))
    _make_case_blind(state / "case-blind")
    _add(state / "bin", "/usr/bin")
    _add(state / "sbin", "/usr/sbin")
    _add(state / "site", sysconfig.get_path("purelib"))
    _mount("-t", "tmpfs", "none", "/proc")
    return state


def _copy(name: str, folder: Path, state: Path, *, mode: int) -> None:
    for double in (DOUBLES / name).iterdir():
        if double.is_file():
            copy = folder / double.name
            copy.write_text(double.read_text().replace("@STATE@", str(state)))
            copy.chmod(mode)


def _add(upper: Path, folder: str) -> None:
    """Put the files of one folder in front of those of another."""
    _mount("-t", "overlay", "doubles", folder, "-o", f"lowerdir={upper}:{folder}")


def _make_case_blind(folder: Path) -> None:
    """Mount NTFS and make it ignore case: few kernels have the feature that lets ext4 or XFS do it."""
    image = folder.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(CASE_BLIND_BYTES)
    subprocess.run(["mkfs.ntfs", "-F", "-Q", "-q", str(image)], check=True, capture_output=True)
    options = "ignore_case,permissions,silent"
    subprocess.run(["lowntfs-3g", "-o", options, str(image), str(folder)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)
