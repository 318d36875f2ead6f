"""`make demo`: one line in ~/.aws/config, a sign-in in a browser, credentials in boto3.

It runs against a pretend Identity Center in a new home, with the installed executable. With `DEMO_AUTO=1` headless
Chromium clicks in your place.
"""

import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

EXECUTABLE = Path(sys.executable).with_name("sso-credential-process")
CHROMIUM = Path(__file__).parents[1] / "testing" / "chromium.py"
PROFILE = "dev"
CALLER_IDENTITY = """
import boto3
caller = boto3.Session(profile_name="dev").client("sts").get_caller_identity()
print(f"account {caller['Account']}", caller["Arn"], sep="\\n    ")
"""


def main() -> None:
    """Show everything, one step after the other."""
    # The broker ends when its folder is deleted, and may write a last line meanwhile.
    folder = tempfile.TemporaryDirectory(prefix="sso-demo-", ignore_cleanup_errors=True)
    with folder as home, sandbox(Path(home)) as settings:
        environment = environment_of(settings)
        line = credential_process_of(Path(home))
        say("A pretend Identity Center serves on", settings["AWS_ENDPOINT_URL_SSO"])
        say(f"This is all that [profile {PROFILE}] needs:", f"credential_process = {line}")

        say("An SDK would now run that line. You are signed out, so a page opens", ask_for_help())
        printed = run(shlex.split(line), environment)
        say(
            "What it printed (the sandbox's keys open nothing; long ones are cut):", pretty(printed)
        )

        identity = run([sys.executable, "-c", CALLER_IDENTITY], environment)
        say("boto3 through the profile, checked by the sandbox's STS:", identity.strip())

        ours, bare = compare(shlex.split(line), environment)
        say(
            "The same line again, warm: no sign-in, no request, no service needed.",
            f"{ours * 1000:.0f} ms; a Python that does nothing takes {bare * 1000:.0f} ms here",
        )


@contextmanager
def sandbox(home: Path) -> Iterator[dict[str, str]]:
    """Start the sandbox command, and yield the variables that it prints."""
    command = [str(EXECUTABLE), "sandbox", "--home", str(home / "home")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            yield exports(iter(process.stdout.readline, ""))
        finally:
            process.terminate()


def exports(lines: Iterator[str]) -> dict[str, str]:
    """Read `export NAME=value` lines up to the last one that the sandbox prints."""
    settings: dict[str, str] = {}
    for line in lines:
        (assignment,) = shlex.split(line.removeprefix("export "))
        name, _, value = assignment.partition("=")
        settings[name] = value
        if name == "AWS_EC2_METADATA_DISABLED":
            return settings
    raise SystemExit("the sandbox did not start")


def environment_of(settings: dict[str, str]) -> dict[str, str]:
    """Return this process's environment with the sandbox's variables, and without AWS variables."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
    # With CI set there would be no prompt, which this demo shows.
    environment.pop("CI", None)
    if os.environ.get("DEMO_AUTO"):
        environment["BROWSER"] = f"{shlex.join([sys.executable, '-I', str(CHROMIUM)])} %s"
    return {**environment, **settings}


def credential_process_of(home: Path) -> str:
    """Return the `credential_process` line that the sandbox has written."""
    config = ConfigParser(interpolation=None)
    config.read(home / "home" / ".aws" / "config")
    return config[f"profile {PROFILE}"]["credential_process"]


def ask_for_help() -> str:
    """Return the instructions for the user."""
    if os.environ.get("DEMO_AUTO"):
        return "in headless Chromium, which signs in and consents by itself."
    return "in your browser: any user name and any password will do, then Allow access."


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run a command and return what it printed; a failure ends the demo with its reason."""
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"\n{done.stderr.strip() or shlex.join(command)}")
    return done.stdout


def pretty(line: str) -> str:
    """Format the JSON for reading: one key in each line, long values shortened."""
    values = json.loads(line).items()
    folded = [f"{json.dumps(key)}: {shortened(value)}" for key, value in values]
    return "{\n      " + ",\n      ".join(folded) + "\n    }"


def shortened(value: object) -> str:
    """Return a JSON value that fits the terminal."""
    text = json.dumps(value)
    room = shutil.get_terminal_size().columns - 28
    return text if len(text) <= room else f'{text[: room - 4]}…"'


def compare(line: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the seconds of the warm line and of a bare interpreter: medians of pairs."""
    bare = [sys.executable, "-I", "-c", "pass"]
    pairs = [(seconds(line, environment), seconds(bare, environment)) for _ in range(11)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return how long a command takes."""
    began = time.perf_counter()
    run(command, environment)
    return time.perf_counter() - began


def say(heading: str, *lines: str) -> None:
    """Print a step."""
    print(f"\n{heading}", *(f"    {line}" for line in lines), sep="\n", flush=True)


if __name__ == "__main__":
    main()
