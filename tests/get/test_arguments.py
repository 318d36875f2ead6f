"""Bad input to `get`: exit 2, one line that names the argument, and nothing else."""

import os

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from testing.people import Person

SESSION = ("--sso-session", "corp")
ACCOUNT = ("--account-id", "111122220001")
ROLE = ("--role-name", "Developer")
URL = ("--start-url", "https://d-1234567890.awsapps.com/start")
REGION = ("--sso-region", "us-east-1")
SIGN_IN_PAGE = "https://eu-west-1.signin.aws/platform/d-1234567890/login?workflowStateHandle=1"
CONSOLE = "https://console.aws.amazon.com/singlesignon"
INSTANCE = f"{CONSOLE}/home?region=eu-west-1#!/instances/72239c385425574d/dashboard"
FULL_WIDTH_DIGITS = "".join(chr(0xFF10 + int(digit)) for digit in ACCOUNT[1])


def account(value: str | bytes) -> tuple[str | bytes, ...]:
    """Ask for this account."""
    return (*SESSION, "--account-id", value, *ROLE)


def role(value: str | bytes) -> tuple[str | bytes, ...]:
    """Ask for this role."""
    return (*SESSION, *ACCOUNT, "--role-name", value)


def start_url(value: str | bytes) -> tuple[str | bytes, ...]:
    """Ask at this start URL."""
    return ("--start-url", value, *REGION, *ACCOUNT, *ROLE)


def region(value: str | bytes) -> tuple[str | bytes, ...]:
    """Ask in this region."""
    return (*URL, "--sso-region", value, *ACCOUNT, *ROLE)


BAD = {
    "no session": ("--sso-session", (*ACCOUNT, *ROLE)),
    "no account": ("--account-id", (*SESSION, *ROLE)),
    "no role": ("--role-name", (*SESSION, *ACCOUNT)),
    "no region": ("--sso-region", (*URL, *ACCOUNT, *ROLE)),
    "no start URL": ("--start-url", (*REGION, *ACCOUNT, *ROLE)),
    "session and start URL": ("--start-url", (*SESSION, *URL, *REGION, *ACCOUNT, *ROLE)),
    "value missing at the end": ("--role-name", (*SESSION, *ACCOUNT, "--role-name")),
    "unknown option": ("--nonsense", (*SESSION, *ACCOUNT, *ROLE, "--nonsense")),
    "stray word": ("stray", (*SESSION, *ACCOUNT, *ROLE, "stray")),
    "account empty": ("--account-id", account("")),
    "account of 11 digits": ("--account-id", account("11112222000")),
    "account of 13 digits": ("--account-id", account("1111222200011")),
    "account with a letter": ("--account-id", account("11112222000l")),
    "account with dashes": ("--account-id", account("1111-2222-0001")),
    "account of Arabic digits": ("--account-id", account("١١١١٢٢٢٢٠٠٠١")),
    "account of full-width digits": ("--account-id", account(FULL_WIDTH_DIGITS)),
    "account with a newline": ("--account-id", account("111122220001\n")),
    "account with a space": ("--account-id", account(" 111122220001")),
    "account that climbs": ("--account-id", account("../../../../")),
    "role empty": ("--role-name", role("")),
    "role that climbs": ("--role-name", role("..")),
    "role with a slash": ("--role-name", role("team/Developer")),
    "role with a space": ("--role-name", role("Power User")),
    "role with a newline": ("--role-name", role("Developer\n")),
    "role of 65 characters": ("--role-name", role("R" * 65)),
    "role of 100,000 characters": ("--role-name", role("R" * 100_000)),
    "role with an accent": ("--role-name", role("Développeur")),
    "role that is not UTF-8": ("--role-name", role(b"Dev\xff")),
    "role with a terminal escape": ("--role-name", role("\x1b[2JDeveloper")),
    "start URL empty": ("--start-url", start_url("")),
    "start URL http": ("--start-url", start_url("http://d-1234567890.awsapps.com/start")),
    "start URL ftp": ("--start-url", start_url("ftp://d-1234567890.awsapps.com/start")),
    "start URL without scheme": ("--start-url", start_url("d-1234567890.awsapps.com/start")),
    "start URL without host": ("--start-url", start_url("https:///start")),
    "start URL of a sign-in page": (
        "; give https://d-1234567890.awsapps.com/start",
        start_url(SIGN_IN_PAGE),
    ),
    "start URL of the console": (
        "is the AWS console, not the access portal; give the https URL of the access portal, such as https://d-",
        start_url(CONSOLE),
    ),
    "start URL with a newline": ("--start-url", start_url("https://d-1.awsapps.com/start\n")),
    "start URL with a space": ("--start-url", start_url("https://d-1.awsapps.com/ start")),
    "start URL that is not UTF-8": ("--start-url", start_url(b"https://d-\xff.awsapps.com/")),
    "region empty": ("--sso-region", region("")),
    "region of one word": ("--sso-region", region("nowhere")),
    "region with underscores": ("--sso-region", region("us_east_1")),
    "region with a newline": ("--sso-region", region("us-east-1\n")),
    "region that is a host": ("--sso-region", region("us-east-1.example.com")),
    "region that climbs": ("--sso-region", region("../us-east-1")),
    "session empty": ("--sso-session", ("--sso-session", "", *ACCOUNT, *ROLE)),
    "unknown option, spelled alike": (
        "did you mean --sso-session?",
        ("--sso-sesion", "corp", *ACCOUNT, *ROLE),
    ),
    "profile": ("export --profile NAME", ("--profile", "dev")),
    "profile with an equals sign": ("the line itself names the session", ("--profile=dev",)),
    "bare word": ("'dev'; see: sso-credential-process get --help; with a profile", ("dev",)),
    "session spelled alike": (
        "; change it to corp, or add [sso-session crop]",
        ("--sso-session", "crop", *ACCOUNT, *ROLE),
    ),
    "session unknown": (
        "; add [sso-session nosuch], or use one of: corp",
        ("--sso-session", "nosuch", *ACCOUNT, *ROLE),
    ),
    "session with a terminal escape": (
        "--sso-session",
        ("--sso-session", "co\x1b]0;owned\x07rp", *ACCOUNT, *ROLE),
    ),
    "session that climbs": ("--sso-session", ("--sso-session", "../..", *ACCOUNT, *ROLE)),
    "wait of a word": ("--wait", (*SESSION, *ACCOUNT, *ROLE, "--wait", "soon")),
    "wait negative": ("--wait", (*SESSION, *ACCOUNT, *ROLE, "--wait", "-1")),
    "wait that is no number": ("--wait", (*SESSION, *ACCOUNT, *ROLE, "--wait", "nan")),
    "wait without end": ("--wait", (*SESSION, *ACCOUNT, *ROLE, "--wait", "inf")),
}


@pytest.mark.parametrize(("named", "arguments"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_in_one_line(
    get: Executable,
    sandbox: Sandbox,
    nobody: Person,
    named: str,
    arguments: tuple[str | bytes, ...],
) -> None:
    """The AWS CLI shows only that line, so it must say what to fix."""
    done = get(*arguments, environment={**get.environment, "BROWSER": nobody.browser})
    _assert_refused(done.returncode, done.stdout, done.stderr, named)
    assert sandbox.requests() == []


CONFIGS = {
    "no config file": ("corp", None),
    "config without the session": ("corp", "[sso-session other]\nsso_region = us-east-1\n"),
    "config that does not parse": ("config", "[sso-session corp\nsso_region us-east-1\n"),
    "config that is not text": ("config", "[sso-session corp]\nsso_region = \0\udcff\n"),
    "session without start URL": ("sso_start_url", "[sso-session corp]\nsso_region = us-east-1\n"),
    "session without region": (
        "sso_region",
        "[sso-session corp]\nsso_start_url = https://d-1234567890.awsapps.com/start\n",
    ),
    "session with an http start URL": (
        "sso_start_url",
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = http://d-1.awsapps.com/\n",
    ),
    "session with a sign-in page": (
        f"is the AWS console, not the access portal; it must be sso_start_url = {URL[1]}, in ",
        f"[sso-session corp]\nsso_region = us-east-1\nsso_start_url = {SIGN_IN_PAGE}\n",
    ),
    "session with a page of the console that has the instance": (
        "it must be sso_start_url = https://ssoins-72239c385425574d.portal.eu-west-1.app.aws, in ",
        f"[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = {INSTANCE}\n",
    ),
    "session with another page of the console": (
        "it must be like sso_start_url = https://d-1234567890.awsapps.com/start, in ",
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://console.aws.amazon.com/\n",
    ),
    "session with a region that is none": (
        "sso_region",
        "[sso-session corp]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = here\n",
    ),
}


@pytest.mark.parametrize(("named", "config"), CONFIGS.values(), ids=CONFIGS.keys())
def test_an_unusable_config_is_refused_in_one_line(
    get: Executable, home: Home, sandbox: Sandbox, nobody: Person, named: str, config: str | None
) -> None:
    """Most first calls fail because of the config: the line shows where."""
    home.config.unlink()
    if config is not None:
        home.config.write_bytes(config.encode(errors="surrogateescape"))
    done = get(environment={**get.environment, "BROWSER": nobody.browser})
    _assert_refused(done.returncode, done.stdout, done.stderr, named)
    assert sandbox.requests() == []


def test_a_config_that_is_a_named_pipe_blocks_no_caller(get: Executable, home: Home) -> None:
    """Opening a pipe to read blocks until another process writes to it, and none does."""
    home.config.unlink()
    os.mkfifo(home.config)
    done = get()
    _assert_refused(done.returncode, done.stdout, done.stderr, str(home.config))


def test_a_token_file_that_is_a_named_pipe_is_a_miss(get: Executable, home: Home) -> None:
    """If the broker read it, all callers would wait; the token of the sign-in replaces it."""
    home.token_file().parent.mkdir(parents=True)
    os.mkfifo(home.token_file())
    assert get().returncode == 0
    assert home.token_file().is_file()


def test_a_session_that_lost_its_config_is_not_served_from_the_cache(
    get: Executable, home: Home
) -> None:
    """A user who removes a session from the config wants it to be gone."""
    get()
    home.config.write_text("[default]\nregion = us-east-1\n")
    done = get()
    _assert_refused(done.returncode, done.stdout, done.stderr, "corp")


def _assert_refused(exit_code: int, stdout: str, stderr: str, named: str) -> None:
    assert (exit_code, stdout) == (2, "")
    assert stderr.endswith("\n")
    assert len(stderr.splitlines()) == 1
    assert len(stderr.encode()) < 500
    assert named in stderr
    assert "Traceback" not in stderr
    assert stderr[:-1].isprintable()
