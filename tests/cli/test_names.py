"""`login NAME`, `logout NAME` and `status NAME`: the name of a session, or of a profile."""

import json
from collections.abc import Callable

import pytest

from testing.executable import Executable
from testing.home import Home
from tests.cli.conftest import SignIn

COMMANDS = ["login", "logout", "status"]
BOTH = "corp is a session and a profile: using the session; for the profile, give --profile corp\n"


@pytest.fixture
def add_profile(home: Home) -> Callable[[str, str], None]:
    """Return a function that writes a profile into the config: ``add_profile("dev", "sso_session = lab")``."""

    def add_profile(name: str, body: str) -> None:
        with home.config.open("a") as config:
            config.write(f"\n[profile {name}]\n{body}\n")

    return add_profile


@pytest.fixture
def meant(command: Callable[[str], Executable]) -> Callable[..., list[str]]:
    """Return a function that shows which sessions words name."""

    def meant(*words: str) -> list[str]:
        done = command("status")("--json", *words)
        return [each["session"] for each in json.loads(done.stdout)["sessions"]]

    return meant


@pytest.mark.parametrize(("name", "session"), [("lab", "lab"), ("dev", "lab"), ("base", "corp")])
def test_a_name_is_that_of_a_session_or_of_a_profile(
    meant: Callable[..., list[str]],
    add_profile: Callable[[str, str], None],
    lab: str,
    name: str,
    session: str,
) -> None:
    """Users type the name that they have in mind."""
    add_profile("dev", f"sso_session = {lab}")
    add_profile("base", "sso_session = corp")
    assert meant(name) == [session]


def test_login_and_logout_take_a_name(
    command: Callable[[str], Executable],
    add_profile: Callable[[str, str], None],
    lab: str,
    sign_in: SignIn,
) -> None:
    """With two sessions, `login` alone does not know which one is meant."""
    add_profile("dev", f"sso_session = {lab}")
    sign_in(lab)
    login, logout = command("login"), command("logout")
    assert "Already signed in to lab." in login("dev").stderr
    assert "Signed out of lab.\n" in logout("lab").stderr
    assert "You were not signed in to lab." in logout("dev").stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_of_a_session_and_a_profile_the_session_is_meant(
    command: Callable[[str], Executable],
    add_profile: Callable[[str, str], None],
    sign_in: SignIn,
    lab: str,
    name: str,
) -> None:
    """The wrong one of them would be a surprise, so a message names it."""
    add_profile("corp", f"sso_session = {lab}")
    sign_in()
    done = command(name)("corp")
    assert done.returncode == 0
    assert done.stderr.startswith(BOTH)
    assert "lab" not in done.stderr + done.stdout


def test_a_session_that_no_profile_is_called_like_has_no_message(
    command: Callable[[str], Executable], sign_in: SignIn
) -> None:
    """Most have not: the message is for the others."""
    sign_in()
    assert command("status")("corp").stderr == ""


def test_a_name_wins_over_the_variable(
    command: Callable[[str], Executable], add_profile: Callable[[str, str], None], lab: str
) -> None:
    """What the user types now counts most."""
    add_profile("dev", f"sso_session = {lab}")
    status = command("status")
    done = status("corp", environment={**status.environment, "AWS_PROFILE": "dev"})
    assert done.stdout.startswith("corp ")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("crop",), "there is no session or profile 'crop' in {config}; did you mean 'corp'? There are: corp, develop"),
        (("DEVELOP ",), "did you mean 'develop'?"),
        (("zzz",), "there is no session or profile 'zzz' in {config}; use one of: corp, develop"),
        (("develop",), "NAME: [profile develop] does not sign in through IAM Identity Center"),
        (("old",), "the profile 'old' is in {credentials} only, not in {config}"),
        (("corp", "--sso-session", "corp"), "NAME and --sso-session are given; give one of them"),
        (("corp", "--profile", "develop"), "NAME and --profile are given; give one of them"),
        (("corp", "--all"), "--all and a session are given; give one of them"),
        (("--profile", "devleop"), "--profile: there is no profile 'devleop' in {config}; did you mean 'develop'?"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_one_line(
    command: Callable[[str], Executable],
    add_profile: Callable[[str, str], None],
    home: Home,
    name: str,
    words: tuple[str, ...],
    shown: str,
) -> None:
    """A mistyped name leads on to the right one."""
    add_profile("develop", "region = eu-west-1")
    credentials = home.aws / "credentials"
    credentials.write_text("[old]\naws_access_key_id = x\n")
    done = command(name)(*words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown.format(config=home.config, credentials=credentials) in done.stderr


def test_a_name_of_any_length_and_letters_is_one_line(command: Callable[[str], Executable]) -> None:
    """Neither the terminal nor the processor suffers."""
    done = command("status")("\x1b[2J" + "é" * 40_000)
    assert (done.returncode, len(done.stderr.splitlines()), "\x1b" in done.stderr) == (2, 1, False)
