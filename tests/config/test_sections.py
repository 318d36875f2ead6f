"""Edits of generated config files, compared with an oracle of a few lines: they change nothing else."""

import configparser
import re
from collections.abc import Callable
from pathlib import Path

import botocore.configloader
import botocore.exceptions
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from credential_process.config.forms import Form
from credential_process.config.profile_sections import ACTIONS, ProfileEditor
from credential_process.config.profiles import POPULATED, Line, Profile
from credential_process.config.section_text import merged, new_section
from credential_process.config.sections import Section, Sections
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference

MARK = "# sso-credential-process: populated from"
LINE = "/bin/sso-credential-process get --sso-session {} --account-id 111122220001 --role-name Dev"
ROLE_KEYS = {
    "line": "credential_process = {line}",
    "native": "sso_session = {}\nsso_account_id = 111122220001\nsso_role_name = Dev",
    "legacy": (
        "sso_start_url = https://{}.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122220001\nsso_role_name = Dev"
    ),
}
FORMS: tuple[Form | None, ...] = (None, "line", "native", "legacy")
NAMES = ("a", "b", "c.Dev", "default")
TITLES = (
    "default",
    "profile a",
    "profile b",
    'profile "q r"',
    "sso-session corp",
    "plugins",
    "odd x",
)
OTHERS = (
    "region = eu-west-1", "region=us-east-1  ", "s3 =\n  max_concurrent_requests = 20\n  x = 1",
    "# a comment", "; another", "", "   ", "\t", "role_arn : arn:aws:iam::1:role/x", "key =",
    "names = é ü 🚀", "  # indented", "cli_alias = a\n\n  b", "Region = x", "\t; and with a tab",
    "region =\n  # inside\n  eu-west-1\n  # after it",
)  # fmt: skip


def a_section(title: str, lines: list[str]) -> str:
    """Return a section that the user has written."""
    return "\n".join([f"[{title}]", *lines])


def managed(name: str, session: str, form: str) -> str:
    """Return a managed section, as an earlier run wrote it."""
    title = name if name == "default" else f"profile {name}"
    role = ROLE_KEYS[form].format(session, line=LINE.format(session))
    return "\n".join([f"[{title}]", f"{MARK} {session}", role, "region = eu-west-1"])


def commented(text: str, comment: str, number: int) -> str:
    """Return a managed section with a comment below its mark, or below one of its keys."""
    lines = text.split("\n")
    at = 2 + number % (len(lines) - 1)
    return "\n".join([*lines[:at], comment, *lines[at:]])


managed_sections = st.builds(
    managed, st.sampled_from(NAMES), st.sampled_from(["corp", "lab"]), st.sampled_from([*ROLE_KEYS])
)
sections = st.one_of(
    st.builds(a_section, st.sampled_from(TITLES), st.lists(st.sampled_from(OTHERS), max_size=5)),
    managed_sections,
    st.builds(
        commented,
        managed_sections,
        st.sampled_from(["# mine", "  # indented", "\t; and with a tab", "  # one\n\n  # two"]),
        st.integers(0, 5),
    ),
)
files = st.builds(
    lambda head, parts, between, end, newline, bom: (
        bom + (head + between.join(parts) + end).replace("\n", newline)
    ),
    st.sampled_from(["", "# mine\n", "\n\n", "  # mine\n"]),
    st.lists(sections, max_size=6),
    st.sampled_from(["\n", "\n\n", "\n# of the next\n", "\n\n  # of the next\n", "\n\n\n"]),
    st.sampled_from(["", "\n", "\n\n", "\n# last", "\n  # last"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
wanted = st.dictionaries(
    st.sampled_from([*NAMES, "new"]), st.sampled_from(["eu-west-1", "us-east-1"]), max_size=4
)


def edited(
    text: str, regions: dict[str, str], action: str, *, prune: bool, form: str | None = None
) -> str | None:
    """Populate a config file for the session corp; None if it cannot be edited."""
    line = Line(SessionReference("corp"), "111122220001", "Dev")
    profiles = [
        Profile(name, line, (("region", region),), POPULATED) for name, region in regions.items()
    ]
    try:
        found = Sections(text, "config")
        placement = ProfileEditor(
            found,
            "/bin/sso-credential-process",
            form=next(each for each in FORMS if each == form),
            start=SessionReference("", "https://corp.awsapps.com/start", "us-east-1"),
        )
        placement.put(profiles, action=next(each for each in ACTIONS if each == action))
    except UsageError:
        return None
    if prune:
        placement.remove(lambda name, _, mark: mark == (POPULATED, "corp") and name not in regions)
    return found.text() if found.changes else text


def outside(text: str) -> str:
    """Return everything but the managed sections for corp, the blank line before each, and a last newline.

    What is below the last key is not of the section.
    """
    key = r"(?:[ \t\r]*(?:[#;][^\n]*)?\n)*[a-z_]+ = [^\n]*(?:\n|\Z)"
    of_corp = rf"(?:(?<=\n)\r?\n|\A\r?\n)?\[[^\n]*\]\r?\n{MARK} corp\r?\n(?:{key})*"
    return re.sub(r"\r?\n\Z", "", re.sub(of_corp, "", text.removeprefix("\ufeff")))


def comments(text: str) -> list[str]:
    """Return all comments but the marks for corp."""
    lines = text.removeprefix("\ufeff").splitlines()
    return [line for line in lines if line.strip()[:1] in {"#", ";"} and line != f"{MARK} corp"]


def read(path: Path) -> dict[str, dict[str, object]] | None:
    """Read all profiles as botocore does, without the managed ones for corp; None if it cannot."""
    try:
        found = botocore.configloader.load_config(str(path))
    except (botocore.exceptions.ConfigParseError, UnicodeDecodeError):
        return None
    return {
        name: values
        for name, values in found["profiles"].items()
        if "--sso-session corp" not in str(values.get("credential_process"))
        and values.get("sso_session") != "corp"
        and "//corp" not in str(values.get("sso_start_url"))
    }


@settings(max_examples=200)
@given(
    text=files,
    regions=wanted,
    action=st.sampled_from(ACTIONS),
    prune=st.booleans(),
    form=st.sampled_from(FORMS),
)
@example(
    text="[default]\n# alike\nregion = eu-west-1\n# alike\n  # indented\n",
    regions={},
    action="keep",
    prune=False,
    form=None,
)
def test_everything_but_managed_sections_stays_the_same(
    tmp_path: Path,
    text: str,
    regions: dict[str, str],
    action: str,
    *,
    prune: bool,
    form: str | None,
) -> None:
    """Users have written their comments and order over years, and other tools read the file too."""
    after = edited(text, regions, action, prune=prune, form=form)
    if after is None:
        return
    assert outside(text) == outside(after)
    assert text.startswith("\ufeff") == after.startswith("\ufeff")
    config = tmp_path / "config"
    config.write_bytes(text.encode())
    before = read(config)
    config.write_bytes(after.encode())
    if before is not None:
        assert read(config) == before


@settings(max_examples=200)
@given(
    text=files,
    regions=wanted,
    action=st.sampled_from(["keep", "overwrite"]),
    form=st.sampled_from(FORMS),
)
def test_no_comment_is_lost_with_the_value_above_it(
    text: str, regions: dict[str, str], action: str, form: str | None
) -> None:
    """Users write why they chose a value below it, too, and indent that."""
    after = edited(text, regions, action, prune=False, form=form)
    assert after is None or comments(after) == comments(text)


@settings(max_examples=200)
@given(files)
def test_options_have_the_values_that_botocore_reads(text: str) -> None:
    """An account id with a comment in it is that of no account, so that `--prune` would remove its profile."""
    parser = configparser.RawConfigParser(default_section="", strict=False)
    parser.read_string(text.removeprefix("\ufeff"))
    found: dict[str, dict[str, str]] = {}
    for section in Sections(text, "config").all:
        found.setdefault(section.title, {}).update(section.options)
    assert found == {title: dict(parser[title]) for title in parser.sections()}


@settings(max_examples=50)
@given(
    text=files,
    regions=wanted,
    action=st.sampled_from(ACTIONS),
    prune=st.booleans(),
    form=st.sampled_from(FORMS),
)
def test_a_second_edit_changes_nothing(
    text: str, regions: dict[str, str], action: str, *, prune: bool, form: str | None
) -> None:
    """Users who populate every morning must find an unchanged file, and no backup."""
    once = edited(text, regions, action, prune=prune, form=form)
    if once is not None:
        assert edited(once, regions, action, prune=prune, form=form) == once
        # Also on a day when the flag was forgotten.
        assert edited(once, regions, action, prune=prune) == once


@settings(max_examples=50)
@given(text=files, regions=wanted, first=st.sampled_from(FORMS), form=st.sampled_from(FORMS[1:]))
def test_each_profile_that_was_written_has_one_form(
    text: str, regions: dict[str, str], first: str | None, form: str
) -> None:
    """With keys of two, SDKs differ in which they use."""
    after = edited(text, regions, "keep", prune=False, form=first)
    after = None if after is None else edited(after, regions, "keep", prune=False, form=form)
    keys = {line.partition(" = ")[0] for line in ROLE_KEYS[form].splitlines()}
    found: dict[str, Section] = {}
    for section in Sections(after or "", "config").all:
        found.setdefault(section.profile, section)
    written = [each for name, each in found.items() if name in regions]
    assert [
        {key for key in each.options if key == "credential_process" or key.startswith("sso_")}
        for each in written
        if each.mark == (POPULATED, "corp")
    ] == [keys] * sum(each.mark == (POPULATED, "corp") for each in written)


@settings(max_examples=50)
@given(files)
def test_adding_and_removing_profiles_leaves_the_file_unchanged(text: str) -> None:
    """Users can try it and go back."""
    if MARK not in text and (added := edited(text, {"new": "x"}, "keep", prune=False)):
        back = edited(added, {}, "keep", prune=True)
        assert back is not None
        assert outside(back) == outside(text)


def test_a_profile_that_the_user_has_written_is_left_alone() -> None:
    """A profile that a user has written stays, whatever its name is."""
    text = "[profile a]\nregion = x\n"
    assert edited(text, {"a": "eu-west-1"}, "discard", prune=True) == text


@pytest.mark.parametrize("comment", ["  # of the next", "\t; of the next"])
def test_a_comment_above_the_next_section_stays_when_a_section_is_removed(comment: str) -> None:
    """It is of the next section, however it is indented."""
    of_next = f"{comment}\n\n[profile b]\nregion = x\n"
    text = f"[profile a]\n{MARK} corp\nregion = x\n{of_next}"
    assert edited(text, {}, "keep", prune=True) == of_next


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("keep", "# mine\nregion = mine\nmore = 1\n"),
        ("overwrite", "# mine\nregion = eu-west-1\nmore = 1\n"),
        ("discard", "region = eu-west-1\n"),
    ],
)
def test_settings_in_an_existing_profile_are_kept_overwritten_or_discarded(
    action: str, expected: str
) -> None:
    """There are three options for which of two values wins."""
    start = f"[profile a]\n{MARK} corp\n"
    text = f"{start}credential_process = old\n# mine\nregion = mine\nmore = 1\n"
    line = f"credential_process = {LINE.format('corp')}\n"
    assert edited(text, {"a": "eu-west-1"}, action, prune=False) == start + line + expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[a]\nx = 1\nno delimiter\n", 3),
        ("x = 1\n", 1),
        ("[a]\nx = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> b\n", 3),
        ("[a]\n[b\ny\n", 2),
        ("[a]\n<<<<<<< a=b\ny = 1\n=======\ny = 2\n>>>>>>> b=c\n", 2),
    ],
)
def test_a_file_that_cannot_be_read_names_the_line(text: str, line: int) -> None:
    """The user has to fix it, and should not have to search."""
    with pytest.raises(UsageError, match=f"line {line} of config"):
        Sections(text, "config")


BROKEN = ("a\nb", "a\rb", "a\x1bb", "a\u2028b", "a\x85b", "a\tb", "\udce9")


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize(
    "arguments",
    [
        lambda text: (text, "", {}),
        lambda text: ("a", f"# {text}", {}),
        lambda text: ("a", "", {text: "x"}),
        lambda text: ("a", "", {"x": text}),
    ],
    ids=["title", "mark", "key", "value"],
)
def test_no_text_breaks_out_of_its_line(
    text: str, arguments: Callable[[str], tuple[str, str, dict[str, str]]]
) -> None:
    """Otherwise, an attacker who chooses a name could choose the commands that every SDK runs."""
    with pytest.raises(UsageError):
        new_section(*arguments(text), newline="\n")


@pytest.mark.parametrize(
    "options", [{"x": text} for text in BROKEN] + [{"[x": "y"}, {"x = y #": "z"}]
)
def test_no_option_of_an_existing_section_breaks_out_of_its_line(
    options: dict[str, str],
) -> None:
    """The same code updates existing profiles."""
    (section,) = Sections("[profile a]\nregion = x\n", "config").all
    with pytest.raises(UsageError):
        merged(section, "", options, newline="\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_sections_end_their_lines_like_the_file(newline: str) -> None:
    """A file with mixed line endings looks broken in editors of Windows."""
    after = edited(f"[x]{newline}a = 1", {"new": "eu-west-1"}, "keep", prune=False)
    assert after is not None
    assert re.findall("\r?\n", after) == [newline] * 7
