"""The modules that are loaded: allow-lists for the fast paths and brokers, and no slow library for other commands.

Importing is most of what a command costs.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.client import launcher
from credential_process.sandbox import Sandbox
from testing import processes
from testing.broker import START, is_held
from testing.events import until
from testing.executable import PATH, Executable
from testing.home import Home
from testing.people import Person

WARM = {
    "credential_process",
    "credential_process.__main__",
    "credential_process.documents",
    "credential_process.paths",
    "credential_process.warm",
}
WARM_LIBRARY = {"sys", "os", "time", "stat"}  # `stat` is loaded with `os`
CLIENT = "arguments ask interaction streams waiting"
SYSTEM = "flags posix_locks posix_surroundings linux_surroundings"
ASK = WARM | {
    f"credential_process.{name}" for name in ("errors", "identifiers", "session_reference")
}
ASK |= {
    "credential_process.client",
    *(f"credential_process.client.{name}" for name in CLIENT.split()),
}
ASK |= {
    "credential_process.stores",
    *(f"credential_process.stores.{name}" for name in ("field_files", "mailbox")),
}
ASK |= {
    "credential_process.system",
    *(f"credential_process.system.{name}" for name in SYSTEM.split()),
}
ASK_LIBRARY = WARM_LIBRARY | {"fcntl", "errno", "select"}

BROKER_ROOMS = {
    "": "broker config files identity_center session",
    "broker": (
        "account_access context housekeeping inbox linger log_file loop main open_wants role_credentials "
        "role_documents sign_in token_provider token_refresh"
    ),
    "broker.sign_in": "coordinator outcomes",
    "config": "machine_config reader session_sources sso_session",
    "identity_center": (
        "calls connections direct endpoints environment limiter operations refusals "
        "replies response retries start_urls unreachable"
    ),
    "session": "context service_clients token_store used_scopes",
    "stores": (
        "access_role account_list account_roles cooldown document_store role_chain sign_in_record "
        "token_cache want"
    ),
    "system": (
        "disk exposure machine_config posix_disk posix_machine_config posix_processes "
        "processes retries"
    ),
}
BROKER_OURS = {
    f"credential_process.{room}.{name}".replace("..", ".")
    for room, names in BROKER_ROOMS.items()
    for name in names.split()
}
# Most of it is what http.client imports: `email`, `ssl`, and what those do.
BROKER_LIBRARIES = (
    "array atexit base64 binascii bisect calendar collections concurrent configparser",
    "contextlib copyreg datetime email encodings enum errno fcntl fnmatch functools gc glob",
    "hashlib heapq http ipaddress itertools json keyword linecache locale logging math",
    "operator queue quopri random re reprlib resource select selectors shlex socket",
    "sre_compile sre_constants sre_parse ssl string stringprep struct textwrap threading token",
    "tokenize traceback types typing unicodedata urllib uu warnings weakref",
)
# From 3.14 on, `traceback`, which `logging` imports, loads `dataclasses` for its colors, and `io` is not there from the
# start.
if sys.version_info >= (3, 14):
    BROKER_LIBRARIES += (
        "annotationlib ast codeop copy dataclasses dis importlib inspect io opcode",
    )
# Libraries that take as long to load as a command needs without them, or a good part of that.
SLOW = (
    "boto3 botocore urllib3 configupdater rich filelock importlib.metadata http.client http.server",
    "ssl email.message urllib.request concurrent.futures logging subprocess difflib",
)
# Commands that users type, and which of these they load: what they need for what they do.
COMMANDS = {
    "login": "",
    "status": "",
    "status --json": "",
    "roles": "",
    "roles --json": "",
    "run --profile dev -- true": "",
    "export --profile dev": "",
    "console --profile dev --print": "",
    "completion zsh": "subprocess",
    "check --offline": "ssl subprocess difflib",
    "configure remove --session corp --dry-run": "configupdater importlib.metadata email.message difflib",
}
HELP = {
    **dict.fromkeys(("--help", "login --help", "status --help", "roles --help", "run --help"), ""),
    **dict.fromkeys(("export --help", "get --help", "configure --help", "admin --help"), ""),
    **dict.fromkeys(("admin lookup --help", "admin assignments --help"), ""),
    "logout --help": "logging",
    "configure profile --help": "difflib",
    "configure populate --help": "difflib",
}
# Runs a broker, and writes the names of the modules that it has loaded when it ends.
BROKER = """
import os, sys
before = set(sys.modules)
from credential_process.broker import main
main.main(sys.argv[1])
with open(sys.argv[2], "w") as file:
    file.write("\\n".join(set(sys.modules) - before))
os._exit(0)
"""


def loaded(get: Executable, *program: str, exit_code: int = 0) -> set[str]:
    """Run a program in a bare, isolated interpreter; return all modules that it ever loaded.

    Without the variables that measure coverage: they load a library of their own.
    """
    environment = {
        name: value for name, value in get.environment.items() if not name.startswith("COVERAGE_")
    }
    done = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", *program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == exit_code, done.stderr[-1000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines[1:]}


@pytest.fixture
def floor(get: Executable) -> set[str]:
    """Return the modules that an interpreter loads to do nothing."""
    return loaded(get, "-c", "pass")


def test_the_warm_path_loads_five_modules_of_the_package(get: Executable, floor: set[str]) -> None:
    """A cached answer costs starting an interpreter, and reading a file."""
    get()
    beyond = loaded(get, str(PATH), "get", *get.arguments) - floor
    assert {name for name in beyond if name.startswith("credential_process")} == WARM
    assert beyond - WARM - WARM_LIBRARY == set()


def test_the_ask_path_loads_no_library(
    get: Executable, floor: set[str], sandbox: Sandbox, nobody: Person
) -> None:
    """Hundreds of these run at once while one broker does the work."""
    get()
    assert processes.last(get.home)
    get.environment["BROWSER"] = nobody.browser  # type: ignore[index]
    beyond = loaded(get, str(PATH), "get", *get.arguments[:-1], "Administrator") - floor
    assert sandbox.counters()["role_credentials"] == 2
    assert beyond - ASK - ASK_LIBRARY == set()


def test_a_broker_with_a_valid_token_loads_what_answers_a_role(
    get: Executable, home: Home, tmp_path: Path, sandbox: Sandbox
) -> None:
    """Importing is most of what the first call costs; what signs in or lists is imported when needed."""
    get()
    processes.end(get.home)
    (host_folder,) = home.state.glob("*/hosts/*")
    written = tmp_path / "modules"
    broker = subprocess.Popen(
        ["sh", "-c", START, host_folder, sys.executable, "-I", "-c", BROKER, host_folder, written],
        env=launcher.environment(get.environment),
        start_new_session=True,
    )
    until(lambda: is_held(host_folder / "broker.lock"), "the broker is alive")
    assert get(*get.arguments[:-1], "Administrator").returncode == 0
    assert sandbox.counters()["role_credentials"] == 2
    replace(get, command="logout")("--sso-session", "corp")  # which ends the broker
    assert broker.wait(180) == 0
    loaded = set(written.read_text().split())
    ours = {name for name in loaded if name.partition(".")[0] == "credential_process"}
    assert ours - ASK - BROKER_OURS == set()
    libraries = {name.partition(".")[0] for name in loaded - ours if not name.startswith("_")}
    assert libraries - ASK_LIBRARY - set(" ".join(BROKER_LIBRARIES).split()) == set()


def test_only_an_assumed_role_makes_a_broker_load_botocore(get: Executable) -> None:
    """Its signer adds 6 MiB to a broker, and time to its start."""
    service = "credential_process.identity_center"
    without = loaded(get, "-c", f"import credential_process.broker.main, {service}")
    assert {name for name in without if name.partition(".")[0] == "botocore"} == set()
    assert "botocore.auth" in loaded(get, "-c", f"import {service}.sts")


@pytest.fixture
def used(get: Executable, home: Home) -> Executable:
    """Let a user sign in, list the roles, use one of them, and have a profile for it."""
    line = f"{PATH} get {' '.join(get.arguments)}"
    with home.config.open("a") as config:
        config.write(f"[profile dev]\ncredential_process = {line}\nregion = eu-west-1\n")
    get()
    replace(get, command="roles")("--json")
    return get


def slow(get: Executable, *arguments: str, exit_code: int = 0) -> set[str]:
    """Run the installed executable; return the slow libraries that it loaded."""
    found = loaded(get, str(PATH), *arguments, exit_code=exit_code)
    return found & set(" ".join(SLOW).split())


@pytest.mark.parametrize("commands", [COMMANDS, HELP])
def test_a_command_loads_no_slow_library_that_it_does_not_need(
    used: Executable, commands: dict[str, str]
) -> None:
    """Users wait for each command, and scripts start thousands."""
    found = {command: slow(used, *command.split()) for command in commands}
    surplus = {
        command: found[command] - set(needed.split()) for command, needed in commands.items()
    }
    assert {command: libraries for command, libraries in surplus.items() if libraries} == {}


@pytest.mark.parametrize(
    "command", ["lgin", "login --frce", "status --format x", "configure prune"]
)
def test_a_usage_error_loads_no_slow_library(get: Executable, command: str) -> None:
    """Only the search for what was meant is loaded in addition."""
    assert slow(get, *command.split(), exit_code=2) <= {"difflib"}


@pytest.mark.parametrize(
    "words", ["lo", "login --f", "login --sso-session c", "run --account-id 1"]
)
def test_completion_loads_no_slow_library(used: Executable, words: str) -> None:
    """The user waits for each Tab."""
    last = str(len(words.split()))
    line = {"COMP_WORDS": f"sso-credential-process {words}", "COMP_CWORD": last}
    shell = {"_SSO_CREDENTIAL_PROCESS_COMPLETE": "bash_complete", **line}
    assert slow(replace(used, environment={**used.environment, **shell})) == set()


def test_only_colours_make_a_command_load_what_draws(used: Executable) -> None:
    """This also shows that the tests above would find a slow library."""
    coloured = replace(used, environment={**used.environment, "FORCE_COLOR": "1"})
    assert slow(coloured, "status") == {"rich"}


def test_warm_works_with_no_library_at_all(get: Executable) -> None:
    """With broken dependencies, cached credentials must still work."""
    expected = get().stdout
    script = (
        "import sys\n"
        "for name in ('botocore', 'boto3', 'filelock', 'click', 'rich', 'json', 'argparse'):\n"
        "    sys.modules[name] = None\n"
        "sys.argv[0] = 'sso-credential-process'\n"
        "from credential_process.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, "get", *get.arguments],
        env=get.environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


def test_the_executable_itself_loads_nothing() -> None:
    """Scripts made by pip before 25.2 import `re`, which costs more than the whole warm path."""
    assert "import re" not in PATH.read_text(), "install with a newer pip"
    assert os.access(PATH, os.X_OK)
