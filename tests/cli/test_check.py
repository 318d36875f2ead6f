"""`check` of the installed executable: the problems of each profile, and the exit code."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from credential_process.sandbox import ACCESS_TENANT, Sandbox
from credential_process.stores import cooldown
from testing import processes
from testing.executable import PATH, Executable
from testing.home import Home
from testing.people import Person

Check = Callable[..., Any]
NATIVE_PROFILE = "Production.Developer"


@pytest.fixture
def check(
    command: Callable[[str], Executable], nobody: Person, environment: dict[str, str]
) -> Executable:
    """Return the installed ``sso-credential-process check``; no user may be asked to sign in."""
    environment["BROWSER"] = nobody.browser
    return command("check")


@pytest.fixture
def found(check: Executable) -> Check:
    """Return a function that reads the findings of ``check --json``."""
    return lambda *arguments: json.loads(check("--json", *arguments).stdout)


@pytest.fixture
def profile(home: Home, sandbox: Sandbox) -> Callable[..., None]:
    """Return a function that adds a profile: ``profile("dev", role="Developer")``."""

    def add(name: str, *, session: str = "corp", role: str = "Developer") -> None:
        account = sandbox.accounts[0].account_id
        line = f"{PATH} get --sso-session {session} --account-id {account} --role-name {role}"
        with home.config.open("a") as config:
            config.write(f"\n[profile {name}]\ncredential_process = {line}\n")

    return add


@pytest.fixture
def native(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``configure populate --native``."""
    configure = command("configure")
    arguments = ("populate", "--region", "eu-west-1", "--role", "Developer", "--native", "--yes")
    return Executable("configure", configure.home, configure.environment, arguments)


def problems(report: Any) -> list[str]:
    """Return the codes of the problems in a report."""
    return [each["code"] for each in report["findings"] if each["level"] == "problem"]


@pytest.mark.parametrize("start", ['"{path}"', '/usr/bin/env "{path}"', "env -u PYTHONPATH {path}"])
def test_the_executable_of_a_line_is_checked_behind_env(
    found: Check, home: Home, sandbox: Sandbox, start: str
) -> None:
    """`env` exists on every system, but the program that it runs may be gone."""
    account = sandbox.accounts[0].account_id
    role = f"--account-id {account} --role-name Developer"
    line = f"{start.format(path='/opt/gone/sso-credential-process')} get --sso-session corp {role}"
    with home.config.open("a") as config:
        config.write(f"\n[profile dev]\ncredential_process = {line}\n")
    report = found("dev")
    assert "executable-missing" in problems(report)
    assert ("line-quoted" in problems(report)) == start.startswith('"')


@pytest.mark.parametrize(
    ("name", "proposed"),
    [("my dev", "my-dev"), ('"my dev"', "my-dev"), ("dév", "dev"), ("日本", "NAME")],
)
@pytest.mark.usefixtures("signed_in")
def test_a_name_that_some_sdks_do_not_find_is_named_with_a_better_one(
    found: Check, profile: Callable[..., None], name: str, proposed: str
) -> None:
    """With and without quotation marks, among all profiles and alone."""
    profile(name)
    for arguments in ((), (name.strip('"'),)):
        report = found(*arguments, "--offline")
        (finding,) = [each for each in report["findings"] if "profile-name" in each["code"]]
        assert finding["fix"].endswith(f"call the section [profile {proposed}]")


@pytest.mark.parametrize("name", ["nosuch", "my dev", "dév", "$(id)", "-x", "dev:x", "日本"])
def test_a_profile_that_is_proposed_can_be_configured(
    check: Executable, found: Check, home: Home, name: str
) -> None:
    """Users copy the proposed command into a shell."""
    (finding,) = [
        each for each in found("--profile", name)["findings"] if each["code"] == "profile-missing"
    ]
    _, _, typed = finding["fix"].partition("sso-credential-process ")
    role = "--account-id 111122220001 --role-name Developer --region eu-west-1 --yes"
    done = subprocess.run(
        ["/bin/sh", "-c", f"{PATH} {typed} {role}"],
        env=check.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "sso-credential-process: configured for corp" in home.config.read_text()


@pytest.mark.usefixtures("signed_in")
def test_a_profile_that_works_has_no_problem(
    check: Executable, found: Check, profile: Callable[..., None], sandbox: Sandbox
) -> None:
    """Exit 0 has to mean that an SDK gets credentials."""
    profile("dev")
    report = found("dev")
    assert problems(report) == []
    facts = [fact["message"] for fact in report["facts"]]
    account = sandbox.accounts[0].account_id
    assert facts[:2] == ["its line can be run", "state is kept in ~/.aws/sso-credential-process"]
    assert facts[2].startswith("certificates in /")
    assert facts[4:] == [
        "the service answers, and the clocks agree",
        f"Developer in {account} is assigned to you",
    ]
    assert (check("--quiet").stdout, report["exit_code"]) == ("", 0)


@pytest.mark.usefixtures("signed_in")
def test_a_profile_that_works_is_shown_in_a_line_for_each_thing(
    check: Executable, profile: Callable[..., None], home: Home
) -> None:
    """What old SDKs need is not in the way of users who have none of them."""
    profile("dev")
    endpoint = "endpoint-override: environment"  # of the sandbox
    shown = check("dev").stdout.partition(endpoint)[2].split("\n\n", 1)[1].splitlines()
    assert [line[:9] for line in shown[:-2]] == ["ok       "] * 6
    assert shown[-2:] == ["", "no problems, 1 note"]
    profile("other")
    line = home.config.read_text().rpartition("\n[profile other]")[2]
    home.config.with_name("credentials").write_text(f"[other]{line}")
    shown_for_copies = check("dev").stdout
    assert "config-only: profile dev" in shown_for_copies
    assert "load-config: environment" in shown_for_copies


@pytest.mark.usefixtures("signed_in")
def test_a_role_that_is_not_assigned_is_exit_4(
    check: Executable, profile: Callable[..., None]
) -> None:
    """The portal's 403 explains nothing, so the assigned roles are listed."""
    profile("dev", role="Nobody")
    done = check("dev")
    assert (done.returncode, "no-access: profile dev" in done.stdout) == (4, True)
    assert "in that account you have Administrator, Developer" in done.stdout


@pytest.mark.usefixtures("signed_in")
def test_an_instance_without_permission_sets_is_explained_once(
    check: Executable, found: Check, sandbox: Sandbox, profile: Callable[..., None]
) -> None:
    """No administrator can assign these roles, so no other role is suggested either, whichever profile is checked."""
    sandbox.configure(permission_sets_enabled=False)
    profile("dev")
    profile("ops", role="Administrator")
    for words in ((), ("dev",), ("--sso-session", "corp")):
        report = found(*words)
        assert (report["exit_code"], problems(report)) == (4, ["no-accounts"])
    text = check("dev").stdout
    assert "no-accounts: session corp" in text
    assert "--tenant-id" in text


@pytest.mark.usefixtures("signed_in")
def test_an_account_list_that_is_refused_is_explained_alike(found: Check, sandbox: Sandbox) -> None:
    """AWS does not document how its portal answers where there are no permission sets."""
    refusal = {"__type": "ForbiddenException", "message": "No access"}
    sandbox.set_faults(
        {"operation": "list_accounts", "status": 403, "body": refusal, "count": None}
    )
    assert problems(found()) == ["no-accounts"]


@pytest.mark.usefixtures("signed_in")
def test_lines_with_a_tenant_need_no_permission_sets(
    found: Check, sandbox: Sandbox, home: Home
) -> None:
    """Everything works, and there is nothing that an administrator could assign."""
    sandbox.configure(permission_sets_enabled=False)
    role = f"--tenant-id {ACCESS_TENANT} --role-arn arn:aws:iam::111122220001:role/teams/Developer"
    with home.config.open("a") as config:
        line = f"{PATH} get --sso-session corp {role}"
        config.write(f"\n[profile dev]\ncredential_process = {line}\n")
    for words in ((), ("dev",), ("--sso-session", "corp")):
        assert problems(found(*words)) == []
    assert sandbox.counters()["list_accounts"] == 3  # for the clock


@pytest.mark.usefixtures("signed_in")
def test_accounts_are_asked_for_only_where_no_role_is_assigned(
    found: Check, home: Home, sandbox: Sandbox, profile: Callable[..., None]
) -> None:
    """One request for each account of a profile is enough."""
    profile("dev")
    assert problems(found()) == []
    assert sandbox.counters()["list_account_roles"] == 1
    assert sandbox.counters()["list_accounts"] == 1  # for the clock
    text = home.config.read_text()
    home.config.write_text(text.replace(sandbox.accounts[0].account_id, "999999999999"))
    assert problems(found()) == ["no-access"]
    assert sandbox.counters()["list_accounts"] == 3


@pytest.mark.usefixtures("signed_in")
def test_a_token_that_the_service_refuses_is_exit_3(
    found: Check, home: Home, profile: Callable[..., None]
) -> None:
    """Its date is good, so every other tool claims that the user is signed in."""
    profile("dev")
    token = json.loads(home.token_file().read_text())
    home.token_file().write_text(json.dumps({**token, "accessToken": "revoked"}))
    report = found("dev")
    assert (report["exit_code"], problems(report)) == (3, ["token-refused"])


@pytest.mark.usefixtures("signed_in")
def test_a_token_for_another_region_is_named(found: Check, home: Home) -> None:
    """With the wrong region, signing in again does not help."""
    home.config.write_text(home.config.read_text().replace("us-east-1", "eu-west-1"))
    report = found("--sso-session", "corp", "--offline")
    assert (report["exit_code"], problems(report)) == (3, ["token-elsewhere"])


def test_a_service_out_of_reach_is_exit_5(check: Executable, environment: dict[str, str]) -> None:
    """The message contains the address, which shows a wrong proxy or endpoint."""
    environment["AWS_ENDPOINT_URL_SSO"] = "http://127.0.0.1:9"
    done = check()
    assert (done.returncode, "http://127.0.0.1:9 cannot be reached" in done.stdout) == (5, True)


def test_the_worst_problem_decides_the_exit_code(
    found: Check, profile: Callable[..., None], environment: dict[str, str]
) -> None:
    """The user is signed out, the service is away, and a profile is broken: fix the profile first."""
    environment["AWS_ENDPOINT_URL_SSO"] = "http://127.0.0.1:9"
    profile("dev", session="lab")
    report = found()
    codes = ["session-config", "service-unreachable", "sign-in-needed"]
    assert (report["exit_code"], problems(report)) == (2, codes)


def test_an_offline_check_sends_no_request_and_no_check_signs_in(
    check: Executable, profile: Callable[..., None], sandbox: Sandbox, home: Home
) -> None:
    """A check must not open a page or wait for a network that is down."""
    profile("dev")
    assert check("--offline").returncode == 3
    assert sandbox.requests() == []
    check()
    assert {request.operation for request in sandbox.requests()} == {"list_accounts"}
    assert processes.of(home.path) == {}


def test_a_problem_of_many_profiles_is_one_finding(
    check: Executable, profile: Callable[..., None]
) -> None:
    """After a reinstallation a thousand profiles have one and the same problem."""
    for number in range(7):
        profile(f"dev{number}", session="lab")
    done = check("--offline", "--quiet")
    assert done.stdout.count("session-config") == 1


def test_a_mistyped_session_has_its_profile_and_a_fix(
    found: Check, profile: Callable[..., None]
) -> None:
    """The profile is what users edit."""
    profile("dev", session="crop")
    (finding,) = [each for each in found("--offline")["findings"] if each["name"] == "crop"]
    assert (finding["message"], finding["fix"]) == (
        "there is no [sso-session crop] in ~/.aws/config; used by the profile dev",
        "change it to corp, or add [sso-session crop]",
    )


@pytest.mark.parametrize("arguments", [(), ("dev",), ("--sso-session", "corp")])
def test_a_broken_config_file_is_named_with_its_line(
    check: Executable, home: Home, arguments: tuple[str, ...]
) -> None:
    """Usually it is a merge conflict, and the line is enough to find it."""
    home.config.write_text("[profile dev]\n<<<<<<< HEAD\n")
    done = check(*arguments)
    assert (done.returncode, done.stderr) == (2, "")
    assert "line 2 of ~/.aws/config cannot be parsed" in done.stdout


def test_with_an_empty_config_check_shows_how_to_begin(found: Check, home: Home) -> None:
    """This may be the first command that a new user tries."""
    home.config.write_text("")
    assert problems(found()) == ["nothing-configured"]


def test_the_line_of_a_source_profile_is_checked(
    found: Check, profile: Callable[..., None], home: Home
) -> None:
    """Most profiles of administrators assume a second role."""
    profile("dev", session="lab")
    with home.config.open("a") as config:
        config.write("\n[profile admin]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = dev\n")
    report = found("admin", "--offline")
    assert problems(report) == ["session-config"]
    assert "source-profile" in [each["code"] for each in report["findings"]]


def test_a_native_profile_is_no_problem_but_its_session_may_have_one(
    found: Check, home: Home
) -> None:
    """It is not managed, but the user wants to know whether they are signed in."""
    with home.config.open("a") as config:
        config.write("\n[profile native]\nsso_session = corp\nsso_account_id = 1\n")
    report = found("native", "--offline")
    assert [each["code"] for each in report["findings"]][:2] == ["sign-in-needed", "native-profile"]


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("arguments", [(), (NATIVE_PROFILE,)], ids=["all", "one"])
def test_a_native_profile_of_configure_is_in_order(
    found: Check, native: Executable, arguments: tuple[str, ...]
) -> None:
    """It was asked for, and its role is looked up like that of a line."""
    native()
    report = found(*arguments)
    assert problems(report) == []
    assert "native-profile" not in [each["code"] for each in report["findings"]]
    facts = [each["message"] for each in report["facts"] if each["name"] == NATIVE_PROFILE]
    assert len(facts) == 2
    assert "SDKs with SSO support read it themselves" in facts[0]
    assert "is assigned to you" in facts[1]


@pytest.mark.usefixtures("signed_in")
def test_a_native_profile_beside_a_line_in_the_credentials_file_is_in_order(
    found: Check, native: Executable
) -> None:
    """`--credentials-file` writes that for the tools that know nothing else."""
    native(*native.arguments, "--credentials-file")
    assert problems(found(NATIVE_PROFILE)) == []


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("sso_role_name = Developer", "sso_role_name = Gone", "no-access"),
        ("sso_session = corp", "sso_session = gone", "session-config"),
    ],
)
def test_what_is_wrong_with_a_native_profile_of_configure_is_found(
    found: Check, native: Executable, home: Home, key: str, value: str, code: str
) -> None:
    """A role that was taken away, and a session that was renamed."""
    native()
    home.config.write_text(home.config.read_text().replace(key, value))
    assert code in problems(found(NATIVE_PROFILE))


def test_a_line_that_is_quoted_as_a_whole_is_found_without_a_name(found: Check, home: Home) -> None:
    """SDKs look for a program of this long name; the user does not know which profile to check."""
    with home.config.open("a") as config:
        config.write(f'\n[profile quoted]\ncredential_process = "{PATH} get --sso-session corp"\n')
    of_profile = [
        (each["name"], each["code"], each["fix"])
        for each in found("--offline")["findings"]
        if each["subject"] == "profile" and each["level"] == "problem"
    ]
    fix = f"write it without them: {PATH} get --sso-session corp"
    assert of_profile == [("quoted", "line-quoted-whole", fix)]


def test_a_profile_that_is_spelled_alike_is_proposed(
    found: Check, profile: Callable[..., None]
) -> None:
    """A list of hundreds of profiles does not help."""
    profile("develop")
    profile("other")
    (finding,) = [
        each for each in found("devlop", "--offline")["findings"] if each["name"] == "devlop"
    ]
    assert finding["fix"].startswith("use develop, or run sso-credential-process configure profile")


def test_without_profiles_none_is_proposed(found: Check) -> None:
    """A new user may try `check dev` first."""
    (finding,) = [each for each in found("dve", "--offline")["findings"] if each["name"] == "dve"]
    assert (finding["message"], finding["fix"]) == (
        "~/.aws/config has no [profile dve], and no other profile",
        "sso-credential-process configure profile dve",
    )


def test_names_from_files_cannot_control_a_terminal(check: Executable, home: Home) -> None:
    """A downloaded config file could hide a line, or write into the clipboard."""
    with home.config.open("a") as config:
        config.write(
            "\n[profile \x1b]52;c;x\x07\u202edev]\ncredential_process = /opt/gone\x1b[2J/sso-credential-process get a\n"
        )
    done = check("--offline")
    assert done.stdout.replace("\n", "").isprintable()


@pytest.mark.usefixtures("signed_in")
def test_no_secret_is_printed(
    check: Executable, home: Home, environment: dict[str, str], profile: Callable[..., None]
) -> None:
    """The output of `check` is pasted into tickets, and it reads files with secrets."""
    profile("dev")
    with home.config.open("a") as config:
        config.write("aws_secret_access_key = hidden-config\naws_access_key_id = hidden-id\n")
        config.write(
            '\n[profile other]\ncredential_process = /opt/tool --password "hidden-$line"\n'
        )
    (home.aws / "credentials").write_text("[dev]\naws_secret_access_key = hidden-credentials\n")
    environment["AWS_SECRET_ACCESS_KEY"] = "hidden-environment"
    environment["HTTP_PROXY"] = "http://me:hidden-proxy@127.0.0.1:port"
    environment["AWS_ENDPOINT_URL"] = "http://me:hidden-endpoint@127.0.0.1"
    token = json.loads(home.token_file().read_text())
    secrets = [token[name] for name in ("accessToken", "refreshToken", "clientSecret")]
    runs = [check(*arguments) for arguments in ((), ("--json",), ("other",))]
    printed = "".join(run.stdout + run.stderr for run in runs)
    assert all(code in printed for code in ("keys-in-credentials", "line-misread", "proxy"))
    assert [each for each in ("hidden", *secrets) if each in printed] == []


def test_an_open_sign_in_leads_to_its_page(
    check: Executable, command: Callable[[str], Executable], leave_open: Callable[[], Person]
) -> None:
    """A second one would not help: the user finishes the first, which `status` shows."""
    gone = leave_open()
    done = check("--offline", "--sso-session", "corp")
    assert done.returncode == 3
    assert "you are not signed in to corp; a sign-in is open\n" in done.stdout
    _, _, typed = done.stdout.partition(
        "fix finish it; to see its page, run: sso-credential-process "
    )
    assert gone.arrivals()[0] in command("status")(*typed.splitlines()[0].split()[1:]).stdout


def test_a_sign_in_that_has_failed_shows_that_the_token_could_not_be_renewed(
    check: Executable, home: Home, sandbox: Sandbox
) -> None:
    """Like `status`: without the failure, it renews at its next use."""
    token = {**sandbox.sign_in("ada"), "expiresAt": "2020-01-01T00:00:00Z"}
    home.token_file().parent.mkdir(parents=True, exist_ok=True)
    home.token_file().write_text(json.dumps(token))
    assert "renews at its next use" in check("--offline", "--sso-session", "corp").stdout
    cooldown.record(str(home.session_folder()), "denied", time.time())
    done = check("--offline", "--sso-session", "corp")
    assert "you are not signed in to corp" in done.stdout


def test_the_json_has_the_keys_in_its_help(check: Executable, found: Check) -> None:
    """Scripts depend on these names."""
    described = check("--help").stdout.partition("A finding has:")[2].partition("A fact")[0]
    report = found("--offline")
    (finding,) = [each for each in report["findings"] if each["code"] == "sign-in-needed"]
    assert list(report) == ["exit_code", "findings", "facts"]
    names = re.findall(r"(?:^ {4}|^ {4}message, )(\w+)", described, re.MULTILINE)
    assert list(finding) == [*names, "fix"]
    assert (finding["subject"], finding["name"], finding["sdks"]) == ("session", "corp", ["all"])


def test_a_profile_together_with_a_session_is_a_usage_error(check: Executable) -> None:
    """It would be unclear which of the two is meant."""
    done = check("dev", "--sso-session", "corp")
    assert (done.returncode, "give one of them" in done.stderr) == (2, True)


@pytest.mark.usefixtures("signed_in")
def test_what_is_in_order_does_not_fill_the_screen(
    check: Executable, profile: Callable[..., None]
) -> None:
    """With a thousand profiles, the one problem would be pages away."""
    for number in range(25):
        profile(f"dev{number}")
    done = check()
    assert done.returncode == 0
    for message in ("their line can be run", "Developer in 111122220001 is assigned to you"):
        (line,) = [line for line in done.stdout.splitlines() if message in line]
        assert (
            line
            == f"ok       {', '.join(f'profile dev{number}' for number in range(5))} and 20 more: {message}"
        )


class TestManyAccounts:
    """An organisation in which every profile is for another account."""

    @pytest.fixture
    def sandbox(self) -> Iterator[Sandbox]:
        """Serve more accounts than there is room for."""
        with Sandbox(accounts=25, roles=2) as sandbox:
            yield sandbox
        assert sandbox.defects == []

    @pytest.mark.usefixtures("signed_in")
    def test_their_roles_do_not_fill_the_screen(
        self, check: Executable, home: Home, sandbox: Sandbox
    ) -> None:
        """Each is confirmed by another message."""
        with home.config.open("a") as config:
            for account in sandbox.accounts:
                role = f"--account-id {account.account_id} --role-name Developer"
                line = f"{PATH} get --sso-session corp {role}"
                config.write(f"\n[profile {account.account_id}]\ncredential_process = {line}\n")
        stdout = check().stdout
        # Twenty lines, of which five are about other things.
        assert stdout.count("is assigned to you") == 15
        assert "and 10 more" in stdout
