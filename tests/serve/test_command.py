"""The command `serve`: what it writes, prints and leaves behind."""

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from testing import processes
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from tests.serve.conftest import URI, Serve

TOKEN = "0123456789abcdef-of-a-user"


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_cleanly_and_takes_its_files_along(
    serve: Serve, tmp_path: Path, sign: signal.Signals
) -> None:
    """A token that lies around in a file would look as if it still opened something."""
    env_file = tmp_path / "dev.env"
    served = serve("--env-file", str(env_file))
    assert served.ask().status == 200
    assert [mode(path) for path in (served.token_file, env_file)] == [0o600, 0o600]
    token, token_file = served.token, served.token_file
    done = served.stop(sign)
    assert (done.returncode, token_file.exists(), env_file.exists()) == (0, False, False)
    assert urlsplit(served.url).netloc in done.stderr
    assert token not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("signed_in")
def test_the_file_for_a_container_has_the_token_itself(
    serve: Serve, add_profile: Callable[..., None], tmp_path: Path
) -> None:
    """A container sees no file of the host, and has no profile with a region."""
    add_profile("prod", account=1)
    path = tmp_path / "two.env"
    served = serve("--profile", "dev", "--profile", "prod", "--env-file", str(path))
    prod = served.url.replace("/dev", "/prod")
    assert path.read_text().splitlines()[1:] == [
        f"{URI}={served.url}",
        f"AWS_CONTAINER_AUTHORIZATION_TOKEN={served.token}",
        "AWS_REGION=eu-west-1",
        "AWS_DEFAULT_REGION=eu-west-1",
        f"# {URI}={prod}",
    ]


@pytest.mark.usefixtures("signed_in")
def test_a_second_one_on_a_port_changes_nothing_of_the_first(
    serve: Serve, command: Executable
) -> None:
    """Users forget that one runs in another terminal."""
    served = serve()
    port = str(urlsplit(served.url).port)
    done = command("--profile", "dev", "--port", port)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert "another serve may be running" in done.stderr
    assert list(served.token_file.parent.iterdir()) == [served.token_file]
    assert served.ask().status == 200


@pytest.mark.usefixtures("signed_in")
def test_a_deleted_token_file_comes_back(serve: Serve) -> None:
    """Everything in the state folder may be deleted; containers that start later read the same token."""
    served = serve()
    token = served.token
    served.token_file.unlink()
    until(served.token_file.exists, "the file is written again")
    assert (served.token, mode(served.token_file)) == (token, 0o600)
    assert served.ask().status == 200


@pytest.mark.usefixtures("signed_in")
def test_a_token_of_the_user_outlives_the_command(serve: Serve, tmp_path: Path) -> None:
    """A container that runs for days keeps its token when `serve` starts again."""
    path = tmp_path / "token"
    for _ in range(2):
        served = serve("--token-file", str(path))
        token = path.read_text()
        assert served.ask().status == 200
        assert served.stop(signal.SIGTERM).returncode == 0
        assert path.read_text() == token


@pytest.mark.parametrize(
    ("content", "permissions", "words"),
    [
        (f"{TOKEN}\n", 0o600, "without a newline"),
        ("short", 0o600, "16 or more"),
        (TOKEN, 0o644, "chmod go="),
    ],
)
def test_a_token_that_sdks_or_prudence_refuse_is_an_error(
    command: Executable, tmp_path: Path, content: str, permissions: int, words: str
) -> None:
    """SDKs would fail with a message about headers, or every user could read it."""
    path = tmp_path / "token"
    path.write_text(content)
    path.chmod(permissions)
    done = command("--profile", "dev", "--token-file", str(path))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert words in done.stderr
    assert path.read_text() == content


def test_a_file_of_another_program_is_not_overwritten(command: Executable, tmp_path: Path) -> None:
    """Projects have a file .env with settings of their own."""
    path = tmp_path / ".env"
    path.write_text("DEBUG=1\n")
    done = command("--profile", "dev", "--env-file", str(path))
    assert (done.returncode, path.read_text()) == (2, "DEBUG=1\n")


@pytest.mark.parametrize(
    ("address", "exit_code", "words"),
    [
        ("0.0.0.0", 2, "SDKs do not ask 0.0.0.0 over plain HTTP"),
        ("169.254.170.23", 5, "first add the address to a network interface"),
    ],
)
def test_an_address_that_cannot_serve_is_explained(
    command: Executable, address: str, exit_code: int, words: str
) -> None:
    """On every address, every computer of the network could ask, and no SDK would."""
    done = command("--profile", "dev", "--address", address)
    assert (done.returncode, len(done.stderr.splitlines())) == (exit_code, 1)
    assert words in done.stderr


def test_several_profiles_and_a_role_contradict(
    command: Executable, add_profile: Callable[..., None]
) -> None:
    """It would be served twice, under two names."""
    add_profile("prod", account=1)
    done = command("--profile", "dev", "--profile", "prod", "--role-name", "Administrator")
    assert (done.returncode, "several profiles and --role-name" in done.stderr) == (2, True)


@pytest.mark.usefixtures("signed_in")
def test_the_variable_names_the_profile(command: Executable) -> None:
    """It does in every command."""
    environment = {**command.environment, "AWS_PROFILE": "dev"}
    with command.start("--print-env", environment=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().rstrip().endswith("/profile/dev")
        process.terminate()


def test_a_reader_who_leaves_is_no_error(command: Executable) -> None:
    """`serve --print-env | head -0` must not end the server, nor print a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as stdout:
        process = command.start("--profile", "dev", "--print-env", stdout=stdout)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Serving credentials")
    process.terminate()
    done = finish(process)
    assert (done.returncode, "Error" in done.stderr) == (0, False)


def test_a_broker_that_it_starts_can_be_stopped(serve: Serve, signed_in: Home) -> None:
    """`serve` blocks Ctrl-C for its threads, and a broker or a browser must not inherit that."""
    served = serve()
    assert served.ask().status == 200
    served.stop(signal.SIGTERM)
    status = Path(f"/proc/{processes.last(signed_in.path)}/status").read_text()
    blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
    assert blocked == 0
