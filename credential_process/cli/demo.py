"""``sandbox --demo``: a line in a config file, a sign-in in a browser, credentials in boto3, and what they cost."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from configparser import ConfigParser
from typing import TYPE_CHECKING

import click

from credential_process.cli import sandbox_browser
from credential_process.cli.demo_home import demo_home
from credential_process.client import interaction
from credential_process.errors import SignInNeeded
from credential_process.system import command_lines

if TYPE_CHECKING:
    from credential_process.cli.demo_home import DemoHome
    from credential_process.cli.stops import Stops
    from credential_process.sandbox import Sandbox

# As any program would ask, but for the first lines: a module in the working folder is not meant for this.
_PROGRAM = """\
import sys
sys.path[:] = filter(None, sys.path)
import boto3
caller = boto3.Session(profile_name="dev").client("sts").get_caller_identity()
print("account", caller["Account"])
print(caller["Arn"])
"""
_KEY = "credential_process"
_MOST_PAIRS, _LONG_SECONDS = 11, 5
_AS_LONG = 1.25
_NEXT = "sso-credential-process configure profile dev"
_NOTHING_LEFT = "Its home is removed, and nothing that it has started is running."


def show(pretend: Sandbox, executable: str, stops: Stops) -> int:
    """Show everything, one step after the other, and return an exit code; `executable` is the command in the profile.

    Raises `SignInNeeded` where no user can be asked, and `Unavailable`.
    """
    sign_in = _how_to_sign_in(pretend)
    _say(
        f"A pretend IAM Identity Center is running at {pretend.url}.",
        "Nothing is sent to AWS, and your ~/.aws is neither read nor changed.",
    )
    try:
        with demo_home(pretend, executable, stops) as home:
            shown, measured = _tour(home, sign_in)
    except KeyboardInterrupt:
        click.echo(f"\nStopped. {_NOTHING_LEFT}", err=True)
        return 130
    _say(
        f"Runs of the line: {shown + measured} ({measured} of them to measure the time)."
        f" Sign-ins: {len(pretend.portal_sessions())}."
        f" Requests for credentials: {pretend.counters()['role_credentials']}.",
        f"The demo has ended. {_NOTHING_LEFT}",
    )
    _say(f"Now with your own: {_NEXT}")
    return 0


def _how_to_sign_in(pretend: Sandbox) -> tuple[str, ...]:
    reach = sandbox_browser.reach(has_terminal=interaction.opens_terminal())
    if reach == "none":
        raise SignInNeeded(
            "the demo needs a browser, and there is none here",
            hint="run it on a desktop, or set BROWSER to a command that opens a page",
        )
    answer = "Any user name and any password will do; then choose Allow access."
    if reach == "browser":
        return ("   a page opens in your browser.", f"   {answer}")
    return (
        "   an address and a code are shown below. Open the address in a browser on this computer.",
        f"   {answer}",
        f"   {sandbox_browser.forwarding(pretend)}",
    )


def _tour(home: DemoHome, sign_in: tuple[str, ...]) -> tuple[int, int]:
    """Show all steps, and return how often the line of the profile has run: to be shown, and to be measured."""
    line = _credential_process(home)
    words = command_lines.HERE.split(line)
    _say("1. This is all that a profile needs:", *_indented(f"[profile dev]\n{_KEY} = {line}"))

    _say("2. boto3 uses this profile to ask STS who it is. You are signed out, so", *sign_in)
    answer = home.output([sys.executable, "-c", _PROGRAM])
    _say("   STS of the sandbox has checked the credentials, and answers:", *_indented(answer))

    printed = _pretty(home.output(words))
    _say(
        "3. This is what the line has printed for boto3; long values are cut:", *_indented(printed)
    )

    pairs = _compare(home, words)
    in_cache, bare = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    _say(
        "4. The line again: credentials from the cache, without any request.",
        *_indented(f"{in_cache:.0f} ms, {_beside(bare, in_cache)}"),
    )
    return 2, len(pairs)


def _beside(bare: float, in_cache: float) -> str:
    """Return how a time compares with that of a bare interpreter, which is measured no more exactly."""
    if in_cache < _AS_LONG * bare:
        return f"as long as Python takes to start ({bare:.0f} ms)"
    return f"of which Python takes {bare:.0f} ms to start"


def _credential_process(home: DemoHome) -> str:
    """Return the line that the sandbox has written."""
    config = ConfigParser(interpolation=None)
    config.read(home.folder / ".aws" / "config", encoding="utf-8")
    return config["profile dev"][_KEY]


def _compare(home: DemoHome, words: list[str]) -> list[tuple[float, float]]:
    """Return the seconds of the line and of a bare interpreter, in pairs; fewer of them where each takes long."""
    bare = [sys.executable, "-I", "-c", "pass"]
    pairs: list[tuple[float, float]] = []
    while len(pairs) < _MOST_PAIRS and sum(map(sum, pairs)) < _LONG_SECONDS:
        pairs.append((home.seconds(words), home.seconds(bare)))
    return pairs


def _pretty(line: str) -> str:
    """Format the JSON for reading: a key in each line."""
    rows = [f'  "{key}": {_shortened(value)}' for key, value in json.loads(line).items()]
    return "{\n" + ",\n".join(rows) + "\n}"


def _shortened(value: object) -> str:
    """Return a value in JSON that fits the terminal."""
    text = json.dumps(value)
    room = shutil.get_terminal_size().columns - 28
    return text if len(text) <= room else f'{text[: room - 4]}…"'


def _indented(text: str) -> tuple[str, ...]:
    return ("", *(f"     {line}" for line in text.splitlines()))


def _say(*lines: str) -> None:
    click.echo("\n" + "\n".join(lines))
