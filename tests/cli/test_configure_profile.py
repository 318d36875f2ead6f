"""`configure profile`: one profile, from options or from the user's answers."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable, finish
from testing.home import Home
from testing.terminal import Terminal
from tests.cli.conftest import SignIn

ROLE = ("--account-id", "111122220001", "--role-name", "Developer")
COMPLETE = ("profile", "dev", *ROLE, "--region", "eu-west-1", "--yes")
ROLES = "sso-credential-process roles --sso-session corp"
OWN = "\n[profile dev]\nsso_session = corp\nregion = mine\nmore = 1\n"


@pytest.fixture
def configure(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``configure``, with all options that a profile needs."""
    executable = command("configure")
    return Executable("configure", executable.home, executable.environment, COMPLETE)


def section(home: Home) -> str:
    """Return the profile dev as it is written at the end of the file."""
    return home.config.read_text().partition("[profile dev]\n")[2]


@pytest.mark.parametrize("flag", [(), ("--non-interactive",)])
def test_missing_options_are_named_if_the_user_cannot_be_asked(
    configure: Executable, flag: tuple[str, ...]
) -> None:
    """The message names all options that are missing."""
    done = configure("profile", "dev", "--role-name", "Developer", *flag)
    assert (done.returncode, done.stderr.rpartition("; ")[2]) == (
        2,
        "give --account-id, --region\n",
    )


def test_settings_are_written(configure: Executable, home: Home) -> None:
    """The profile also contains the user's settings."""
    configure(*COMPLETE, "--output", "json", "-c", "cli_pager=")
    assert section(home).splitlines()[2:] == ["region = eu-west-1", "output = json", "cli_pager = "]


@pytest.mark.parametrize(
    "setting", ["sso_session=corp", "role_arn=x", "region=x", "nothing", "a=b\nc"]
)
def test_a_setting_that_would_spoil_the_profile_is_refused(
    configure: Executable, home: Home, setting: str
) -> None:
    """With one of these keys in the profile, most SDKs never run the line."""
    before = home.config.read_text()
    done = configure(*COMPLETE, "--config-default", setting)
    assert (done.returncode, home.config.read_text()) == (2, before)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("keep", ["region = eu-west-1", "more = 1"]),
        ("overwrite", ["region = eu-west-1", "more = 1"]),
        ("discard", ["region = eu-west-1"]),
    ],
)
def test_an_existing_profile_is_updated(
    configure: Executable, home: Home, action: str, expected: list[str]
) -> None:
    """A user who names it wants it to be converted: native keys are removed, other settings depend on an option."""
    home.config.write_text(home.config.read_text() + OWN)
    configure(*COMPLETE, "--existing-config-action", action)
    lines = section(home).splitlines()
    assert [line for line in lines[1:] if not line.startswith("credential_process")] == expected


ADDED = (
    "--no-login --wait 5 --account-id-in-output",
    "--assume-role-arn arn:aws:iam::111122220002:role/Deploy --assume-role-external-id=a:b",
)


def add_to_line(home: Home, *options: str) -> str:
    """Add options to the line of the profile dev, as a user does with an editor, and return the whole text."""
    text = home.config.read_text().replace("Developer\n", " ".join(("Developer", *options)) + "\n")
    home.config.write_text(text)
    return text


@pytest.mark.parametrize("mark", ["# sso-credential-process: configured for corp\n", ""])
@pytest.mark.parametrize("options", ADDED)
@pytest.mark.parametrize("action", ["keep", "overwrite"])
def test_what_the_user_has_added_to_the_line_stays(
    configure: Executable, home: Home, options: str, action: str, mark: str
) -> None:
    """The user gives what changes, and the rest stays: the region first, then the role."""
    configure()
    before = add_to_line(home, options)
    marked = next(line for line in before.splitlines(keepends=True) if line.startswith("# sso"))
    home.config.write_text(before.replace(marked, mark))
    kept = ("--existing-config-action", action, "--yes")
    assert configure("profile", "dev", "--region", "us-east-1", *kept).returncode == 0
    moved = before.replace("eu-west-1", "us-east-1")
    assert home.config.read_text() == moved
    assert configure("profile", "dev", "--role-name", "Viewer", *kept).returncode == 0
    assert home.config.read_text() == moved.replace("Developer", "Viewer")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--wait=5 --no-such-option --no-login", " --wait=5 --no-login"),
        ("--no-login --wait", " --no-login"),
        ("--assume-role-external-id 'a b?'", " --assume-role-external-id 'a b?'"),
    ],
)
def test_what_get_does_not_know_is_removed_from_the_line(
    configure: Executable, home: Home, options: str, expected: str
) -> None:
    """With it the profile never works, and a user who configures the profile again wants to repair it."""
    configure()
    before = add_to_line(home)
    add_to_line(home, options)
    assert configure().returncode == 0
    assert home.config.read_text() == before.replace("Developer\n", f"Developer{expected}\n")


def test_discard_removes_what_the_user_has_added_to_the_line(
    configure: Executable, home: Home
) -> None:
    """Users need a way back."""
    configure()
    before = home.config.read_text()
    add_to_line(home, *ADDED)
    configure(*COMPLETE, "--existing-config-action", "discard")
    assert home.config.read_text() == before


def test_a_profile_of_another_kind_is_refused(configure: Executable, home: Home) -> None:
    """A user's keys must not be deleted as a side effect."""
    home.config.write_text(home.config.read_text() + OWN + "role_arn = x\n")
    done = configure()
    assert (done.returncode, "it has role_arn" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", ["", "a b", "-x", "a]", "é", "$x"])
def test_a_name_that_some_sdk_cannot_read_is_refused(configure: Executable, name: str) -> None:
    """It would work in some tools only."""
    assert configure("profile", "--", name).returncode == 2


def test_a_path_with_a_space_is_quoted(configure: Executable, home: Home) -> None:
    """Shells split the line, and Go's version 1 drops the rest of a value that begins with a quote."""
    link = home.path / "my programs" / "sso-credential-process"
    link.parent.mkdir()
    link.symlink_to(PATH)
    done = configure(prefix=("/bin/sh", "-c", f'shift; exec "{link}" "$@"', "sh"))
    assert (
        section(home).splitlines()[1].startswith(f'credential_process = /usr/bin/env "{link}" get ')
    )
    assert "minio" in done.stderr


def test_the_region_of_a_start_url_need_not_be_given(configure: Executable, home: Home) -> None:
    """The new addresses of portals contain it."""
    url = "https://ssoins-0123456789abcdef.portal.eu-central-1.app.aws"
    done = configure(*COMPLETE, "--sso-session", "new", "--start-url", url)
    assert done.returncode == 0
    assert f"sso_start_url = {url}\nsso_region = eu-central-1\n" in home.config.read_text()


def test_keys_in_the_credentials_file_are_warned_of(configure: Executable, home: Home) -> None:
    """With them, most SDKs never run the line, and the user would wonder whose credentials these are."""
    credentials = home.aws / "credentials"
    credentials.write_text("[dev]\naws_access_key_id = AKIA\naws_secret_access_key = x\n")
    done = configure(*COMPLETE)
    warning = f"Warning: [dev] in {credentials} has access keys, which most SDKs use instead"
    assert (done.returncode, warning in done.stderr) == (0, True)
    credentials.write_text("[other]\naws_access_key_id = AKIA\n")
    assert "Warning" not in configure(*COMPLETE, "--output", "json").stderr


def test_a_region_that_contradicts_the_start_url_is_refused(
    configure: Executable, home: Home
) -> None:
    """AWS would answer the sign-in with `Invalid issuer url provided`."""
    before = home.config.read_text()
    url = "https://ssoins-0123456789abcdef.portal.eu-central-1.app.aws"
    done = configure(*COMPLETE, "--start-url", url, "--sso-region", "eu-west-1")
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "the start URL is in eu-central-1, not in eu-west-1; omit --sso-region" in done.stderr


@pytest.mark.parametrize("command_name", ["profile", "populate"])
def test_a_region_that_botocore_does_not_know_is_warned_of(
    configure: Executable, home: Home, sign_in: SignIn, command_name: str
) -> None:
    """It may be newer than botocore, so it is written all the same; the last region given counts."""
    sign_in()
    words = COMPLETE if command_name == "profile" else ("populate", "--yes")
    done = configure(*words, "--region", "eu-wst-1")
    warning = "Warning: --region: unknown region eu-wst-1; did you mean eu-west-1?\n"
    assert (done.returncode, done.stderr.count(warning)) == (0, 1)
    assert "region = eu-wst-1" in home.config.read_text()
    assert "Warning" not in configure(*words, "--region", "us-gov-east-1").stderr


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        (
            ("--role-name", "Develper"),
            "corp: no role Develper in 111122220001 is assigned to you; did you mean Developer?",
        ),
        (
            ("--account-id", "111122220009"),
            f"corp: no role in the account 111122220009 is assigned to you; to see yours, run: {ROLES}",
        ),
        ((), ""),
    ],
)
def test_a_role_that_the_list_lacks_is_warned_of(
    configure: Executable,
    command: Callable[[str], Executable],
    sandbox: Sandbox,
    sign_in: SignIn,
    options: tuple[str, ...],
    warning: str,
) -> None:
    """The assignment may be on its way, so the profile is written; the list costs no request."""
    sign_in()
    assert "Warning" not in configure(*COMPLETE, *options).stderr  # there is no list
    command("roles")()
    before = len(sandbox.requests())
    done = configure(*COMPLETE, *options, "--output", "json")
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]
    assert (done.returncode, warnings) == (0, [f"Warning: {warning}"] if warning else [])
    assert len(sandbox.requests()) == before


@pytest.mark.parametrize(("role_name", "is_suggested"), [("Developer", True), ("Develper", False)])
def test_a_command_to_try_is_suggested_only_if_it_can_work(
    configure: Executable,
    command: Callable[[str], Executable],
    terminal: Terminal,
    sign_in: SignIn,
    role_name: str,
    *,
    is_suggested: bool,
) -> None:
    """With a role that is not assigned, the next thing that the user sees would be an error."""
    sign_in()
    command("roles")()
    process = configure.start(
        *COMPLETE, "--role-name", role_name, prefix=terminal.everything, stdin=terminal.keyboard
    )
    assert finish(process).returncode == 0
    shown = terminal.text()
    assert ("Try it: " in shown, "Warning: " in shown) == (is_suggested, not is_suggested)


def test_the_role_in_a_given_account_costs_one_request(
    configure: Executable, home: Home, sandbox: Sandbox, terminal: Terminal, sign_in: SignIn
) -> None:
    """In an organisation of a thousand accounts, a list of all of them takes a minute."""
    sign_in()
    words = ("profile", "dev", "--account-id", "111122220002", "--region", "eu-west-1")
    process = configure.start(*words, prefix=terminal.everything, stdin=terminal.keyboard)
    terminal.answer("words to search", "dev")
    terminal.answer("words to search", "")
    terminal.answer("added)?", "y")
    assert finish(process).returncode == 0
    assert "--account-id 111122220002 --role-name Developer\n" in section(home)
    assert [request.operation for request in sandbox.requests()] == ["list_account_roles"]


def test_a_number_is_always_a_choice_and_what_matches_nothing_keeps_the_list(
    configure: Executable, home: Home, terminal: Terminal, sign_in: SignIn
) -> None:
    """Users answer the next question too early, or mistype; the list that they see is the one that they choose from."""
    sign_in()
    process = configure.start(
        "profile",
        "dev",
        "--region",
        "eu-west-1",
        prefix=terminal.everything,
        stdin=terminal.keyboard,
    )
    for question, answer in (
        ("6 of 6 roles", "7"),
        ("There is no 7; choose 1 to 6.", "y"),
        ('No roles match "y". Enter: list all; Ctrl-C: stop.', ""),
        ("6 of 6 roles", "staging dev"),
        ("1 of 6 roles; Enter: choose 1", "9"),
        ("There is no 9; choose 1.", "eu-west-1"),
        ('No roles match "eu-west-1". Enter: choose 1; Ctrl-C: stop.', "1111"),
        ("6 of 6 roles", "staging dev"),
        ("1 of 6 roles", "1"),
        ("added)?", "y"),
    ):
        terminal.answer(question, answer)
    assert finish(process).returncode == 0
    assert "--account-id 111122220002 --role-name Developer\n" in section(home)


def test_an_invalid_account_is_refused_before_a_sign_in(
    configure: Executable, sandbox: Sandbox, terminal: Terminal
) -> None:
    """The user would sign in for nothing."""
    words = ("profile", "dev", "--account-id", "1111", "--region", "eu-west-1")
    done = finish(configure.start(*words, prefix=terminal.everything, stdin=terminal.keyboard))
    assert (done.returncode, "--account-id: '1111' is not valid" in terminal.text()) == (2, True)
    assert sandbox.requests() == []


class TestExistingLine:
    """An existing profile with a line: options change it, and only those that change something are needed."""

    @pytest.fixture
    def dev(self, configure: Executable, lab: str) -> Executable:
        """Write the profile, beside a second session; return the command that changes it."""
        configure("profile", "dev", "--sso-session", lab, *ROLE, "--region", "us-east-1", "--yes")
        words = ("profile", "dev", "--yes")
        return Executable("configure", configure.home, configure.environment, words)

    @pytest.mark.parametrize(
        ("options", "changed"),
        [
            (("--region", "eu-west-1"), {"-region = us-east-1", "+region = eu-west-1"}),
            (("--output", "json"), {"+output = json"}),
            (("-c", "cli_pager=less"), {"+cli_pager = less"}),
        ],
    )
    def test_a_setting_that_is_typed_is_the_whole_change(
        self, dev: Executable, home: Home, options: tuple[str, ...], changed: set[str]
    ) -> None:
        """The option was ignored once, and the profile reported as up to date."""
        before = section(home)
        shown = dev("profile", "dev", *options, "--dry-run").stdout.splitlines()
        assert {line for line in shown if line[:1] in "+-" and line[:3] not in {"+++", "---"}} == (
            changed
        )
        assert dev(*dev.arguments, *options).returncode == 0
        now = set(section(home).splitlines())
        assert {f"+{line}" for line in now - set(before.splitlines())} == {
            line for line in changed if line[0] == "+"
        }

    @pytest.mark.parametrize(
        ("options", "line"),
        [
            (
                ("--role-name", "Administrator"),
                "lab --account-id 111122220001 --role-name Administrator",
            ),
            (
                ("--sso-session", "lab", "-o", "json"),
                "lab --account-id 111122220001 --role-name Developer",
            ),
            (
                ("--account-id", "111122220002", "--role-name", "Administrator"),
                "lab --account-id 111122220002 --role-name Administrator",
            ),
        ],
    )
    def test_the_rest_of_the_line_stays(
        self, dev: Executable, home: Home, options: tuple[str, ...], line: str
    ) -> None:
        """There are two sessions, and the profile's own is used."""
        assert dev(*dev.arguments, *options).returncode == 0
        assert section(home).splitlines()[1].endswith(f" get --sso-session {line}")
        assert "region = us-east-1" in section(home)

    @pytest.mark.parametrize(
        ("options", "missing"),
        [
            (("--account-id", "111122220002"), "--role-name"),
            (("--sso-session", "corp"), "--account-id, --role-name"),
            (
                ("--region", "eu-west-1", "--existing-config-action", "discard"),
                "--account-id, --role-name",
            ),
            ((), "--account-id, --role-name, --region"),
        ],
    )
    def test_what_the_line_does_not_answer_has_to_be_given(
        self, dev: Executable, options: tuple[str, ...], missing: str
    ) -> None:
        """Another account may not have this role. Without options, the user wants to be prompted."""
        done = dev(*dev.arguments, *options)
        assert (done.returncode, done.stderr.rpartition("; ")[2]) == (2, f"give {missing}\n")

    def test_a_region_of_the_environment_is_not_typed(self, dev: Executable, home: Home) -> None:
        """It applies to the whole shell, so the setting of the profile is kept, and shown."""
        environment = {**dev.environment, "AWS_REGION": "ap-south-1"}
        done = dev(*dev.arguments, "-o", "json", environment=environment)
        assert "region = us-east-1" in section(home)
        said = "region stays us-east-1, not ap-south-1 as in the environment; --region changes it"
        assert said in done.stderr

    def test_a_region_that_is_asked_for_is_typed(
        self, dev: Executable, home: Home, terminal: Terminal, sign_in: SignIn
    ) -> None:
        """The prompt offers the region of the profile, and another answer replaces it."""
        sign_in()
        process = dev.start(
            *("profile", "dev", "--yes"), prefix=terminal.everything, stdin=terminal.keyboard
        )
        for question, answer in (
            ("words to search", "corp"),
            ("words to search", ""),
            ("words to search", "staging dev"),
            ("words to search", ""),
            ("Region of the profile [us-east-1]", "eu-west-1"),
        ):
            terminal.answer(question, answer)
        assert finish(process).returncode == 0
        assert "--sso-session corp --account-id 111122220002" in section(home)
        assert "region = eu-west-1" in section(home)
