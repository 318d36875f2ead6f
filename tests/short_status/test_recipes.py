"""docs/prompts.md: each recipe in its program, and the table of fields."""

import re
import subprocess
from pathlib import Path

import pytest

from credential_process.short_status import template
from testing.events import until
from testing.executable import PATH, Executable
from testing.home import Home
from testing.terminal import Terminal
from tests.page_blocks import PAGES, Reader, blocks

PAGE = (PAGES / "docs" / "prompts.md").read_text()
PROFILE = """
[profile dev]
credential_process = {path} get --sso-session corp --account-id 111122220001 --role-name Developer
"""
# What powerlevel10k calls a segment with.
P10K = 'p10k() { print -r -- "${(@)argv}" }\n'


def recipe(kind: str) -> str:
    """Return the only block of a kind."""
    (text,) = [text for found, text in blocks(PAGE) if found == kind]
    return text


@pytest.fixture
def environment_of_user(get: Executable, signed_in: Home) -> dict[str, str]:
    """Return the environment of a user who is signed in, and has chosen a profile."""
    with signed_in.config.open("a") as config:
        config.write(PROFILE.format(path=PATH))
    return {**get.environment, "AWS_PROFILE": "dev", "LC_ALL": "C.UTF-8", "TERM": "xterm"}


def output(environment: dict[str, str], *command: str) -> str:
    """Run a command and return what it prints."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=environment["HOME"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        start_new_session=True,
    )
    return done.stdout


def test_the_commands_print_what_the_page_shows(
    environment_of_user: dict[str, str], signed_in: Home
) -> None:
    """Readers compare the first lines that they see."""
    printed = Reader(signed_in, {**environment_of_user, "AWS_PROFILE": ""}).follow(
        PAGE.split("`--format` has")[0]
    )
    assert f"```text\n{printed}```" in PAGE


def test_the_table_has_every_field() -> None:
    """A field that is not there is found by accident only."""
    rows = re.findall(r"^\| (`\{.*?) \|", PAGE, re.MULTILINE)
    assert sorted(re.findall(r"\{(\w+)\}", "".join(rows))) == sorted(template.FIELDS)


def test_bash_shows_it_in_its_prompt(environment_of_user: dict[str, str]) -> None:
    """The prompt is expanded as bash does it before each command."""
    script = f"PS1='$ '\n{recipe('bash')}\nprintf '%s' \"${{PS1@P}}\""
    assert output(environment_of_user, "bash", "--norc", "-c", script) == "corp ✓ $ "


def test_zsh_shows_it_on_the_right(environment_of_user: dict[str, str]) -> None:
    """The prompt is expanded as zsh does it before each command."""
    script = f'{recipe("zsh")}\nprint -P "$RPROMPT"'
    assert output(environment_of_user, "zsh", "-f", "-c", script) == "dev ✓\n"


def test_fish_shows_it_on_the_right(environment_of_user: dict[str, str]) -> None:
    """Fish calls this function before each command."""
    script = f"{recipe('fish')}\nfish_right_prompt"
    assert output(environment_of_user, "fish", "--no-config", "-c", script) == "corp ✓\n"


def test_powerlevel10k_gets_a_segment(environment_of_user: dict[str, str]) -> None:
    """It calls this function; a percent sign would be an escape of the prompt."""
    script = f"{P10K}{recipe('zsh p10k')}\nprompt_aws_sso"
    assert output(environment_of_user, "zsh", "-f", "-c", script) == "segment -f yellow -t corp ✓\n"


@pytest.mark.parametrize("profile", ["dev", ""])
def test_starship_runs_the_command_where_a_profile_is_chosen(
    environment_of_user: dict[str, str], profile: str
) -> None:
    """As in its modules/custom.rs: both through the shell, and the output only of a command that succeeds."""
    tomllib = pytest.importorskip("tomllib")
    module = tomllib.loads(recipe("toml"))["custom"]["aws_sso"]
    environment = {**environment_of_user, "AWS_PROFILE": profile}
    (shell,) = module["shell"]
    is_shown = subprocess.run([shell, "-c", module["when"]], env=environment, check=False)
    assert (is_shown.returncode == 0) == bool(profile)
    if profile:
        assert output(environment, shell, "-c", module["command"]) == "dev ✓\n"


def test_tmux_shows_it_in_its_status_bar(
    environment_of_user: dict[str, str], terminal: Terminal, tmp_path: Path
) -> None:
    """The server of tmux runs the command in the background, and shows its line once it is there."""
    config = tmp_path / "tmux.conf"
    config.write_text(f"set -g status-right 'right'\n{recipe('tmux')}")
    command = ("tmux", "-u", "-S", str(tmp_path / "tmux"))
    client = subprocess.Popen(
        [*terminal.everything, *command, "-f", str(config), "new-session", "cat"],
        env=environment_of_user,
        cwd=environment_of_user["HOME"],
        stdin=terminal.keyboard,
        start_new_session=True,
    )
    until(lambda: "right corp ✓" in terminal.seen(), "the line is in the status bar")
    output(environment_of_user, *command, "kill-server")
    client.wait(timeout=120)
