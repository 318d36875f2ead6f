"""`configure populate`: a profile for every account and role, beside the user's own profiles."""

import configparser
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from credential_process.sandbox import Account, Sandbox
from testing.executable import PATH, Executable, finish
from testing.home import Home
from tests.cli.conftest import SignIn

REGION = ("--region", "eu-west-1", "--yes")
MINE = "# mine\n[profile mine]\ns3 =\n  x = 1\n"
PROFILES = "import boto3; print(*boto3.Session().available_profiles, sep='\\n')"


@pytest.fixture
def populate(command: Callable[[str], Executable], sign_in: SignIn) -> Executable:
    """Return the installed ``configure populate``, for a user who is signed in."""
    sign_in()
    configure = command("configure")
    return Executable("configure", configure.home, configure.environment, ("populate", *REGION))


def profiles(home: Home) -> dict[str, dict[str, str]]:
    """Return all profiles of the config file."""
    parser = configparser.RawConfigParser(default_section="")
    parser.read(home.config)
    return {
        title.removeprefix("profile "): dict(parser[title])
        for title in parser.sections()
        if not title.startswith("sso-session")
    }


def backups(home: Home) -> list[str]:
    """Return the backups of the config file."""
    return [path.read_text() for path in sorted(home.aws.glob("config.*.backup"))]


def test_every_role_has_a_profile(populate: Executable, home: Home) -> None:
    """It has a complete line, a region, and nothing that would keep SDKs from running the line."""
    assert populate().returncode == 0
    found = profiles(home)
    assert sorted(found) == [
        f"{account}.{role}"
        for account in ("Development", "Production", "Staging")
        for role in ("Administrator", "Developer")
    ]
    account = "--account-id 111122220001 --role-name Developer"
    assert found["Production.Developer"] == {
        "credential_process": f"{PATH} get --sso-session corp {account}",
        "region": "eu-west-1",
    }


def test_the_profiles_work(populate: Executable, sandbox: Sandbox) -> None:
    """The first call needs no further step."""
    populate()
    who = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    done = subprocess.run(
        [sys.executable, "-c", who],
        env={**populate.environment, "AWS_PROFILE": "Staging.Developer"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "111122220002"
    assert sandbox.counters()["authorize"] == 0


def test_the_old_content_stays_and_is_kept_as_a_backup(populate: Executable, home: Home) -> None:
    """Users who fear for their file find it unchanged in the backup."""
    before = home.config.read_text() + MINE
    home.config.write_text(before)
    populate()
    assert home.config.read_text().startswith(before)
    assert backups(home) == [before]


def test_a_second_run_writes_nothing(populate: Executable, home: Home) -> None:
    """Some users run it every morning, and programs may watch the config file."""
    populate()
    before = home.config.stat()
    done = populate()
    after = home.config.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (len(backups(home)), "is already up to date" in done.stderr) == (1, True)


def test_what_the_user_has_written_is_left_alone(populate: Executable, home: Home) -> None:
    """A profile of the same name can be for anything."""
    own = "[profile Production.Developer]\nregion = us-west-2\n"
    home.config.write_text(home.config.read_text() + own)
    done = populate()
    assert profiles(home)["Production.Developer"] == {"region": "us-west-2"}
    assert "left alone because populate did not add it: Production.Developer" in done.stderr


def test_prune_removes_profiles_whose_role_is_gone(
    populate: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A role that is not assigned any more would fail at its first use, and its name does not show it."""
    home.config.write_text(home.config.read_text() + MINE)
    populate()
    some = {"accountList": [{"accountId": "111122220001", "accountName": "Production"}]}
    sandbox.set_faults({"operation": "list_accounts", "status": 200, "body": some})
    populate(*populate.arguments, "--refresh", "--prune")
    assert sorted(profiles(home)) == ["Production.Administrator", "Production.Developer", "mine"]


def test_prune_keeps_profiles_that_were_not_selected(populate: Executable, home: Home) -> None:
    """`--account` limits this run, and does not mean that other accounts are gone."""
    populate()
    populate(*populate.arguments, "--account", "Staging", "--prune")
    assert len(profiles(home)) == 6


def test_prune_keeps_the_roles_of_an_account_that_was_refused(
    populate: Executable, home: Home, sandbox: Sandbox
) -> None:
    """A refused request does not mean that the roles are not assigned."""
    populate()
    sandbox.set_faults({"operation": "list_account_roles", "preset": "403_no_access"})
    populate(*populate.arguments, "--refresh", "--prune")
    assert len(profiles(home)) == 6


def test_two_sessions_live_side_by_side(
    populate: Executable, home: Home, lab: str, sign_in: SignIn
) -> None:
    """A consultant has one for each customer."""
    sign_in(lab)
    template = ("--profile-name", "{session}-{account_id}-{role_name}")
    for session in ("corp", lab):
        populate(*populate.arguments, "--sso-session", session, *template, "--prune")
    assert len([name for name in profiles(home) if name.startswith("lab-")]) == 6
    assert len(profiles(home)) == 12


def test_one_name_for_two_sessions_is_refused(
    populate: Executable, home: Home, lab: str, sign_in: SignIn
) -> None:
    """The second would silently replace the first."""
    sign_in(lab)
    populate(*populate.arguments, "--sso-session", "corp")
    before = home.config.read_text()
    done = populate(*populate.arguments, "--sso-session", lab)
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "was populated from corp, and lab has a role of that name" in done.stderr


def test_one_name_for_two_roles_is_refused_with_both(populate: Executable, home: Home) -> None:
    """It would be chance which of them a script uses."""
    before = home.config.read_text()
    done = populate(*populate.arguments, "--profile-name", "{role_name}")
    assert (done.returncode, home.config.read_text()) == (2, before)
    both = "role Administrator in 111122220001 (Production)", "in 111122220002 (Staging)"
    assert [text in done.stderr.splitlines()[-1] for text in both] == [True, True]


def test_a_template_is_filled_in(populate: Executable, home: Home) -> None:
    """With regions, trimmed names and lower case."""
    options = (
        *("--region", "us-gov-west-1", "--account", "Production", "--role", "Developer"),
        *("--profile-name", "{short_region}/{account_name}:{role_name}"),
        *("--trim-account-name", "tion$", "--role-name-case", "lower"),
    )
    assert populate(*populate.arguments, *options).returncode == 0
    assert sorted(profiles(home)) == ["euwe1/Produc:developer", "govwe1/Produc:developer"]


@pytest.mark.parametrize("template", ["{nosuch}", "{role_name.x}", "{role_name", "a b{role_name}"])
def test_a_template_that_cannot_be_used_is_refused(
    populate: Executable, home: Home, template: str
) -> None:
    """The message lists the fields or characters that are allowed."""
    before = home.config.read_text()
    done = populate(*populate.arguments, "--profile-name", template)
    assert (done.returncode, home.config.read_text()) == (2, before)


def test_a_selection_of_nothing_is_a_usage_error(populate: Executable, home: Home) -> None:
    """Most likely a name was mistyped, and with `--prune` it must not remove everything."""
    populate()
    before = home.config.read_text()
    done = populate(*populate.arguments, "--account", "nosuch", "--prune")
    assert (done.returncode, home.config.read_text()) == (2, before)


def test_a_dry_run_shows_and_writes_nothing(populate: Executable, home: Home) -> None:
    """Users read it before they trust the command."""
    before = home.config.read_text()
    done = populate(*populate.arguments, "--dry-run")
    assert (done.returncode, home.config.read_text()) == (0, before)
    assert done.stdout.count("\n+credential_process = ") == 6


def test_the_credentials_file_has_only_the_line(populate: Executable, home: Home) -> None:
    """It is for the Java SDK v1 and minio clients, which read no other file."""
    populate(*populate.arguments, "--credentials-file", "--account", "Staging", "--role", "Dev.*")
    line = profiles(home)["Staging.Developer"]["credential_process"]
    credentials = home.aws / "credentials"
    assert credentials.read_text() == (
        "[Staging.Developer]\n# sso-credential-process: populated from corp\n"
        f"credential_process = {line}\n"
    )
    assert credentials.stat().st_mode & 0o777 == 0o600


def test_another_config_file_is_read_and_written(populate: Executable, home: Home) -> None:
    """Users with one file for each customer name it here, or in AWS_CONFIG_FILE."""
    other = home.path / "other"
    other.write_text(home.config.read_text())
    home.config.write_text("")
    populate(*populate.arguments, "--config-file", str(other))
    assert (home.config.read_text(), "[profile Staging.Developer]" in other.read_text()) == (
        "",
        True,
    )


def test_ten_at_once_all_find_their_profiles(populate: Executable, home: Home) -> None:
    """The scripts that set up a new laptop run side by side."""
    templates = [f"w{number}.{{account_id}}.{{role_name}}" for number in range(10)]
    writers = [
        populate.start(*populate.arguments, "--profile-name", template) for template in templates
    ]
    assert [finish(writer).returncode for writer in writers] == [0] * 10
    assert len(profiles(home)) == 60


class TestOddNames:
    """An administrator may give an account any name."""

    NAMES = (
        "Data & Analytics (prod)", "$(touch x)`id`", 'He said "no" \\', "größe/Zürich", "🚀",
        "a=b;c#d", "[default]", "x" * 300, "%PATH%", "-60", "", "\x1b[31mred\n",
    )  # fmt: skip
    EXPECTED = (
        "Data-Analytics-prod", "touch-x-id", "He-said-no", "gro-e-Zurich", "111122220005",
        "a-b-c-d", "default", "x" * 300, "PATH", "60", "111122220011", "31mred",
    )  # fmt: skip

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve accounts with such names."""
        accounts = [
            Account(f"1111222200{number:02}", name, None, ("Developer",))
            for number, name in enumerate(self.NAMES, 1)
        ]
        with Sandbox(accounts=accounts) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    def test_names_are_made_safe(self, populate: Executable, home: Home) -> None:
        """They are used in shells, in file names and by four parsers."""
        populate(*populate.arguments, "--profile-name", "{account_name}.{role_name}")
        found = {
            values["credential_process"].split()[5]: name for name, values in profiles(home).items()
        }
        assert tuple(found[f"1111222200{number:02}"] for number in range(1, 13)) == tuple(
            f"{name}.Developer" for name in self.EXPECTED
        )

    def test_botocore_reads_every_one(self, populate: Executable) -> None:
        """One that it cannot read may make all the others unreadable."""
        populate()
        done = subprocess.run(
            [sys.executable, "-c", PROFILES],
            env=populate.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(done.stdout.split()) == len(self.NAMES)


class TestRolesWithoutAName:
    """The service may list names that it does not accept."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve a role that cannot be asked for."""
        account = Account("111122220001", "Production", None, ("Two words", "Developer"))
        with Sandbox(accounts=[account]) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    def test_they_are_left_out_and_named(self, populate: Executable, home: Home) -> None:
        """A profile for such a role would fail with a usage error."""
        done = populate()
        assert list(profiles(home)) == ["Production.Developer"]
        why = "skipped because of its name: role Two words in 111122220001 (Production)"
        assert why in done.stderr


def test_a_setting_that_stays_is_shown(populate: Executable, home: Home) -> None:
    """A user who gives another region the second time learns why the profiles still have the first."""
    populate()
    text = home.config.read_text()
    home.config.write_text(text.replace("region = eu-west-1", "region = mine", 1))
    done = populate()
    kept = "region = mine in [profile Development.Administrator]"
    assert f"kept, because --existing-config-action is keep: {kept}\n" in done.stderr
    assert done.stderr.count("kept, because") == 1
    assert (
        "kept, because"
        not in populate(*populate.arguments, "--existing-config-action", "overwrite").stderr
    )


@pytest.mark.parametrize("action", ["keep", "overwrite"])
def test_what_the_user_has_added_to_a_line_stays(
    populate: Executable, home: Home, action: str
) -> None:
    """Users who populate every morning would add it every morning, also after a move of the program."""
    populate()
    wanted = home.config.read_text().replace("Developer\n", "Developer --no-login --wait 5\n")
    home.config.write_text(wanted)
    again = (*populate.arguments, "--existing-config-action", action)
    assert "is already up to date" in populate(*again).stderr
    home.config.write_text(wanted.replace(str(PATH), "/old/bin/sso-credential-process"))
    assert populate(*again).returncode == 0
    assert home.config.read_text() == wanted
