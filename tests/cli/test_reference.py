"""docs/reference.md lists every option, key and variable of the code, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import credential_process
from credential_process import warm
from credential_process.cli import commands
from credential_process.cli.options import OPTIONS
from credential_process.config import sso_session
from tests.page_blocks import PAGES

PAGE = (PAGES / "docs" / "reference.md").read_text()
_, KEYS, ENVIRONMENT = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
# Pages about measurements and other tools mention other options.
PAGES_ABOUT_US = [
    PAGES / name
    for name in (
        *("README.md", "docs/checks.md", "docs/configuration.md", "docs/containers.md"),
        "docs/how-it-works.md",
        *("docs/library.md", "docs/plugins.md", "docs/security.md", "docs/sign-in.md"),
        *("docs/account-access.md", "docs/agents.md", "docs/prompts.md"),
        "docs/troubleshooting.md",
    )
]
OF_OTHERS = {
    "--help", "--option", "--upgrade", "--force-reinstall",
    "--access-token", "--auto-login", "--ca-bundle", "--network", "--no-verify-ssl", "--rm",
    "--parallel-safe", "--profile-directory",
}  # fmt: skip
# What a broker gets from its starter, what a frozen AWS CLI changes, a limit, an exported name, a word of an API.
NO_SETTINGS = {
    "SSO_CREDENTIAL_PROCESS_BROKER",
    "SSO_CREDENTIAL_PROCESS_LOCK",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "LD_LIBRARY_PATH_ORIG",
    "SC_OPEN_MAX",
    "GAVE_UP",
    "PROGRAMMATIC_ACCESS",
}
OF_CALLS = ("O_", "F_")  # the flags of system calls that not every system has


def all_commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{name} ")
        elif command is not None:
            yield prefix + name, command


def options() -> set[tuple[str, str]]:
    """Return every option of every command, with the command."""
    return {
        (option, name)
        for name, command in all_commands(commands)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }


def rows() -> Iterator[str]:
    """Return the rows of the table of options: one for each meaning, in the order of `OPTIONS`."""
    commands_of: dict[tuple[str, str], list[str]] = {}
    for name, command in all_commands(commands):
        context = click.Context(command)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                record = parameter.get_help_record(context) or ("", "")
                commands_of.setdefault(record, []).append(name)
    order = list(OPTIONS)
    for (option, meaning), names in sorted(
        commands_of.items(), key=lambda item: order.index(re.findall("--[a-z-]+", item[0][0])[0])
    ):
        cells = (f"`{option}`", ", ".join(f"`{name}`" for name in names), meaning)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def test_the_table_of_options_is_made_from_the_commands(request: pytest.FixtureRequest) -> None:
    """Users cannot rely on half a list: ``--pictures docs/captures`` writes it again."""
    start = PAGE.index("| option | ")
    table = "\n".join(["| option | commands | what it does |", "|---|---|---|", *rows()])
    page = PAGE[:start] + table + PAGE[PAGE.index("\n\n", start) :]
    if request.config.getoption("--pictures"):
        (PAGES / "docs" / "reference.md").write_text(page)
    assert page == PAGE


def test_the_table_has_all_options_of_the_parser_of_get() -> None:
    """Users would not know of an option that `get` takes and its help does not show."""
    assert {*warm.VALUED, *warm.CHAINED, *warm.FLAGS} == {
        option for option, name in options() if name == "get"
    }


def test_the_table_has_no_option_without_a_command() -> None:
    """Such an option belonged to a command that is gone."""
    assert set(OPTIONS) - {option for option, _ in options()} == set()


@pytest.mark.parametrize("page", PAGES_ABOUT_US, ids=lambda page: page.name)
def test_every_option_that_a_page_mentions_exists(page: Path) -> None:
    """A page that promises an option that does not exist is worse than none."""
    # A terminal of 80 columns has broken the lines of captures.
    text = re.sub(r"^(.{80})\n", r"\1", page.read_text(), flags=re.MULTILINE)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert named - {option for option, _ in options()} - OF_OTHERS == set()


def variables() -> set[str]:
    """Return the variables that the code may look for in the environment: its words in capital letters."""
    package = Path(credential_process.__file__).parent
    modules = [path for path in package.rglob("*.py") if "sandbox" not in path.parts]
    constants = {
        node.value
        for module in modules
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {text for text in constants if re.fullmatch(r"[A-Z]+(_[A-Z0-9]+)+", text)}
    names = {name for name in names if not name.startswith(OF_CALLS)}
    return (names - NO_SETTINGS) | (constants & {"BROWSER", "CI", "CODESPACES", "DISPLAY", "HOME"})


def test_every_variable_is_on_the_page() -> None:
    """Users would find an unknown variable by accident, at night."""
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", ENVIRONMENT))
    assert documented == variables()


@pytest.mark.parametrize(("key", "values"), sso_session._SETTINGS.items())
def test_every_key_of_a_session_is_on_the_page_with_its_values(
    key: str, values: tuple[str, ...]
) -> None:
    """`false` for `never` is refused, so users must know the valid values."""
    assert f"| `{key}` | {', '.join(f'`{value}`' for value in values)} |" in KEYS
