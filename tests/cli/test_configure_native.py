"""`configure populate` and `profile` with `--native`: profiles of the AWS CLI, managed as lines are."""

import configparser
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable
from testing.home import Home
from tests.cli.conftest import SignIn

MARK = "# sso-credential-process:"
ROLE = {"sso_account_id": "111122220001", "sso_role_name": "Developer"}
NATIVE = {"sso_session": "corp", **ROLE, "region": "eu-west-1"}
LINE = f"{PATH} get --sso-session corp --account-id {ROLE['sso_account_id']} --role-name Developer"
LINES = {"credential_process": LINE, "region": "eu-west-1"}
REGION = ("--region", "eu-west-1", "--yes")
PROFILE = (
    *("profile", "dev", "--account-id", "111122220001", "--role-name", "Developer"),
    *REGION,
)
NAME = "Production.Developer"
ACCOUNTS = ("Development", "Production", "Staging")
OTHERS = (
    f"credential_process = {LINE}\n",
    "credential_process = /opt/tool\n",
    "sso_session = mine\nsso_account_id = 1\nsso_role_name = x\n",
    "role_arn = arn:aws:iam::1:role/x\nsource_profile = a\n",
    "aws_access_key_id = x\naws_secret_access_key = y\n",
    "login_session = arn:aws:iam::1:user/x\n",
)


@pytest.fixture
def configure(command: Callable[[str], Executable], sign_in: SignIn) -> Executable:
    """Return the installed ``configure``, for a user who is signed in."""
    sign_in()
    return command("configure")


@pytest.fixture
def populate(configure: Executable) -> Callable[..., str]:
    """Return a function that populates, with more options, and returns the messages."""

    def populate(*options: str) -> str:
        done = configure("populate", *REGION, *options)
        assert done.returncode == 0
        return done.stderr

    return populate


def profiles(home: Home) -> dict[str, dict[str, str]]:
    """Return all profiles of the config file."""
    parser = configparser.RawConfigParser(default_section="")
    parser.read(home.config)
    return {
        title.removeprefix("profile "): dict(parser[title])
        for title in parser.sections()
        if title.startswith("profile ")
    }


def section(home: Home, name: str) -> str:
    """Return the text of a profile, without its title."""
    return home.config.read_text().partition(f"[profile {name}]\n")[2].partition("\n\n")[0]


def add(home: Home, text: str) -> None:
    """Append to the config file."""
    home.config.write_text(f"{home.config.read_text()}\n{text}")


def forms(home: Home) -> set[str]:
    """Return the first key of each profile."""
    return {next(iter(options)) for options in profiles(home).values()}


def test_native_profiles_are_written_with_a_mark(populate: Callable[..., str], home: Home) -> None:
    """The profiles that the AWS CLI itself would write, and that a later run recognises."""
    populate("--native", "--output", "json")
    assert profiles(home)[NAME] == {**NATIVE, "output": "json"}
    assert section(home, NAME).splitlines()[0] == f"{MARK} populated from corp"
    assert len(profiles(home)) == 6


def test_legacy_profiles_have_the_start_url(
    populate: Callable[..., str], home: Home, sandbox: Sandbox
) -> None:
    """For the SDKs of 2019 to 2022, which know no [sso-session]."""
    populate("--legacy")
    start = {"sso_start_url": sandbox.start_url, "sso_region": sandbox.region}
    assert profiles(home)[NAME] == {**start, **ROLE, "region": "eu-west-1"}
    assert section(home, NAME).splitlines()[0] == f"{MARK} populated from corp"


def test_a_start_url_without_a_session_is_written_as_one(
    configure: Executable, home: Home, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """There is no name that `sso_session` could refer to."""
    sign_in(sandbox.start_url)
    url = ("--start-url", sandbox.start_url, "--sso-region", sandbox.region)
    configure("populate", *url, *REGION, "--native")
    start = {"sso_start_url": sandbox.start_url, "sso_region": sandbox.region}
    assert profiles(home)[NAME] == {**start, **ROLE, "region": "eu-west-1"}


@pytest.mark.parametrize("form", ["--native", "--legacy", "--no-native"])
@pytest.mark.parametrize("repeated", [True, False], ids=["repeated", "kept"])
def test_a_second_run_writes_nothing(
    populate: Callable[..., str], home: Home, form: str, *, repeated: bool
) -> None:
    """Also without the flag: a profile keeps the form that it has."""
    populate(form)
    before = home.config.read_text()
    said = populate(*([form] if repeated else []))
    assert (home.config.read_text(), "is already up to date" in said) == (before, True)
    assert ("kept as native: 6 profiles (--no-native" in said) == (
        not repeated and form != "--no-native"
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("--no-native", "--native", NATIVE),
        ("--legacy", "--native", NATIVE),
        ("--native", "--no-native", LINES),
        ("--legacy", "--no-native", LINES),
    ],
)
def test_the_flag_changes_the_form(
    populate: Callable[..., str], home: Home, before: str, after: str, expected: dict[str, str]
) -> None:
    """No key of the other form is left: with a line and keys, an SDK would choose one of them."""
    populate(before)
    populate(after)
    assert profiles(home)[NAME] == expected
    assert section(home, NAME).count(MARK) == 1


def test_a_change_of_form_is_shown(
    populate: Callable[..., str], configure: Executable, home: Home
) -> None:
    """A diff is what the user decides by."""
    populate("--native")
    before = home.config.read_text()
    shown = configure("populate", *REGION, "--no-native", "--dry-run").stdout
    assert home.config.read_text() == before
    assert (shown.count("\n-sso_session = corp"), shown.count("\n+credential_process = ")) == (6, 6)


def test_settings_of_the_user_stay(populate: Callable[..., str], home: Home) -> None:
    """A region that was changed by hand, and a comment."""
    populate("--native")
    text = home.config.read_text()
    mine = "region = us-west-2\n# mine\nsso_account_name = Production\ns3 =\n  x = 1\n"
    home.config.write_text(
        text.replace(section(home, NAME), section(home, NAME).replace("region = eu-west-1", mine))
    )
    before = home.config.read_text()
    populate("--native")
    assert home.config.read_text() == before
    populate("--native", "--existing-config-action", "overwrite")
    assert home.config.read_text() == before.replace("us-west-2", "eu-west-1")


def test_a_start_url_that_has_changed_is_brought_up_to_date(
    populate: Callable[..., str], home: Home, sandbox: Sandbox
) -> None:
    """A copy of it is in every legacy profile."""
    populate("--legacy")
    text = home.config.read_text()
    session, _, rest = text.partition("[profile ")
    home.config.write_text(f"{session}[profile {rest.replace(sandbox.start_url, 'https://old')}")
    populate()
    assert home.config.read_text() == text


@pytest.mark.parametrize("flag", ["--native", "--legacy"])
def test_prune_removes_native_profiles_whose_role_is_gone(
    populate: Callable[..., str], home: Home, sandbox: Sandbox, flag: str
) -> None:
    """As it removes lines."""
    add(home, "[profile mine]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = x\n")
    populate(flag)
    some = {"accountList": [{"accountId": "111122220001", "accountName": "Production"}]}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": some})
    populate("--refresh", "--prune")
    assert sorted(profiles(home)) == ["Production.Administrator", NAME, "mine"]


def test_remove_removes_native_profiles(
    populate: Callable[..., str], configure: Executable, home: Home
) -> None:
    """What was added can be taken out again, to the byte."""
    add(home, "[profile mine]\nsso_session = corp\n")
    before = home.config.read_text()
    populate("--native")
    configure(*PROFILE, "--native")
    configure("remove", "--session", "corp", "--yes")
    assert home.config.read_text() == before


def test_the_credentials_file_has_lines_also_with_native(
    populate: Callable[..., str], home: Home
) -> None:
    """The tools that read nothing else know no sso_ keys."""
    populate("--native", "--credentials-file", "--account", "Production", "--role", "Developer")
    assert profiles(home) == {NAME: NATIVE}
    credentials = (home.aws / "credentials").read_text()
    assert credentials == f"[{NAME}]\n{MARK} populated from corp\ncredential_process = {LINE}\n"


def test_populate_does_not_lose_what_export_has_converted(
    populate: Callable[..., str], configure: Executable, home: Home, sandbox: Sandbox
) -> None:
    """It stays native and managed: its region is brought up to date, and it is removed with its role."""
    populate()
    configure("export", NAME, "Staging.Developer", "--yes")
    some = {"accountList": [{"accountId": "111122220001", "accountName": "Production"}]}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": some})
    options = ("--config-default", "cli_pager=", "--existing-config-action", "overwrite")
    said = populate(*options, "--refresh", "--prune")
    assert profiles(home) == {
        "Production.Administrator": {
            "credential_process": LINE.replace("Developer", "Administrator"),
            "region": "eu-west-1",
            "cli_pager": "",
        },
        NAME: {**NATIVE, "cli_pager": ""},
    }
    assert "left alone" not in said
    assert f"kept as native: {NAME} (" in said


def test_export_and_import_undo_each_other(
    populate: Callable[..., str], configure: Executable, home: Home
) -> None:
    """With the mark, so that `populate` has nothing to do in between, and nothing is left alone."""
    populate()
    configure("export", "--all", "--yes")
    assert forms(home) == {"region"}
    assert all(options["sso_session"] == "corp" for options in profiles(home).values())
    assert "is already up to date" in populate()
    configure("import", "--all", "--yes")
    assert profiles(home)[NAME] == LINES
    assert section(home, NAME).splitlines()[0] == f"{MARK} populated from corp"
    assert "is already up to date" in populate()


def test_populate_leaves_other_profiles_of_that_name_alone(
    populate: Callable[..., str], home: Home
) -> None:
    """They are named, one in each line."""
    names = [f"{each}.{role}" for each in ACCOUNTS for role in ("Administrator", "Developer")]
    for name, other in zip(names, OTHERS, strict=True):
        add(home, f"[profile {name}]\n{other}")
    before = home.config.read_text()
    said = populate("--native", "--existing-config-action", "discard", "--prune")
    assert home.config.read_text() == before
    named = [line for line in said.splitlines() if "left alone because populate did not" in line]
    assert [line.rpartition(": ")[2] for line in named] == names


def test_profile_does_not_overwrite_another_profile(configure: Executable, home: Home) -> None:
    """The same name may have been typed by mistake, and what was there would be lost."""
    for number, other in enumerate(OTHERS):
        add(home, f"[profile other{number}]\n{other}")
    before = home.config.read_text()
    for number, other in enumerate(OTHERS):
        done = configure("profile", f"other{number}", *PROFILE[2:], "--native")
        keys = ", ".join(sorted(line.partition(" = ")[0] for line in other.splitlines()))
        reason = f"[profile other{number}] is your own: it has {keys}"
        assert (done.returncode, done.stderr.count("\n"), reason in done.stderr) == (2, 1, True)
    assert home.config.read_text() == before
    configure("profile", "other0", *PROFILE[2:], "--native", "--existing-config-action", "discard")
    assert profiles(home)["other0"] == NATIVE


def test_profile_adds_keys_to_a_section_with_settings_alone(
    configure: Executable, home: Home
) -> None:
    """`aws configure set output` writes such a section; nothing of it is overwritten."""
    add(home, "[profile dev]\noutput = json\n")
    configure(*PROFILE, "--native")
    assert profiles(home)["dev"] == {**NATIVE, "output": "json"}


@pytest.mark.parametrize("flag", ["--native", "--legacy", "--no-native"])
def test_an_option_that_is_typed_is_all_that_changes(
    configure: Executable, home: Home, flag: str
) -> None:
    """Neither the form nor the session, whose name is in the mark alone if the profile has a start URL."""
    configure(*PROFILE, flag)
    before = home.config.read_text()
    configure("profile", "dev", "--region", "us-west-2", "--yes")
    assert home.config.read_text() == before.replace("eu-west-1", "us-west-2")


@pytest.mark.parametrize("start", ["\ufeff[profile dev]\n", '[profile "dev"]\n'])
def test_a_native_profile_is_completed_however_its_title_is_written(
    configure: Executable, home: Home, start: str
) -> None:
    """After a byte order mark, or in quotation marks."""
    keys = "".join(f"{key} = {value}\n" for key, value in NATIVE.items())
    written = f"{start}{MARK} configured for corp\n{keys}{home.config.read_text()}"
    home.config.write_text(written)
    assert configure("profile", "dev", "--region", "us-west-2", "--yes").returncode == 0
    assert home.config.read_text() == written.replace("eu-west-1", "us-west-2")


def test_profile_writes_a_native_profile_and_a_new_session(
    configure: Executable, home: Home
) -> None:
    """The first profile of a user who wants that of the AWS CLI; legacy has the URL that was typed."""
    url = "https://d-9999999999.awsapps.com/start"
    new = ("--sso-session", "new", "--start-url", url, "--sso-region", "us-east-1")
    configure(*PROFILE, *new, "--legacy")
    start = {"sso_start_url": url, "sso_region": "us-east-1"}
    assert profiles(home)["dev"] == {**start, **ROLE, "region": "eu-west-1"}
    configure(*PROFILE, "--sso-session", "new", "--native")
    assert profiles(home)["dev"] == {**NATIVE, "sso_session": "new"}
    assert section(home, "dev").splitlines()[0] == f"{MARK} configured for new"


def test_profile_keeps_the_form_of_its_own(configure: Executable, home: Home) -> None:
    """Another role for the same profile, and back to a line when that is asked for."""
    configure(*PROFILE, "--native")
    done = configure(*PROFILE, "--role-name", "Administrator")
    assert profiles(home)["dev"] == {**NATIVE, "sso_role_name": "Administrator"}
    assert "kept as native: dev (--no-native writes lines)" in done.stderr
    configure(*PROFILE, "--no-native")
    assert profiles(home)["dev"] == LINES


def test_two_forms_at_once_are_refused(configure: Executable, home: Home) -> None:
    """One of the two is a mistake."""
    before = home.config.read_text()
    done = configure("populate", *REGION, "--legacy", "--no-native")
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "give one of them" in done.stderr
