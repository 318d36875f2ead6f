"""`AWS_PROFILE`: it applies to every command, after the options and before the defaults."""

import json
from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable
from testing.home import Home
from tests.cli.conftest import SignIn

ROLE = "--account-id 111122220002 --role-name Developer"
COMMANDS = {
    "login": (),
    "logout": (),
    "status": (),
    "roles": (),
    "run": ("true",),
    "export": (),
    "console": ("--print",),
}
NO_LINE = "it needs a credential_process line of sso-credential-process"


@pytest.fixture
def _profiles(home: Home, lab: str, sign_in: SignIn) -> None:
    """Configure two sessions, of which one is signed in, and profiles of every kind."""
    sign_in(lab)
    with home.config.open("a") as config:
        config.write(
            f"\n[profile dev]\nregion = eu-west-1\n"
            f"credential_process = {PATH} get --sso-session {lab} {ROLE}\n"
            "[profile keys]\nregion = eu-west-1\n"
        )
    (home.aws / "credentials").write_text("[old]\naws_access_key_id = AKIA\n[dev]\n")


@pytest.fixture
def shell(
    command: Callable[[str], Executable], environment: dict[str, str], _profiles: None
) -> Callable[..., Executable]:
    """Return how to get a command in a shell that has `AWS_PROFILE` set."""

    def shell(name: str, profile: str = "dev", **variables: str) -> Executable:
        chosen = {**environment, "AWS_PROFILE": profile, **variables}
        return Executable(name, command(name).home, chosen, COMMANDS.get(name, ()))

    return shell


def sessions(status: Executable, *options: str) -> list[str]:
    """Return the names of the sessions that `status` shows."""
    return [each["session"] for each in json.loads(status("--json", *options).stdout)["sessions"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [("login", "Already signed in to lab."), ("logout", "Signed out of lab."), ("status", "")],
)
def test_it_names_the_session(shell: Callable[..., Executable], name: str, said: str) -> None:
    """Without it, the command fails, because there are two sessions."""
    done = shell(name)()
    assert done.returncode == 0
    assert said in done.stderr
    assert "corp" not in done.stdout


def test_roles_are_those_of_its_session(shell: Callable[..., Executable], sandbox: Sandbox) -> None:
    """The list shows the session that the tools in this shell use."""
    done = shell("roles")("--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2 * len(sandbox.accounts))


def test_run_and_export_use_its_role(shell: Callable[..., Executable], sandbox: Sandbox) -> None:
    """Account, role and region come from the profile, as with `--profile`."""
    done = shell("run")("sh", "-c", "echo $AWS_REGION $AWS_ACCESS_KEY_ID")
    region, key = done.stdout.split()
    exported = json.loads(shell("export")().stdout)["AccessKeyId"]
    issued = sandbox.issued(key)
    assert issued is not None
    assert (region, issued.account_id, issued.role_name, exported) == (
        *("eu-west-1", "111122220002", "Developer"),
        key,
    )


def test_an_option_that_is_typed_changes_its_role(
    shell: Callable[..., Executable], sandbox: Sandbox
) -> None:
    """As with `--profile`: the rest stays that of the profile."""
    done = shell("export")("--role-name", "Administrator")
    issued = sandbox.issued(json.loads(done.stdout)["AccessKeyId"])
    assert issued is not None
    assert (issued.account_id, issued.role_name) == ("111122220002", "Administrator")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["lab"]),
        (("--sso-session", "corp"), ["corp"]),
        (("--profile", "other"), ["corp"]),
        (("--all",), ["corp", "lab"]),
    ],
)
def test_an_option_that_names_a_session_wins(
    shell: Callable[..., Executable], home: Home, options: tuple[str, ...], expected: list[str]
) -> None:
    """An option is the more recent choice of the user."""
    with home.config.open("a") as config:
        config.write("\n[profile other]\nsso_session = corp\n")
    assert sessions(shell("status"), *options) == expected


def test_with_a_session_typed_the_role_of_the_profile_is_not_taken(
    shell: Callable[..., Executable],
) -> None:
    """The role of a profile may not exist in another session."""
    done = shell("export")("--sso-session", "lab")
    assert (done.returncode, "no role is given; add --profile NAME" in done.stderr) == (2, True)


def test_it_wins_over_the_variables_of_aws_sso_util(shell: Callable[..., Executable]) -> None:
    """Their names say that they are defaults."""
    variables = {"AWS_DEFAULT_SSO_START_URL": "https://x.awsapps.com/start"}
    assert sessions(shell("status", **variables)) == ["lab"]


def test_an_empty_one_is_none(shell: Callable[..., Executable]) -> None:
    """Users type `AWS_PROFILE= command` to run one command without it."""
    assert sessions(shell("status", "")) == ["corp", "lab"]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("profile", "message", "hint"),
    [
        ("nosuch", "there is no profile 'nosuch' in {config}", "use one of: dev, keys"),
        (
            "old",
            "the profile 'old' is in {credentials} only, not in {config}",
            "use one of: dev, keys",
        ),
        ("keys", "[profile keys] does not sign in through IAM Identity Center", NO_LINE),
    ],
)
def test_one_that_cannot_be_used_is_one_line(
    shell: Callable[..., Executable],
    home: Home,
    sandbox: Sandbox,
    name: str,
    profile: str,
    message: str,
    hint: str,
) -> None:
    """The user may have exported it weeks ago: the message names the variable."""
    executable = shell(name, profile)
    done = executable(*executable.arguments)
    said = message.format(config=home.config, credentials=home.aws / "credentials")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert f"AWS_PROFILE: {said}; {hint}" in done.stderr
    assert done.stderr.endswith(", or unset AWS_PROFILE\n")
    assert sandbox.requests() == []


def test_the_message_about_a_profile_option_does_not_name_the_variable(
    shell: Callable[..., Executable],
) -> None:
    """To unset the variable would change nothing."""
    done = shell("status")("--profile", "old")
    assert done.stderr.startswith("sso-credential-process: --profile: the profile 'old' is in ")
    assert "AWS_PROFILE" not in done.stderr


def subjects(check: Executable, *options: str) -> set[str]:
    """Return the profiles and sessions in the report of `check`."""
    report = json.loads(check("--json", "--offline", *options).stdout)
    return {
        each["name"] for each in report["findings"] + report["facts"] if each["name"] is not None
    }


@pytest.mark.parametrize(
    ("profile", "options", "expected"),
    [
        ("dev", (), {"dev", "lab"}),
        ("dev", ("--all",), {"dev", "lab", "corp"}),
        ("dev", ("keys",), {"keys"}),
        ("nosuch", (), {"dev", "lab", "corp"}),
    ],
)
def test_check_looks_at_the_profile(
    shell: Callable[..., Executable], profile: str, options: tuple[str, ...], expected: set[str]
) -> None:
    """A missing one is reported by its own finding, and hides no other."""
    assert subjects(shell("check", profile), *options) == expected


def test_check_reports_that_it_checks_one_profile_only(shell: Callable[..., Executable]) -> None:
    """Otherwise a report without findings would look as if all profiles worked."""
    said = shell("check")("--offline").stdout
    assert "AWS_PROFILE names the profile dev, so only that is checked" in said


def test_check_reports_a_profile_that_is_in_the_credentials_file_only(
    shell: Callable[..., Executable],
) -> None:
    """The user may look for it in the config file."""
    said = shell("check", "old")("--offline").stdout
    assert "it is in ~/.aws/credentials only, and has no credential_process line" in said


@pytest.mark.parametrize("options", [("--all", "dev"), ("--all", "--sso-session", "lab")])
def test_check_takes_all_or_one(shell: Callable[..., Executable], options: tuple[str, ...]) -> None:
    """It is unclear which of the two the user meant."""
    done = shell("check")(*options)
    assert (done.returncode, "more than one profile or session" in done.stderr) == (2, True)
