"""A caller's environment must not affect the broker, which serves all callers. DESIGN 3."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from testing import installation, processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home

# Of an old tool, of another Python, of a project whose modules have the same names.
MODULES = (
    *("botocore", "filelock", "urllib3", "click", "rich", "configupdater"),
    *("contextlib", "dataclasses", "enum", "json", "logging", "queue", "signal", "typing"),
)
OF_PYTHON_2 = "print 'a module for Python 2'\n"
LEAVE_A_TRACE = """\
import os, sys
with open({trace!r}, "a") as trace:
    trace.write("broker\\n" if "broker" in sys.orig_argv else "front\\n")
"""
PYTHON_LIBRARY = installation.library("libpython")
pytestmark = pytest.mark.usefixtures("signed_in")


@pytest.fixture
def other_modules(tmp_path: Path) -> Path:
    """Return a folder with modules that no Python 3 can load."""
    folder = tmp_path / "modules"
    folder.mkdir()
    for name in MODULES:
        (folder / f"{name}.py").write_text(OF_PYTHON_2)
    return folder


def variables_of(process: int) -> dict[str, str]:
    """Return the environment that a process was started with."""
    words = Path(f"/proc/{process}/environ").read_text().split("\0")
    return dict(word.split("=", 1) for word in words if word)


@pytest.mark.parametrize("relative", [False, True])
def test_modules_for_another_python_do_no_harm(
    get: Executable, other_modules: Path, *, relative: bool
) -> None:
    """Tools of Python 2 are found through PYTHONPATH, and pass it on to `get`."""
    path = os.path.relpath(other_modules, get.home) if relative else str(other_modules)
    done = get(environment={**get.environment, "PYTHONPATH": path})
    assert (done.returncode, done.stderr) == (0, "")


def test_modules_for_another_python_are_found_by_check(
    get: Executable, other_modules: Path
) -> None:
    """A user who looks for the problem must not get a traceback."""
    environment = {**get.environment, "PYTHONPATH": str(other_modules)}
    done = replace(get, command="check")("--sso-session", "corp", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "environment-python" in done.stdout
    assert str(other_modules) in done.stdout


def test_modules_of_a_project_never_run_in_the_broker(get: Executable, tmp_path: Path) -> None:
    """The broker holds the tokens of all sessions, and must not run the code of one project."""
    trace = tmp_path / "trace"
    hook = LEAVE_A_TRACE.format(trace=str(trace))
    for name in ("sitecustomize", "usercustomize", "botocore_plugin", "socks"):
        (tmp_path / f"{name}.py").write_text(hook)
    project = {"PYTHONPATH": str(tmp_path), "PYTHONUSERBASE": str(tmp_path)}
    done = get(environment={**get.environment, **project})
    assert done.returncode == 0
    assert set(trace.read_text().splitlines()) == {"front"}


def test_modules_in_the_working_folder_never_run_in_the_broker(get: Executable) -> None:
    """An SDK starts `get` in the folder of a repository."""
    for name in MODULES:
        (get.home / f"{name}.py").write_text(OF_PYTHON_2)
    done = get()
    assert (done.returncode, done.stderr) == (0, "")


def test_a_broker_keeps_no_variable_that_selects_code_or_service(
    get: Executable, other_modules: Path
) -> None:
    """Each want contains how to reach its service, and no caller decides for another."""
    given = dict.fromkeys(
        (
            *("PYTHONPATH", "PYTHONUSERBASE", "PYTHONSTARTUP", "PYTHONPYCACHEPREFIX"),
            *("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG", "OPENSSL_CONF"),
            *("SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
            *("AWS_PROFILE", "AWS_REGION", "BOTO_CONFIG", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        ),
        str(other_modules),
    )
    given |= {"no_proxy": "*", "NO_PROXY": "*", "ALL_PROXY": "http://127.0.0.1:1"}
    bundle = {"AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"}
    done = get(environment={**get.environment, **given, **bundle, "OF_THE_USER": "kept"})
    assert (done.returncode, done.stderr) == (0, "")
    kept = variables_of(processes.last(get.home))
    assert kept.keys() & {*given, *bundle, *get.environment} == {
        name
        for name in get.environment
        if not name.startswith("AWS_")  # the sandbox's
    }
    assert kept["OF_THE_USER"] == "kept"


def test_an_installation_that_only_pythonpath_provides_works(
    get: Executable, tmp_path: Path
) -> None:
    """``pip install --target``, as in the layers of Lambda and on clusters."""
    bare = installation.make(tmp_path / "bare", site=False)
    alone = replace(get, path=bare)
    assert "No module named" in alone().stderr
    done = alone(environment={**get.environment, "PYTHONPATH": sysconfig.get_path("purelib")})
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(
    installation.library("libssl", of="ssl") is None, reason="OpenSSL is a part of this Python"
)
def test_libraries_of_another_environment_are_not_loaded(get: Executable, tmp_path: Path) -> None:
    """Users put conda's libraries into LD_LIBRARY_PATH, where an old OpenSSL would end every broker."""
    for name in ("libssl", "libcrypto"):
        for version in ("1.1", "3"):
            (tmp_path / f"{name}.so.{version}").write_text("not a library")
    environment = {**get.environment, "LD_LIBRARY_PATH": str(tmp_path)}
    control = [sys.executable, "-c", "import ssl"]
    assert subprocess.run(control, env=environment, capture_output=True, check=False).returncode
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(PYTHON_LIBRARY is None, reason="this Python needs no library")
def test_a_python_that_needs_ld_library_path_gets_it(get: Executable, tmp_path: Path) -> None:
    """On clusters ``module load python`` sets it, and the interpreter cannot start without it."""
    assert PYTHON_LIBRARY is not None
    other_name = PYTHON_LIBRARY.name.replace("libpython", "libmodule")
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    (libraries / other_name).symlink_to(PYTHON_LIBRARY)
    python = tmp_path / "python3"
    content = Path(os.path.realpath(sys.executable)).read_bytes()
    python.write_bytes(content.replace(PYTHON_LIBRARY.name.encode(), other_name.encode()))
    python.chmod(0o755)
    asks = replace(get, path=installation.make(tmp_path / "cluster", python=python))
    assert "cannot open shared object file" in asks().stderr
    done = asks(environment={**get.environment, "LD_LIBRARY_PATH": str(libraries)})
    assert (done.returncode, done.stderr) == (0, "")
    assert variables_of(processes.last(get.home))["LD_LIBRARY_PATH"] == str(libraries)


def test_a_caller_whose_broker_fails_fails_alone(
    get: Executable, home: Home, break_import: Callable[[str], Executable], tmp_path: Path
) -> None:
    """The reason may be in its environment, and not affect any other caller."""
    broken = break_import("queue")
    wait = tmp_path / "wait"
    os.mkfifo(wait)
    (module,) = tmp_path.glob("broken/lib/*/site-packages/queue.py")
    module.write_text(f"open({str(wait)!r}).read()\n{module.read_text()}")
    starter = broken.start()
    with wait.open("w"):  # its broker got as far as this
        others = [get.start() for _ in range(5)]
        until(lambda: len(home.wants()) == 6, "all ask")
    assert finish(starter).returncode == 5
    assert {(end.returncode, end.stderr) for end in map(finish, others)} == {(0, "")}
