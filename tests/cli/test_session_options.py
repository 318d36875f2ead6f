"""Which session is meant: by name, by profile, by start URL, or because there is only one."""

import json
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from tests.cli.conftest import SignIn

LINE = "credential_process = {executable} get {session} --account-id 111122220001 --role-name Admin"
PROFILES = {
    "a managed line": LINE.format(executable="/bin/sso-credential-process", session="--sso-session lab"),
    "a quoted path": LINE.format(
        executable='"/my tools/sso-credential-process"', session="--sso-session=lab"
    ),
    "a quoted path after env": LINE.format(
        executable='/usr/bin/env "/my tools/sso-credential-process"', session="--sso-session lab"
    ),
    "env with options": LINE.format(
        executable="/usr/bin/env -u PYTHONPATH A=b /bin/sso-credential-process",
        session="--sso-session lab",
    ),
    "through Python": LINE.format(
        executable="/bin/python3 -m credential_process", session="--sso-session 'lab'"
    ),
    "the keys of the SDKs": "sso_session = lab\nsso_account_id = 111122220001\nsso_role_name = Admin",
    "a role on top": "role_arn = arn:aws:iam::111122220002:role/Deploy\nsource_profile = base",
}  # fmt: skip


@pytest.fixture
def status(command: Callable[[str], Executable]) -> Executable:
    """Return a command that takes several sessions, and prompts for nothing."""
    return command("status")


@pytest.fixture
def login(command: Callable[[str], Executable]) -> Executable:
    """Return a command that takes one session."""
    return command("login")


@pytest.fixture
def shown(status: Executable) -> Callable[..., list[str]]:
    """Return a function that shows which sessions options name: their names, or their start URLs."""

    def shown(*options: str, **variables: str) -> list[str]:
        done = status("--json", *options, environment={**status.environment, **variables})
        sessions = json.loads(done.stdout)["sessions"]
        return [each["session"] or each["start_url"] for each in sessions]

    return shown


def add_profile(home: Home, name: str, body: str) -> None:
    """Write a profile into the config."""
    with home.config.open("a") as config:
        config.write(f"\n[profile {name}]\n{body}\n")


@pytest.mark.parametrize("body", PROFILES.values(), ids=PROFILES)
def test_a_profile_names_its_session(
    shown: Callable[..., list[str]], home: Home, lab: str, body: str
) -> None:
    """Users know the profile that fails, not its session."""
    add_profile(home, "base", "sso_session = lab")
    add_profile(home, "dev", body)
    assert shown("--profile", "dev") == [lab]


def test_a_profile_of_the_old_kind_names_its_start_url(
    shown: Callable[..., list[str]], home: Home, sandbox: Sandbox, get: Executable
) -> None:
    """Until 2022, profiles had `sso_start_url`."""
    get("--start-url", sandbox.start_url, "--sso-region", sandbox.region, *get.arguments[2:])
    add_profile(home, "old", f"sso_start_url = {sandbox.start_url}\nsso_region = {sandbox.region}")
    assert shown("--profile", "old") == [sandbox.start_url]


def test_the_default_profile_has_no_word_before_it(
    shown: Callable[..., list[str]], home: Home, lab: str
) -> None:
    """AWS writes `[default]`, and all others with the word profile."""
    with home.config.open("a") as config:
        config.write("\n[default]\nsso_session = lab\n")
    assert shown("--profile", "default") == [lab]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--profile", "nosuch"), "there is no profile 'nosuch'"),
        (("--profile", "other"), "[profile other] does not sign in through IAM Identity Center"),
        (("--profile", "round"), "[profile round] does not sign in through IAM Identity Center"),
        (("--profile", "spoilt"), "[profile spoilt] does not sign in"),
        (("--profile", "other", "--sso-session", "corp"), "--profile and a session are given"),
        (("--sso-session", "corp", "--start-url", "https://x.awsapps.com/start"), "both given"),
        (("--all", "--sso-session", "corp"), "--all and a session are given"),
        (("--start-url", "https://x.awsapps.com/start"), "no --sso-region is given"),
        (("--sso-region", "us-east-1"), "no --sso-session is given"),
    ],
)
def test_what_names_no_session_is_refused_in_one_line(
    status: Executable, home: Home, options: tuple[str, ...], words: str
) -> None:
    """A typing error must not end in a sign-in to another session."""
    add_profile(home, "other", "credential_process = /bin/vault get --sso-session corp")
    add_profile(home, "round", "source_profile = round")
    add_profile(home, "spoilt", "credential_process = sso-credential-process 'get")
    done = status(*options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr


def test_with_several_one_has_to_be_named(login: Executable, lab: str) -> None:
    """The wrong one may belong to a customer."""
    done = login()
    assert (done.returncode, done.stdout) == (2, "")
    assert f"There are corp, {lab}; give --sso-session NAME or --all" in done.stderr


@pytest.mark.parametrize("command_name", ["login", "logout", "status"])
def test_with_none_the_message_shows_how_to_begin(
    command: Callable[[str], Executable], home: Home, command_name: str
) -> None:
    """On a new computer, this is the first thing that users type."""
    home.config.unlink()
    done = command(command_name)()
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "run: sso-credential-process configure profile NAME, or give --start-url" in done.stderr


def test_the_variables_of_aws_sso_util_are_used(
    login: Executable, sandbox: Sandbox, sign_in: SignIn
) -> None:
    """Its users have them in a shell profile already."""
    sign_in(sandbox.start_url)
    variables = {
        "AWS_DEFAULT_SSO_START_URL": sandbox.start_url,
        "AWS_DEFAULT_SSO_REGION": sandbox.region,
    }
    done = login(environment={**login.environment, **variables})
    assert (done.returncode, f"Already signed in to {sandbox.start_url}" in done.stderr) == (
        0,
        True,
    )


def test_an_option_takes_precedence_over_the_variables(
    shown: Callable[..., list[str]], lab: str
) -> None:
    """What the user types now counts most."""
    variables = {"AWS_DEFAULT_SSO_START_URL": "https://x.awsapps.com/start"}
    assert shown("--sso-session", lab, **variables) == [lab]


def test_a_config_that_cannot_be_parsed_is_named(status: Executable, home: Home) -> None:
    """The message contains the line."""
    home.config.write_text("[sso-session corp\n")
    done = status()
    assert (done.returncode, "cannot be parsed; correct it" in done.stderr) == (2, True)


def test_a_name_with_control_characters_is_not_a_session(
    status: Executable, shown: Callable[..., list[str]], home: Home
) -> None:
    """A config that came with a repository could write to the terminal by it."""
    with home.config.open("a") as config:
        config.write("[sso-session \x1b]0;owned\x07]\nsso_region = us-east-1\n")
    assert shown() == ["corp"]
    assert "\x1b" not in status().stdout
