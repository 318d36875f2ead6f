"""What `admin assignments` and `admin entitlements` have in common, in processes of the installed executable."""

import pytest

from testing.executable import Executable, stop_reading

LISTS = ("assignments", "entitlements")
MISTAKES = [
    ("--user nosuch", "there is no user 'nosuch' in ssoins-"),
    ("--group nosuch", "there is no group 'nosuch' in ssoins-"),
    ("--account nosuch", "no account in the organization matches 'nosuch'"),
    ("--through-groups", "listing through groups needs a user"),
    ("--json --csv", "--json and --csv are given"),
]
MISTAKES_OF_ONE = [
    ("assignments --permission-set nosuch", "there is no permission set 'nosuch' in ssoins-"),
    ("assignments --account (", "'(' is not a valid regular expression"),
    ("assignments --ou nosuch", "'nosuch' is not the id of an organizational unit"),
    (
        "assignments --ou ou-abcd-12345678",
        "organizations:ListAccountsForParent: ParentNotFoundException",
    ),
    ("assignments --recursive", "a recursive list needs an organizational unit"),
    (
        "entitlements --application nosuch",
        "there is no application 'nosuch'; sso-credential-process admin",
    ),
    ("entitlements --role (", "'(' is not a valid regular expression"),
    ("entitlements --role a{99999999999}", "the repetition number is too large"),
    (
        "entitlements --region ap-south-1",
        "there is no application of account access manager in ap-south-1",
    ),
]


@pytest.mark.parametrize(
    ("words", "shown"),
    [(f"{name} {words}", shown) for name in LISTS for words, shown in MISTAKES] + MISTAKES_OF_ONE,
)
def test_a_filter_that_can_match_nothing_is_a_usage_error(
    admin: Executable, words: str, shown: str
) -> None:
    """A name that is mistyped must not look like a user without access."""
    done = admin(*words.split())
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown in done.stderr


@pytest.mark.parametrize("name", LISTS)
def test_a_reader_who_has_seen_enough_is_no_error(admin: Executable, name: str) -> None:
    """`--json | head -1` is in scripts that stop at an exit code."""
    assert stop_reading(admin.start(name, "--json")) == (0, "")
