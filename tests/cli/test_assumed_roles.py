"""`run` and `export` follow `source_profile` from a role to a profile of Identity Center."""

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from credential_process.sandbox import Sandbox
from testing.executable import PATH, Executable
from testing.home import Home
from tests.cli.conftest import SignIn

RELEASE = "arn:aws:iam::111122220003:role/deploy/Release"
AUDIT = "arn:aws:iam::111122220002:role/Audit"
HUB = f"""
[profile release]
role_arn = {RELEASE}
source_profile = hub
region = eu-central-1
"""
BASES = {
    "line": f"credential_process = {PATH} get --sso-session corp --account-id 111122220001 --role-name Developer",
    "native": "sso_session = corp\nsso_account_id = 111122220001\nsso_role_name = Developer",
}


@pytest.fixture
def profiles(home: Home) -> Callable[..., None]:
    """Return a function that adds sections to the config, and the profile hub with a line."""

    def profiles(*texts: str, base: str = "line") -> None:
        with home.config.open("a") as config:
            config.write("\n".join(("", *texts, "[profile hub]", BASES[base], "")))

    return profiles


@pytest.fixture
def export(command: Callable[[str], Executable], sign_in: SignIn) -> Executable:
    """Return ``export``, for a user who is signed in."""
    sign_in()
    return command("export")


Identity = Callable[[str], str]


@pytest.mark.parametrize("base", BASES)
def test_export_has_the_credentials_of_the_assumed_role(
    export: Executable, profiles: Callable[..., None], identity: Identity, base: str
) -> None:
    """A tool without profiles gets what the AWS CLI would use for this profile."""
    profiles(HUB, base=base)
    done = export("--profile", "release")
    expected = "arn:aws:sts::111122220003:assumed-role/Release/sso-credential-process"
    assert identity(done.stdout) == expected


def test_the_keys_of_the_profile_are_sent(
    export: Executable, profiles: Callable[..., None], identity: Identity, sandbox: Sandbox
) -> None:
    """They mean what they mean to the AWS CLI."""
    sandbox.configure(external_ids={RELEASE: "x-1"})
    more = "role_session_name = ada\nduration_seconds = 900\nexternal_id = x-1"
    profiles(HUB + more)
    assert identity(export("--profile", "release").stdout).endswith("/Release/ada")
    (request,) = (each for each in sandbox.requests() if each.operation == "assume_role")
    assert isinstance(request.body, dict)
    assert request.body["DurationSeconds"] == "900"


def test_run_starts_a_tool_with_the_assumed_role_and_the_region_of_its_profile(
    export: Executable, profiles: Callable[..., None], command: Callable[[str], Executable]
) -> None:
    """The region of the source profile may be another one."""
    profiles(HUB)
    tool = ("--", "sh", "-c", 'echo "$AWS_ACCESS_KEY_ID $AWS_REGION"')
    key, region = command("run")("--profile", "release", *tool).stdout.split()
    assert (key[:4], region) == ("ASIA", "eu-central-1")
    assert json.loads(export("--profile", "release").stdout)["AccessKeyId"] == key


def test_a_chain_of_profiles_is_followed(
    export: Executable, profiles: Callable[..., None], identity: Identity, sandbox: Sandbox
) -> None:
    """Each source profile may have another one, as in the AWS CLI."""
    profiles(HUB, f"[profile audit]\nrole_arn = {AUDIT}\nsource_profile = release")
    done = export("--profile", "audit")
    assert identity(done.stdout).startswith("arn:aws:sts::111122220002:assumed-role/Audit/")
    assert sandbox.counters()["assume_role"] == 2


def test_a_line_that_assumes_a_role_and_a_profile_that_does_share_it(
    export: Executable,
    profiles: Callable[..., None],
    command: Callable[[str], Executable],
    sandbox: Sandbox,
) -> None:
    """It is one role, however it is asked for."""
    profiles(HUB)
    options = ("--sso-session", "corp", "--account-id", "111122220001", "--role-name", "Developer")
    line = command("get")(*options, "--assume-role-arn", RELEASE)
    keys = json.loads(export("--profile", "release").stdout)
    assert keys["AccessKeyId"] == json.loads(line.stdout)["AccessKeyId"]
    assert sandbox.counters()["assume_role"] == 1


HUB_ROLE = ("--sso-session", "corp", "--account-id", "111122220001", "--role-name", "Developer")


@pytest.mark.parametrize("source", [HUB_ROLE, ("--profile", "hub")])
def test_the_options_of_get_are_those_of_run_and_export(
    export: Executable,
    profiles: Callable[..., None],
    command: Callable[[str], Executable],
    sandbox: Sandbox,
    source: tuple[str, ...],
) -> None:
    """A role that is used once needs no profile; it is the same role in all three."""
    profiles()
    sandbox.configure(external_ids={RELEASE: "x-1"})
    chain = ("--assume-role-arn", RELEASE, "--assume-role-external-id", "x-1")
    key = json.loads(export(*source, *chain).stdout)["AccessKeyId"]
    tool = ("--", "sh", "-c", 'echo "$AWS_ACCESS_KEY_ID"')
    assert command("run")(*source, *chain, *tool).stdout.strip() == key
    assert json.loads(command("get")(*HUB_ROLE, *chain).stdout)["AccessKeyId"] == key
    assert sandbox.counters()["assume_role"] == 1


def test_each_option_belongs_to_the_role_before_it(
    export: Executable, identity: Identity, sandbox: Sandbox
) -> None:
    """The order is the meaning: the same options in another order name other sessions."""
    names = ("--assume-role-session-name", "first"), ("--assume-role-session-name", "second")
    to_release, to_audit = ("--assume-role-arn", RELEASE), ("--assume-role-arn", AUDIT)
    duration = "--assume-role-duration-seconds=900"
    both = export(*to_release, *names[0], *HUB_ROLE, *to_audit, duration, *names[1])
    assert identity(both.stdout) == "arn:aws:sts::111122220002:assumed-role/Audit/second"
    first, second = (each.body for each in sandbox.requests() if each.operation == "assume_role")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["RoleSessionName"], first.get("DurationSeconds")) == ("first", None)
    assert (second["RoleSessionName"], second["DurationSeconds"]) == ("second", "900")


def test_the_last_role_of_a_profile_assumes_the_next_one(
    export: Executable, profiles: Callable[..., None], identity: Identity, sandbox: Sandbox
) -> None:
    """The profile leads to a hub, and the option from there to one of many accounts."""
    profiles(HUB)
    done = export("--profile", "release", "--assume-role-arn", AUDIT)
    assert identity(done.stdout).startswith("arn:aws:sts::111122220002:assumed-role/Audit/")
    assert sandbox.counters()["assume_role"] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--assume-role-arn", "Release"), "'Release' is not valid"),
        (("--assume-role-session-name", "ada"), "is given before --assume-role-arn"),
        (("--assume-role-arn", RELEASE, *("--assume-role-external-id", "ab") * 2), "given twice"),
        (("--assume-role", RELEASE), "--assume-role-arn"),
    ],
)
def test_options_that_belong_to_no_role_are_refused_in_one_line(
    export: Executable, profiles: Callable[..., None], options: tuple[str, ...], message: str
) -> None:
    """They must not change a role of the profile."""
    profiles(HUB)
    done = export("--profile", "release", *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


def test_boto3_runs_a_line_that_assumes_a_role(
    home: Home, sign_in: SignIn, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every SDK that runs a line gets the assumed role, whether it can follow `source_profile` or not."""
    sign_in()
    with home.config.open("a") as config:
        config.write(f"[profile release]\n{BASES['line']} --assume-role-arn {RELEASE}\n")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    sts = boto3.Session(profile_name="release").client("sts", region_name="us-east-1")
    assert sts.get_caller_identity()["Account"] == "111122220003"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (f"role_arn = {RELEASE}\nsource_profile = hub\nmfa_serial = arn:aws:iam::1:mfa/a", "has mfa_serial"),
        (f"role_arn = {RELEASE}\nsource_profile = dev", "leads back to itself: dev -> dev"),
        (f"role_arn = {RELEASE}\nsource_profile = gone", "the source_profile 'gone' of [profile dev]"),
        (f"role_arn = {RELEASE}\ncredential_source = Environment", "but no source_profile"),
        ("role_arn = Release\nsource_profile = hub", "'Release' is not valid"),
        (f"role_arn = {RELEASE}\nsource_profile = keys", "[profile dev] does not sign in"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_followed_is_refused_in_one_line(
    export: Executable, profiles: Callable[..., None], section: str, message: str
) -> None:
    """The user has to know which profile to correct."""
    profiles(f"[profile dev]\n{section}", "[profile keys]\naws_access_key_id = AKIA")
    done = export("--profile", "dev")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


def test_a_chain_that_ends_in_itself_is_found(
    export: Executable, profiles: Callable[..., None], command: Callable[[str], Executable]
) -> None:
    """SDKs report it in many ways, or never end."""
    one = f"[profile one]\nrole_arn = {RELEASE}\nsource_profile = two"
    profiles(one, f"[profile two]\nrole_arn = {AUDIT}\nsource_profile = one")
    assert "leads back to itself: one -> two -> one" in export("--profile", "one").stderr
    done = command("check")("one", "--json", "--offline")
    assert done.returncode == 2
    codes = {each["code"] for each in json.loads(done.stdout)["findings"]}
    assert "source-profile-loop" in codes


def test_the_console_cannot_be_opened_with_an_assumed_role(
    profiles: Callable[..., None], command: Callable[[str], Executable]
) -> None:
    """The portal does not know the role, and must not open another one in its place."""
    profiles(HUB)
    done = command("console")("--profile", "release", "--print")
    assert (done.returncode, done.stdout) == (2, "")
    assert "switch roles there" in done.stderr


def test_configure_does_not_convert_a_line_that_assumes_a_role(
    home: Home, command: Callable[[str], Executable]
) -> None:
    """As a native profile it would be the role before."""
    with home.config.open("a") as config:
        config.write(f"[profile release]\n{BASES['line']} --assume-role-arn {RELEASE}\n")
    before = Path(home.config).read_text()
    command("configure")("export", "release", "--yes")
    assert home.config.read_text() == before
