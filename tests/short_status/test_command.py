"""`status --short`: one line for prompts and status bars, in hardly more time than Python needs to start."""

import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from credential_process import paths
from credential_process.sandbox import Sandbox
from credential_process.stores import cooldown, field_files, mailbox, sign_in_record
from testing import processes
from testing.executable import PATH, Executable
from testing.home import Home
from testing.people import Person
from tests.test_imports import WARM, WARM_LIBRARY, floor, loaded

__all__ = ("floor",)  # a fixture

PAST = "2020-01-01T00:00:00Z"
MODULES = "chosen config_file main sign_in template token_file"
SHORT = (
    WARM - {"credential_process.warm"}
    | {f"credential_process.{name}" for name in ("errors", "identifiers", "session_reference")}
    | {"credential_process.short_status"}
    | {"credential_process.stores", "credential_process.stores.field_files"}
    | {f"credential_process.short_status.{name}" for name in MODULES.split()}
)
# Modules of C, below those of the library that take long to import.
SHORT_LIBRARY = WARM_LIBRARY | {"_sha1", "_sha256", "_sha2"}
EVERYTHING = "{session}|{signed_in}|{state}|{since}|{left}|{profile}|{account}|{role}|{region}"
PROFILES = """
[profile dev]
credential_process = {path} get --sso-session corp --account-id 111122220001 --role-name Developer
region = eu-west-1

[profile quoted]
credential_process = /usr/bin/env "{path}" get --sso-session corp --account-id 111122220001 --role-name Developer

[profile "my dev"]
sso_session = corp
sso_account_id = 111122220001
sso_role_name = Developer

[profile chained]
source_profile = dev
role_arn = arn:aws:iam::111122220002:role/team/Reader

[profile assumed]
credential_process = {path} get --sso-session corp --account-id 111122220001 --role-name Developer \
--assume-role-arn arn:aws:iam::111122220003:role/Writer

[profile keys]
region = eu-west-1
"""

Short = Callable[..., str]


@pytest.fixture
def status(get: Executable) -> Executable:
    """Return the installed ``sso-credential-process status``."""
    return replace(get, command="status", arguments=())


@pytest.fixture
def short(status: Executable) -> Short:
    """Return a function that returns what ``status --short`` prints; it must exit 0 and report nothing."""

    def short(*arguments: str, **variables: str) -> str:
        done = status("--short", *arguments, environment={**status.environment, **variables})
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return short


@pytest.fixture
def profiles(home: Home) -> None:
    """Add profiles of every kind."""
    with home.config.open("a") as config:
        config.write(PROFILES.format(path=PATH))


@pytest.mark.parametrize("arguments", [(), ("--profile", "dev")], ids=["all", "profile"])
def test_it_loads_next_to_nothing(
    status: Executable, floor: set[str], signed_in: Home, arguments: tuple[str, ...]
) -> None:
    """It runs before each prompt, so it may take half as long again as Python itself."""
    with signed_in.config.open("a") as config:
        config.write(PROFILES.partition("[profile quoted]")[0].format(path=PATH))
    options = (*arguments, "--format", EVERYTHING)
    beyond = loaded(status, str(PATH), "status", "--short", *options) - floor
    assert {name for name in beyond if name.startswith("credential_process")} == SHORT
    assert beyond - SHORT - SHORT_LIBRARY == set()


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_it_shows_every_session_by_default(
    short: Short, home: Home, sandbox: Sandbox, *, is_signed_in: bool
) -> None:
    """A status bar has no profile; starship drops the output of a command that fails, so the exit code is 0."""
    home.add_session(sandbox, "lab")
    if is_signed_in:
        home.sign_in(sandbox)
    assert short() == ("corp ✓ lab ✗\n" if is_signed_in else "corp ✗ lab ✗\n")


@pytest.mark.usefixtures("signed_in", "profiles")
@pytest.mark.parametrize(
    ("arguments", "profile", "shown"),
    [
        (("dev",), "", "corp|✓|signed_in|||dev|111122220001|Developer|eu-west-1"),
        (("--profile", "dev"), "", "corp|✓|signed_in|||dev|111122220001|Developer|eu-west-1"),
        ((), "dev", "corp|✓|signed_in|||dev|111122220001|Developer|eu-west-1"),
        ((), "quoted", "corp|✓|signed_in|||quoted|111122220001|Developer|"),
        ((), "my dev", "corp|✓|signed_in|||my dev|111122220001|Developer|"),
        ((), "chained", "corp|✓|signed_in|||chained|111122220002|Reader|"),
        ((), "assumed", "corp|✓|signed_in|||assumed|111122220003|Writer|"),
        (("corp",), "dev", "corp|✓|signed_in||||||"),
        (("--sso-session=corp",), "dev", "corp|✓|signed_in||||||"),
        (("--all",), "dev", "corp|✓|signed_in||||||"),
        ((), "keys", ""),
        ((), "nosuch", ""),
    ],
)
def test_a_profile_names_session_and_role(
    short: Short, arguments: tuple[str, ...], profile: str, shown: str
) -> None:
    """Users see before they type a command where it will run, and nothing about profiles that do not sign in."""
    printed = short(*arguments, "--format", EVERYTHING, AWS_PROFILE=profile)
    assert printed == (f"{shown}\n" if shown else "")


def test_a_profile_of_a_session_that_is_gone_is_not_shown(short: Short, home: Home) -> None:
    """It would be a cross in every prompt, whatever the user does."""
    with home.config.open("a") as config:
        config.write("[profile old]\nsso_session = gone\n")
    assert short() == "corp ✗\n"


def test_nothing_is_printed_without_a_session(short: Short, home: Home) -> None:
    """The same prompt is used on machines without AWS, and leaves no trace there."""
    home.config.unlink()
    home.aws.rmdir()
    assert (short(), home.aws.exists()) == ("", False)


def test_it_shows_how_long_the_user_has_been_signed_in(short: Short, get: Executable) -> None:
    """AWS reports to no program when a session ends; users know how long theirs last."""
    assert get().returncode == 0
    assert short("--format", "{since}|{left}") == "0m|\n"


def test_since_is_not_known_of_a_sign_in_elsewhere(
    short: Short, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """The time of the sign-in before would be wrong."""
    get()
    home.sign_in(sandbox)
    assert short("--format", "[{since}]") == "[]\n"


def test_the_end_is_shown_if_it_is_known(short: Short, home: Home, sandbox: Sandbox) -> None:
    """A token that cannot be renewed ends for certain."""
    home.sign_in(sandbox, expiresAt="2099-01-01T00:00:00Z", refreshToken="")
    assert re.fullmatch(r"\d+d \d+h\n", short("--format", "{left}"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"expiresAt": PAST},
        {"expiresAt": PAST, "registrationExpiresAt": PAST},
        {"expiresAt": PAST, "refreshToken": ""},
        {"expiresAt": PAST, "clientSecret": ""},
        {"region": "eu-west-1"},
        {"startUrl": "https://other.awsapps.com/start"},
        {"expiresAt": "2099-01-01T00:00:00.123UTC"},
        {"expiresAt": "2099-01-01T00:00:00+00:00"},
        {"expiresAt": "2099-02-30T00:00:00Z"},
        {"expiresAt": "soon"},
        {"accessToken": "a\nb"},
    ],
)
def test_it_agrees_with_the_long_form(
    short: Short, status: Executable, home: Home, sandbox: Sandbox, changes: dict[str, str]
) -> None:
    """Its parsers are not those of the other commands."""
    sign_in: Callable[..., None] = partial(home.sign_in, sandbox)
    sign_in(**changes)
    agreed(status, short)


def agreed(status: Executable, short: Short, *session: str) -> str:
    """Return the state that `status --short` shows; it must be that of `status --json`."""
    (long,) = json.loads(status("--json", *session).stdout)["sessions"]
    assert short("--format", "{state}", *session) == f"{long['state']}\n"
    return str(long["state"])


def make_folder(home: Home, folder: Path) -> Path:
    """Make the folder of a session, and the state root above it."""
    home.state.mkdir(mode=0o700)
    folder.mkdir(mode=0o700)
    return folder


def make_pipe(file: Path) -> None:
    """Put a named pipe in the place of a file."""
    file.unlink()
    os.mkfifo(file)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda file: file.write_bytes(b""), "sign_in_needed"),
    "unfinished": (lambda file: os.truncate(file, file.stat().st_size - 1), "sign_in_needed"),
    "a list": (lambda file: file.write_bytes(b"[]"), "sign_in_needed"),
    "no text": (lambda file: file.write_bytes(b"\xff"), "sign_in_needed"),
    "a number": (lambda file: file.write_bytes(b'{"accessToken": 1}'), "sign_in_needed"),
    "a pipe": (make_pipe, "sign_in_needed"),
    "more bytes": (lambda file: file.write_text(file.read_text() + "}"), "signed_in"),
    "too long": (
        lambda file: file.write_text(file.read_text() + " " * (1 << 20)),
        "sign_in_needed",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_agrees_about_a_damaged_token_file(
    short: Short, status: Executable, signed_in: Home, damage: str
) -> None:
    """An AWS CLI that is killed leaves such files, and two that write at once leave more bytes."""
    harm, state = DAMAGES[damage]
    harm(signed_in.token_file())
    assert agreed(status, short) == state


RECORDS = {
    "listed": ("tokens", "renewable"),
    "unfinished": ("", "renewable"),
    "of another endpoint": ("oidc_endpoint", "sign_in_needed"),
    "spent": ("spent", "sign_in_needed"),
}


@pytest.mark.parametrize("record", RECORDS)
def test_it_agrees_about_tokens_of_a_record(
    short: Short, status: Executable, home: Home, sandbox: Sandbox, record: str
) -> None:
    """Tokens of another endpoint are not used, a refused refresh token is spent, and half a record counts as none."""
    home.sign_in(sandbox, expiresAt=PAST)
    token = json.loads(home.token_file().read_text())
    changed, state = RECORDS[record]
    fields = {
        "oidc_endpoint": home.endpoints[1],
        "tokens": sign_in_record.digest(token["accessToken"]),
        "spent": sign_in_record.digest("another"),
    }
    if changed == "spent":
        fields["spent"] += f",{sign_in_record.digest(token['refreshToken'])}"
    if changed in {"", "oidc_endpoint"}:
        fields["oidc_endpoint"] = "https://other"
    line = field_files.to_line(fields)
    file = Path(paths.plain_folder(str(home.session_folder()))) / "sign-in"
    make_folder(home, file.parent)
    file.write_text(line if changed else line.rstrip())
    assert agreed(status, short) == state


def page(folder: Path, *, seconds: int = 300, host: str = "", end: str = "\n") -> None:
    """Write the file of a page that is open for these seconds, on this host or on another one."""
    host_folder = folder / "hosts" / host if host else Path(mailbox.host_folder(str(folder)))
    host_folder.mkdir(parents=True)
    fields = {"flow": "authorization_code", "ends": str(int(time.time()) + seconds)}
    Path(mailbox.page_path(str(host_folder))).write_text(field_files.to_line(fields).rstrip() + end)


def code(folder: Path, *, seconds: int = 300) -> None:
    """Write the file of a sign-in by device code."""
    fields = {"flow": "device_code", "ends": str(int(time.time()) + seconds)}
    field_files.write(mailbox.code_path(str(folder)), fields)


def outcome(folder: Path, *, ago: int = 0) -> None:
    """Record that a sign-in has failed, on any host, so many seconds ago."""
    cooldown.record(str(folder), "the sign-in was denied", time.time() - ago)


# What may be in the folder of a session with a token that has expired and can be renewed.
LEFT: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda _: None, "renewable"),
    "a page": (page, "sign_in_needed"),
    "a page that has ended": (partial(page, seconds=-1), "renewable"),
    "half a page": (partial(page, end=""), "renewable"),
    "a page of another host": (partial(page, host="other-00000000"), "renewable"),
    "a code of any host": (code, "sign_in_needed"),
    "a code that has ended": (partial(code, seconds=-1), "renewable"),
    "an outcome of any host": (outcome, "sign_in_needed"),
    "an outcome whose pause is over": (partial(outcome, ago=86400), "sign_in_needed"),
    "an empty outcome": (lambda folder: (folder / "outcome").write_text(""), "renewable"),
    "an outcome without a date": (
        lambda folder: (folder / "outcome").write_text("message=no count=1\n"),
        "renewable",
    ),
}


@pytest.mark.parametrize("left", LEFT)
def test_it_agrees_about_what_other_processes_left(
    short: Short, status: Executable, home: Home, sandbox: Sandbox, left: str
) -> None:
    """A page of another host needs nothing of the user here: the next call here tries to renew the token first."""
    home.sign_in(sandbox, expiresAt=PAST)
    folder = make_folder(home, home.session_folder())
    leave, state = LEFT[left]
    leave(folder)
    assert agreed(status, short) == state


@pytest.mark.parametrize(
    ("setting", "state"),
    [
        ("login = never", "signed_in"),
        ("login = sometimes", "misconfigured"),
        ("login =", "misconfigured"),
        ("device_code = always", "signed_in"),
        ("device_code = firefox", "misconfigured"),
        ("browser = firefox -P work %s", "signed_in"),
        ('browser = "/opt/google chrome" %s', "signed_in"),
        ('browser = "firefox', "misconfigured"),
        ("browser = Never", "misconfigured"),
        ("linger = 600", "signed_in"),
        ("linger = never", "misconfigured"),
        ("tenant_id = aa-1234567890abcdef", "signed_in"),
        ("tenant_id = 1", "misconfigured"),
        ("later = 1", "signed_in"),
    ],
)
def test_it_agrees_about_settings(
    short: Short, status: Executable, signed_in: Home, setting: str, state: str
) -> None:
    """With a wrong one, every call is an error."""
    with signed_in.config.open("a") as config:
        config.write(f"credential_process_{setting}\n")
    assert agreed(status, short) == state


def test_it_agrees_about_a_session_that_a_profile_names(
    short: Short, status: Executable, home: Home
) -> None:
    """The session of a colleague's config file is in no file here."""
    with home.config.open("a") as config:
        config.write("[profile old]\nsso_session = gone\n")
    assert agreed(status, short, "old") == "misconfigured"


def test_a_wrong_start_url_of_a_profile_needs_a_correction(short: Short, home: Home) -> None:
    """The long form exits 2 with the reason."""
    with home.config.open("a") as config:
        config.write("[profile old]\nsso_start_url = http://insecure\nsso_region = us-east-1\n")
    assert short("--format", "{state}", AWS_PROFILE="old") == "misconfigured\n"


def test_a_renewable_token_is_not_enough_after_a_failure(
    short: Short, home: Home, sandbox: Sandbox, get: Executable, people: Callable[..., Person]
) -> None:
    """The refresh has failed then."""
    get(environment={**get.environment, "BROWSER": people("--deny").browser})
    home.sign_in(sandbox, expiresAt=PAST)
    assert short("--format", "{signed_in}") == "✗\n"


def test_a_renewable_token_is_not_enough_while_a_sign_in_is_open(
    short: Short, home: Home, sandbox: Sandbox, leave_open: Callable[[], Person]
) -> None:
    """The user has to finish it."""
    leave_open()
    processes.end(home.path)
    home.sign_in(sandbox, expiresAt=PAST)
    assert short("--format", "{signed_in}") == "✗\n"


def test_no_request_is_sent_and_no_process_started(
    short: Short, signed_in: Home, sandbox: Sandbox
) -> None:
    """A prompt that signs the user in would open a page each time they press Enter."""
    short()
    signed_in.token_file().unlink()
    short()
    assert (sandbox.requests(), processes.of(signed_in.path)) == ([], {})
    assert signed_in.host_files("*") == []


@pytest.mark.parametrize(
    "form", ["{sesion}", "{session", "session}", "{}", "{session!r}", "{session:>9}", "{session.upper}", "{0}"]
)  # fmt: skip
def test_a_bad_template_is_explained_in_one_line(status: Executable, form: str) -> None:
    """The names of the fields are what the user has to know."""
    done = status("--short", "--format", form)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    fields = "{session} {signed_in} {state} {since} {left} {profile} {account} {role} {region}"
    assert f"--format: {form!r} is not a valid template; the fields are {fields}\n" in done.stderr


def test_braces_can_be_printed(short: Short) -> None:
    """Prompts have brackets of every kind."""
    assert short("--format", "{{{session}}} {{x}}") == "{corp} {x}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--short", "nosuch"), "there is no session or profile 'nosuch'"),
        (("--short", "--profile", "nosuch"), "--profile: there is no profile 'nosuch'"),
        (("--short", "--sso-session", "nosuch"), "there is no [sso-session nosuch]"),
        (("--short", "--sso-session", "corp", "--profile", "x"), "are given"),
        (("--short", "--json"), "--json and --short are given; give one of them"),
        (("--format", "{session}"), "--format is for --short; add --short"),
        (("--short", "--shrot"), "--shrot"),
        (("--short", "--format"), "--format"),
    ],
)
def test_a_mistake_is_one_line(status: Executable, arguments: tuple[str, ...], words: str) -> None:
    """What the fast path does not understand, the ordinary command explains."""
    done = status(*arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr


def test_a_config_that_cannot_be_read_is_explained(status: Executable, home: Home) -> None:
    """The line is named, as everywhere."""
    home.config.write_text("[profile dev]\nregion eu-west-1\n")
    done = status("--short")
    assert (done.returncode, "line 2 of" in done.stderr) == (2, True)


def test_a_name_of_a_session_and_a_profile_means_the_session(
    status: Executable, home: Home
) -> None:
    """As without `--short`, and with the same message."""
    with home.config.open("a") as config:
        config.write("[profile corp]\nsso_session = corp\n")
    done = status("--short", "corp", "--format", "{session}{profile}")
    assert (done.returncode, done.stdout) == (0, "corp\n")
    assert "using the session" in done.stderr


def test_a_session_with_a_mistake_needs_a_correction(short: Short, home: Home) -> None:
    """One wrong section must not hide the others."""
    with home.config.open("a") as config:
        config.write("[sso-session lab]\nsso_start_url = http://insecure\nsso_region = us-east-1\n")
    assert short("--format", "{session} {state}") == "corp sign_in_needed lab misconfigured\n"


def test_a_start_url_is_shown_too(short: Short, home: Home, sandbox: Sandbox) -> None:
    """Its token has another file."""
    home.sign_in(sandbox, key=sandbox.start_url)
    options = ("--start-url", sandbox.start_url, "--sso-region", sandbox.region)
    assert short(*options) == f"{sandbox.start_url} ✓\n"


def test_a_terminal_without_the_sign_gets_another(short: Short) -> None:
    """The code pages of Windows have no tick."""
    assert short(PYTHONIOENCODING="latin-1") == "corp -\n"


def test_the_executable_may_be_anywhere(short: Short, home: Home) -> None:
    """Lines of other installations count as well."""
    line = "/opt/tools/sso-credential-process get --sso-session corp"
    with home.config.open("a") as config:
        config.write(f"[profile old]\ncredential_process = {line}\n")
    assert short("--profile", "old") == "corp ✗\n"
