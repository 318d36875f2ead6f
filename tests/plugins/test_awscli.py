"""The plugin of the AWS CLI version 1: the commands of version 2, and profiles that sign in on a miss."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from credential_process.cli import export_formats
from credential_process.sandbox import Account, Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person

PLUGIN = "\n[plugins]\nsso = credential_process.plugins.awscli\n"
AWS = Path(sys.executable).with_name("aws")
DEVELOPER = "111122220001"


@dataclass(frozen=True, slots=True)
class AwsCli:
    """Runs ``aws`` from PyPI, which is version 1."""

    environment: Mapping[str, str]

    def __call__(
        self, *arguments: str, answers: str = "", **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run it until it ends, with these lines as input."""
        process = subprocess.Popen(
            [str(AWS), *arguments],
            env={**self.environment, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(answers)
        return finish(process)

    def account(self, profile: str) -> str:
        """Return the account of a profile's credentials."""
        done = self("sts", "get-caller-identity", "--profile", profile)
        assert (done.returncode, done.stderr) == (0, "")
        return str(json.loads(done.stdout)["Account"])


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Serve an organisation; a test may choose how many accounts and roles it has."""
    accounts, roles = getattr(request, "param", (3, 2))
    with Sandbox(accounts=accounts, roles=roles) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def aws(home: Home, environment: dict[str, str]) -> AwsCli:
    """Return the AWS CLI with the plugin in its config."""
    with home.config.open("a") as config:
        config.write(PLUGIN)
    return AwsCli({**environment, "AWS_DEFAULT_REGION": "us-east-1"})


def test_a_native_profile_signs_in_on_a_miss(aws: AwsCli, sandbox: Sandbox, home: Home) -> None:
    """Without the plugin, version 1 reports an expired token, and has no command to sign in."""
    assert aws.account("native") == DEVELOPER
    assert aws.account("native") == DEVELOPER
    assert home.document(DEVELOPER, "Developer").exists()
    assert sandbox.counters()["role_credentials"] == 1


def test_login_and_logout_do_the_same_as_in_version_2(
    aws: AwsCli, sandbox: Sandbox, home: Home
) -> None:
    """Users have one page of instructions for both."""
    done = aws("sso", "login", "--profile", "native")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"Successfully logged into Start URL: {sandbox.start_url}\n")
    assert home.token_file().exists()
    done = aws("sso", "logout")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not home.token_file().exists()
    assert sandbox.counters()["logout"] == 1


def test_every_login_gets_a_new_token(
    aws: AwsCli, sandbox: Sandbox, home: Home, people: Callable[..., Person]
) -> None:
    """As in version 2; after a denial or without a network the user stays signed in."""
    login = ("sso", "login", "--sso-session", "corp")
    tokens = []
    for _ in range(2):
        assert aws(*login).returncode == 0
        tokens.append(json.loads(home.token_file().read_text())["accessToken"])
    assert aws(*login, BROWSER=people("--deny").browser).returncode == 255
    assert tokens[0] != tokens[1] == json.loads(home.token_file().read_text())["accessToken"]
    assert sandbox.counters()["logout"] == 0


def test_a_login_shows_a_code_where_one_is_asked_for(aws: AwsCli, sandbox: Sandbox) -> None:
    """Over SSH the browser is on another computer, and stdout may be the only output."""
    process = subprocess.Popen(
        [str(AWS), "sso", "login", "--sso-session", "corp", "--use-device-code"],
        env=aws.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert process.stdout is not None
    shown = [process.stdout.readline() for _ in range(8)]
    assert shown[5] == "Then enter the code:\n"
    assert sandbox.approve(shown[7].strip()) == 1
    done = finish(process)
    assert (done.returncode, done.stderr) == (0, "")


def test_logout_removes_what_version_2_removes(aws: AwsCli, sandbox: Sandbox, home: Home) -> None:
    """Tokens of sessions that are in no config any more, and credentials in the cache of version 2."""
    cache, credentials = home.aws / "sso" / "cache", home.aws / "cli" / "cache"
    cache.mkdir(parents=True)
    credentials.mkdir(parents=True)
    (cache / "forgotten.json").write_text(json.dumps(sandbox.sign_in()))
    (cache / "over.json").write_text(json.dumps({**sandbox.sign_in(), "accessToken": "over"}))
    (cache / "damaged.json").write_text('{"accessToken')
    (cache / "kiro-auth-token.json").write_text('{"accessToken": "of another tool"}')
    (credentials / "sso.json").write_text('{"ProviderType": "sso"}')
    (credentials / "role.json").write_text('{"Credentials": {}}')
    assert aws("sso", "logout").returncode == 0
    left = {path.name for folder in (cache, credentials) for path in folder.iterdir()}
    assert left == {"kiro-auth-token.json", "damaged.json", "role.json"}
    assert sandbox.counters()["logout"] == 2


def test_logout_renews_an_expired_token_to_end_its_session(
    aws: AwsCli, sandbox: Sandbox, home: Home
) -> None:
    """Also that of a session that is in no config any more: its refresh token is valid for weeks."""
    home.sign_in(sandbox, "forgotten", expiresAt="2020-01-01T00:00:00Z")
    sandbox.expire("access_tokens")
    assert aws("sso", "logout").returncode == 0
    counters = sandbox.counters()
    assert (counters["token"]["refresh_token"], counters["logout"]) == (1, 1)


def test_the_logout_of_the_api_is_still_there(aws: AwsCli, sandbox: Sandbox) -> None:
    """Scripts that end one token of their own must not sign other users out."""
    token = sandbox.sign_in()["accessToken"]
    assert aws("sso", "logout", "--access-token", token).returncode == 0
    assert sandbox.counters()["logout"] == 1


ANSWERS = """\
new
http://nowhere
https://d-1234567890.awsapps.com/start
us-east-1

9

3
1
eu-west-1

mine
"""


def test_configure_sso_sets_up_a_profile_that_works(aws: AwsCli, home: Home) -> None:
    """It has the prompts of version 2, and repeats a prompt after an invalid answer."""
    before = home.config.read_text()
    done = aws("configure", "sso", answers=ANSWERS)
    assert (done.returncode, done.stderr) == (0, "")
    assert aws.account("mine") == "111122220002"
    added = home.config.read_text().removeprefix(before)
    assert added.split("\n") == [
        "",
        "[sso-session new]",
        "sso_start_url = https://d-1234567890.awsapps.com/start",
        "sso_region = us-east-1",
        "sso_registration_scopes = sso:account:access",
        "",
        "[profile mine]",
        "sso_session = new",
        "sso_account_id = 111122220002",
        "sso_role_name = Administrator",
        "region = eu-west-1",
        "",
    ]


@pytest.mark.parametrize("sandbox", [(1, 1)], indirect=True)
def test_configure_sso_skips_prompts_with_one_answer(aws: AwsCli, home: Home) -> None:
    """Most users have one account; the chosen profile keeps its other settings."""
    settings = "\n[profile mine]\nsso_session = corp\ncli_pager =\n"
    home.config.write_text(home.config.read_text() + settings)
    done = aws("configure", "sso", "--profile", "mine", answers="\n\njson\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The only role available to you is: Administrator" in done.stdout
    added = "sso_account_id = 111122220001\nsso_role_name = Administrator\noutput = json\n"
    assert home.config.read_text().endswith(settings + added)


@pytest.mark.parametrize("sandbox", [(1, 1)], indirect=True)
@pytest.mark.parametrize("title", ["", "[profile 'my dev']\n", '[profile "my dev"]\n'])
def test_configure_sso_writes_a_profile_whose_name_has_a_space(
    aws: AwsCli, home: Home, title: str
) -> None:
    """The AWS CLI finds it in quotation marks only; there may be one already."""
    home.config.write_text(f"{home.config.read_text()}\n{title}")
    before = home.config.read_text()
    done = aws("configure", "sso", "--profile", "my dev", answers="corp\neu-west-1\njson\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "aws sts get-caller-identity --profile 'my dev'\n" in done.stdout
    assert home.config.read_text().startswith(before)
    assert home.config.read_text().count("my dev") == 1
    assert aws.account("my dev") == "111122220001"


def test_configure_sso_works_without_a_session(aws: AwsCli, home: Home) -> None:
    """As before there were sessions; it warns, and continues."""
    done = aws("configure", "sso", answers=ANSWERS.replace("new\n", "\n").replace("\n\n9", "\n9"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "WARNING: Configuring using legacy format" in done.stdout
    assert "[profile mine]\nsso_start_url = https://d-1234567890" in home.config.read_text()


def test_configure_sso_that_ends_early_writes_nothing(
    aws: AwsCli, home: Home, people: Callable[..., Person]
) -> None:
    """Neither a denial in the browser nor Ctrl-D at a prompt may leave half a profile."""
    before = home.config.read_text()
    refusing = people("--deny").browser
    assert aws("configure", "sso", answers=ANSWERS, BROWSER=refusing).returncode == 255
    assert aws("configure", "sso", answers="corp\n").returncode == 255
    assert home.config.read_text() == before


def test_export_credentials_prints_the_same_as_export(aws: AwsCli, get: Executable) -> None:
    """It is the same as in version 2, byte for byte."""
    export = Executable("export", get.home, get.environment, (*get.arguments, "--format", "fish"))
    done = aws("configure", "export-credentials", "--profile", "native", "--format", "fish")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", export().stdout)


@pytest.mark.parametrize("form", export_formats.FORMATS[1:])
def test_export_credentials_prints_nothing_that_a_shell_would_run(
    aws: AwsCli, sandbox: Sandbox, form: str
) -> None:
    """Users evaluate the output unseen, and it may come from anyone between here and the service."""
    keys = {"accessKeyId": "$(touch PWNED)", "secretAccessKey": "x", "sessionToken": "y"}
    body = {"roleCredentials": {**keys, "expiration": (int(time.time()) + 3600) * 1000}}
    sandbox.set_faults({"operation": "role_credentials", "status": 200, "body": body})
    done = aws("configure", "export-credentials", "--profile", "native", "--format", form)
    assert (done.returncode, done.stdout) == (255, "")
    assert "AWS_ACCESS_KEY_ID has characters that a shell would misread" in done.stderr


def test_export_credentials_in_a_circle_is_an_error(aws: AwsCli, home: Home) -> None:
    """A profile whose line runs this command for itself would start processes without end."""
    with home.config.open("a") as config:
        line = f"{AWS} configure export-credentials --profile round"
        config.write(f"\n[profile round]\ncredential_process = {line}\n")
    done = aws("configure", "export-credentials", "--profile", "round")
    assert (done.returncode, done.stdout) == (255, "")
    assert "round -> round" in done.stderr


def test_a_role_takes_a_native_profile_as_its_source(aws: AwsCli) -> None:
    """The cache of roles in version 1 is still used."""
    assert aws.account("release") == "111122220003"


@pytest.mark.parametrize(
    "arguments",
    [
        ("sso", "login", "--profile", "nosuch"),
        ("sso", "login", "--sso-session", "nosuch"),
        ("sts", "get-caller-identity", "--profile", "half"),
    ],
)
def test_a_missing_profile_is_reported_in_one_line(aws: AwsCli, arguments: tuple[str, ...]) -> None:
    """There is no traceback, and the missing profile is named."""
    done = aws(*arguments)
    assert (done.returncode, done.stdout) == (255, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "nosuch" in done.stderr or "sso_start_url" in done.stderr


def test_the_version_costs_one_module_more(aws: AwsCli, home: Home) -> None:
    """Every command loads the plugin, even those without SSO; its packages are empty files."""
    with_it = modules(aws)
    home.config.write_text(home.config.read_text().replace(PLUGIN, ""))
    packages = {"credential_process", "credential_process.plugins"}
    assert with_it - modules(aws) - packages == {"credential_process.plugins.awscli"}


def modules(aws: AwsCli) -> set[str]:
    """Return all modules that ``aws --version`` loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(AWS), "--version"],
        env={name: value for name, value in aws.environment.items() if "COVERAGE" not in name},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines[1:]}


BROKEN = """
import sys
sys.modules["credential_process.plugins.botocore"] = None
sys.modules["credential_process.plugins.aws.login"] = None
sys.modules["credential_process.plugins.aws.configure_sso"] = None
sys.argv[0] = "aws"
from awscli.clidriver import main
sys.exit(main())
"""


def test_a_plugin_that_is_broken_leaves_the_commands_alone(aws: AwsCli) -> None:
    """After half an upgrade, users must still be able to work, and to repair it."""
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "sso", "list-accounts", "--generate-cli-skeleton"],
        env=aws.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_version_1() -> None:
    """Version 2 would pass half of these tests without any plugin."""
    version = subprocess.run([str(AWS), "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("aws-cli/1.")
    assert os.access(AWS, os.X_OK)


class TestHostileRole:
    """An attacker may be the portal: an endpoint override or a trusted proxy is enough."""

    NAME = "Developer\n[default]\ncredential_process = /usr/bin/touch PWNED\n# \x1b[2J"

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve a role whose name would be a section of the config file, and a good one."""
        account = Account("111122220001", "Production", None, (self.NAME, "ReadOnly"))
        with Sandbox(accounts=[account]) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    def test_configure_sso_writes_no_command(self, aws: AwsCli, home: Home) -> None:
        """Every SDK without a profile would run it."""
        done = aws("configure", "sso", "--profile", "mine", answers="corp\neu-west-1\n\n")
        assert (done.returncode, done.stderr, "\x1b" in done.stdout) == (0, "", False)
        assert "The only role available to you is: ReadOnly" in done.stdout
        assert "PWNED" not in home.config.read_text()


class TestEmulator:
    """An emulator that gets all requests, such as LocalStack: it must not get tokens."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve under AWS's own names, through a proxy."""
        with Sandbox(connect_proxy=True) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    @pytest.fixture
    def emulator(self) -> Iterator[Sandbox]:
        """Serve at another address, and record the requests."""
        with Sandbox() as emulator:
            yield emulator

    @pytest.fixture
    def environment(self, environment: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
        """Override no endpoint of Identity Center."""
        kept = environment.keys() - sandbox.environment.keys()
        return {**{name: environment[name] for name in kept}, **sandbox.proxy_environment}

    @pytest.mark.parametrize("place", ["variable", "profile"])
    def test_logout_sends_it_no_token(
        self, aws: AwsCli, sandbox: Sandbox, emulator: Sandbox, home: Home, place: str
    ) -> None:
        """Neither that of a session in the config, nor one that no config names any more."""
        home.sign_in(sandbox)
        home.sign_in(sandbox, "forgotten")
        if place == "profile":
            with home.config.open("a") as config:
                config.write(f"\n[default]\nendpoint_url = {emulator.url}\n")
        variables = {"AWS_ENDPOINT_URL": emulator.url} if place == "variable" else {}
        done = aws("sso", "logout", **variables)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert emulator.requests() == []
        assert sandbox.counters()["logout"] == 2
        assert not list(home.token_file().parent.glob("*.json"))
