"""docs/reference.md lists every option, key and variable of the code, and nothing else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

import credential_process
from credential_process import warm
from credential_process.cli import commands
from credential_process.cli.options import OPTIONS
from credential_process.config import role_profiles, source_profiles, sso_session
from tests.page_blocks import PAGES

FILE = PAGES / "docs" / "reference.md"
PAGE = FILE.read_text()
_HEAD, COMMANDS, SESSION_KEYS, PROFILE_KEYS, ENVIRONMENT = re.split(
    r"^(?=## )", PAGE, flags=re.MULTILINE
)
# Those about measurements and about moving from other tools mention other options.
PAGES_ABOUT_US = [
    PAGES / "README.md",
    *(page for page in sorted((PAGES / "docs").glob("*.md")) if page.name != "tools.md"),
]
OF_OTHERS = {
    "--help", "--option", "--upgrade", "--force-reinstall",
    "--access-token", "--auto-login", "--ca-bundle", "--network", "--no-verify-ssl", "--rm",
    "--parallel-safe", "--profile-directory",
    "--now", "--unit",
}  # fmt: skip
# What a broker gets from its starter, what a frozen AWS CLI changes, a limit, an exported name, a word of an API.
NO_SETTINGS = {
    "SSO_CREDENTIAL_PROCESS_BROKER",
    "SSO_CREDENTIAL_PROCESS_LOCK",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "LD_LIBRARY_PATH_ORIG",
    "SC_OPEN_MAX",
    "BROWSERS_OF_PYTHON",
    "GAVE_UP",
    "PROGRAMMATIC_ACCESS",
}
WIDE = 1000  # columns: more than any usage has
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


def reference() -> Iterator[str]:
    """Yield the lines of the part about commands: what each does, and a table of its options."""
    named = dict(all_commands(commands))
    yield from ("## Commands", "")
    for heading, table in commands._table.items():
        links = [
            f"[{name}](#{name.replace(' ', '-')})"
            for name in named
            if name.partition(" ")[0] in table
        ]
        yield f"* {heading}: {' · '.join(links)}"
    for name, command in named.items():
        # click breaks a line at the hyphens of values, and words put together again would have gaps there.
        context = click.Context(
            command,
            info_name=f"sso-credential-process {name}",
            max_content_width=WIDE,
            terminal_width=WIDE,
        )
        first, _, _ = (command.help or "").partition("\n\n")
        usage = command.get_usage(context).removeprefix("Usage: ")
        yield from ("", f"### {name}", "", " ".join(first.split()), "", f"    {usage}")
        rows = [*map(row, records(command))]
        if rows:
            yield from ("", "| option | default | what it does |", "|---|---|---|", *rows)
    yield from ("", "")


def records(command: click.Command) -> Iterator[tuple[str, str]]:
    """Yield the options of a command as `--help` shows them: names with values, and meanings."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            record = parameter.get_help_record(click.Context(command))
            if record:
                yield record


def row(record: tuple[str, str]) -> str:
    """Return the row of an option; click puts its default and its range in brackets at the end."""
    option, text = record
    meaning, _, more = (
        text.removesuffix("]").partition("  [") if text.endswith("]") else (text, "", "")
    )
    defaults = [
        part.removeprefix("default: ") for part in more.split("; ") if part.startswith("default: ")
    ]
    ranges = [part for part in more.split("; ") if part and not part.startswith("default: ")]
    shown = "".join(map(in_words, defaults))
    bounds = "".join(f" {between(each)}." for each in ranges)
    cells = (f"`{option}`", shown, meaning + bounds)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def in_words(default: str) -> str:
    """Return a default as code; one in parentheses is words, with names of variables."""
    if not default.startswith("("):
        return f"`{default}`"
    return re.sub(r"\$([A-Z_]+)", r"`\1`", default[1:-1])


def between(bounds: str) -> str:
    """Return a range of numbers, which click shows as ``0<=x<=600`` or ``x>=1``, in words."""
    numbers = re.findall(r"\d+", bounds)
    return f"From {numbers[0]} to {numbers[1]}" if len(numbers) > 1 else f"At least {numbers[0]}"


def test_the_tables_of_options_are_made_from_the_commands(request: pytest.FixtureRequest) -> None:
    """Users cannot rely on half a list: ``--pictures docs/captures`` writes it again."""
    made = "\n".join(reference())
    if request.config.getoption("--pictures"):
        FILE.write_text(PAGE.replace(COMMANDS, made))
    assert made == COMMANDS


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
    shown = ", ".join(f"`{value}`" for value in values)
    assert f"| `{key}` | {shown} | `{values[0]}` |" in SESSION_KEYS


def keys(*modules: ModuleType) -> set[str]:
    """Return the keys of a config file that modules may look for: their words in small letters, with a low line."""
    return {
        node.value
        for module in modules
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+(_[a-z]+)+", node.value)
    }


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (SESSION_KEYS, keys(sso_session)),
        (PROFILE_KEYS, keys(role_profiles, source_profiles) | {"sso_session"}),
    ],
    ids=["session", "profile"],
)
def test_every_key_is_on_the_page(part: str, expected: set[str]) -> None:
    """Users would look for a key in the code, or never learn of it."""
    first_cells = re.findall(r"^\| (.*?) \|", part, re.MULTILINE)
    documented = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", " ".join(first_cells)))
    assert documented == expected
