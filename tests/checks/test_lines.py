"""How the parsers read a line: a difference between them is a finding."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential_process.checks import line_parsers, lines
from credential_process.checks.findings import Subject

ARGUMENTS = "get --sso-session corp --account-id 123456789012 --role-name Developer"
GOOD = f"/opt/bin/sso-credential-process {ARGUMENTS}"


def codes(line: str) -> list[str]:
    """Return the codes of all findings about a line."""
    return [finding.kind.code for finding in lines.check(Subject("profile", "dev"), line)]


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        f"/usr/bin/python3 -m credential_process {ARGUMENTS}",
        GOOD.replace("Developer", "a+b=c,d.e@f-g_h"),
        GOOD.replace("--sso-session corp", "--sso-session=corp"),
        "/opt/bin/another-tool --profile dev",
    ],
)
def test_what_all_parsers_read_alike_has_no_finding(line: str) -> None:
    """These are the lines that `configure` writes."""
    assert codes(line) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            f'"/opt/my tools/sso-credential-process" {ARGUMENTS}',
            ["line-quoted", "line-spaces"],
        ),
        (f'"{GOOD}"', ["line-quoted-whole"]),
        (f"'{GOOD}'", ["line-quoted-whole"]),
        (f'"/usr/bin/env {GOOD}"', ["line-quoted-whole"]),
        ('"/opt/my tools/other get"', ["line-quoted", "line-spaces"]),
        (
            '"/opt/my tools/sso-credential-process"',
            ["line-quoted", "line-spaces", "line-arguments"],
        ),
        (f'/usr/bin/env "/opt/my tools/sso-credential-process" {ARGUMENTS}', ["line-spaces"]),
        (
            f"'/opt/sso-credential-process' {ARGUMENTS}",
            ["line-windows", "line-single-quotes", "line-spaces"],
        ),
        (GOOD.replace("Developer", "a=,b"), ["line-equals-comma"]),
        (GOOD.replace("Developer", '"a=,b"'), ["line-spaces"]),
        (GOOD.replace("/opt", "~"), ["line-misread"]),
        (GOOD.replace("/opt", "$HOME"), ["line-misread"]),
        (f"{GOOD} --no-login # of Monday", ["line-misread", "line-arguments"]),
        (f"AWS_PROFILE=a {GOOD}", ["line-misread"]),
        (f"/opt/tool a; {GOOD}", ["line-misread"]),
        ("/opt/tool $(touch proof)", ["line-misread"]),
        ("/opt/tool `touch proof`", ["line-misread"]),
        ("/opt/tool a | tee proof", ["line-misread", "line-windows"]),
        ("/opt/tool *", ["line-misread"]),
        ('/opt/tool \\" /*/*/*/*/*/*/* "a"', ["line-misread", "line-backslash", "line-spaces"]),
        ("/opt/tool {a,b}", ["line-misread"]),
        ("/opt/tool a\nb", ["line-misread"]),
        ("/opt/tool %USER%", ["line-windows"]),
        ("C:\\tools\\tool.exe get", ["line-backslash"]),
        ("/opt/tool --offset -60", ["line-negative-number"]),
        ("/opt/tool", ["line-no-argument"]),
        ('/opt/tool "a', ["line-quotes"]),
        ("/opt/bin/sso-credential-process", ["line-no-argument", "line-arguments"]),
        ("/opt/bin/sso-credential-process login", ["line-arguments"]),
        (GOOD.replace("123456789012", "12345678901"), ["line-arguments"]),
        (f"{GOOD} --sso-region eu-west-1", ["line-arguments"]),
    ],
)
def test_each_misreading_has_its_code(line: str, found: list[str]) -> None:
    """Users see "no credentials" in one tool, while the same profile works in the next."""
    assert codes(line) == found


def test_the_proposed_line_fixes_one_that_begins_quoted() -> None:
    """Users copy the proposed line into the config file."""
    line = f'"/opt/my tools/sso-credential-process" {ARGUMENTS}'
    (finding,) = (
        each
        for each in lines.check(Subject("profile", "dev"), line)
        if each.kind.code == "line-quoted"
    )
    proposed = finding.fix.removeprefix("write it as: ")
    assert codes(proposed) == ["line-spaces"]
    assert line_parsers.words(proposed) == ["/usr/bin/env", *(line_parsers.words(line) or [])]


def test_the_line_without_its_quotation_marks_works() -> None:
    """Users copy it."""
    (finding,) = lines.check(Subject("profile", "dev"), f'"{GOOD}"')
    assert finding.fix == f"write it without them: {GOOD}"


any_text = st.text(st.sampled_from("aZ09 \t\"'$~#*?[]{}!^%=-_./:@+,é"), min_size=1, max_size=24)


@given(any_text)
def test_the_rules_for_characters_hold_in_a_shell(text: str) -> None:
    """`sh` must read every line without a finding as botocore does."""
    line = f"/opt/tool a{text}"
    words = line_parsers.words(line)
    if (
        words is not None
        and line_parsers.is_harmless(line)
        and not line_parsers.odd_to_shells(line)
    ):
        assert words == line_parsers.words_of_shell(line)


@pytest.mark.parametrize("quoted", ['"a;b"', "'a|b'", '"(a)"'])
def test_quoted_characters_have_no_finding(quoted: str) -> None:
    """It looks dangerous, but all shells read it as botocore does."""
    assert "line-misread" not in codes(f"/opt/tool {quoted}")


@pytest.mark.parametrize(
    "line",
    [
        "touch {proof}",
        "true; touch {proof}",
        "$(touch {proof})",
        "`touch {proof}`",
        "true && touch {proof}",
        "a\ntouch {proof}",
        "echo > {proof}",
        "${{x:=$(touch {proof})}}",
        '"$(touch {proof})"',
        "$'\\n' touch {proof}",
    ],
)
def test_nothing_of_a_line_is_run(line: str, tmp_path: Path) -> None:
    """A user who checks another person's profile wants to know what it would do, without doing it."""
    proof = tmp_path / "proof"
    codes(line.format(proof=proof))
    line_parsers.words_of_shell(line.format(proof=proof))
    assert not proof.exists()


def test_a_path_in_the_home_is_written_out_in_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users type ~ as they do in a shell, and copy the fix."""
    monkeypatch.setenv("HOME", "/home/ada")
    (found,) = lines.check(Subject("profile"), GOOD.replace("/opt", "~"))
    assert found.fix == "write /home/ada instead of ~ in the line"
