"""The botocore plugin: profiles of IAM Identity Center sign in on a miss, inside the program itself."""

from collections.abc import Callable

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person
from tests.programs import Programs

INSTALL = """
import sys, boto3, botocore.session
from credential_process.plugins import botocore as plugin
def session(profile_name):
    session = boto3.Session(profile_name=profile_name)
    plugin.install(session)
    return session
def account(session):
    return session.client("sts").get_caller_identity()["Account"]
"""
ONE = f"{INSTALL}\nprint(account(session(sys.argv[1])))"
CAUGHT = f"""{INSTALL}
try:
    print(account(session(sys.argv[1])))
except Exception as error:
    print(type(error).__module__, type(error).__name__, error)
"""
DEVELOPER = "111122220001"


@pytest.mark.parametrize("profile", ["native", "legacy", "managed"])
def test_a_profile_signs_in_on_a_miss(programs: Programs, sandbox: Sandbox, profile: str) -> None:
    """Users need not remember `aws sso login`, or look for it in a traceback."""
    assert programs.lines(ONE, profile) == [DEVELOPER]
    assert sandbox.counters()["token"]["authorization_code"] == 1


def test_a_role_takes_it_as_its_source_profile(programs: Programs) -> None:
    """Half of all profiles assume a role with the credentials of another profile."""
    source = f"{INSTALL}\nprint(session('release').client('sts').get_caller_identity()['Arn'])"
    assert programs.lines(source) == ["arn:aws:sts::111122220003:assumed-role/Release/release-7"]


def test_the_program_and_get_share_credentials(
    programs: Programs, get: Executable, sandbox: Sandbox
) -> None:
    """Credentials that one has fetched are on the disk for the other."""
    assert get().returncode == 0
    assert programs.lines(ONE, "native") == [DEVELOPER]
    assert sandbox.counters()["role_credentials"] == 1


def test_the_environment_names_the_profile(programs: Programs) -> None:
    """Most programs leave the choice to `AWS_PROFILE`."""
    source = ONE.replace("session(sys.argv[1])", "session(None)")
    assert programs.lines(source, AWS_PROFILE="native") == [DEVELOPER]


def test_a_profile_may_be_chosen_afterwards(programs: Programs) -> None:
    """boto3 sets the profile on an existing session, which already has the plugin."""
    source = f"""{INSTALL}
core = botocore.session.Session()
plugin.install(core)
print(account(boto3.Session(botocore_session=core, profile_name="native")))
"""
    assert programs.lines(source) == [DEVELOPER]


def test_other_profiles_are_as_before(programs: Programs, nobody: Person) -> None:
    """Static keys keep their precedence, and no user is asked."""
    source = f"{INSTALL}\nfound = session('keys').get_credentials()\nprint(found.method, found.access_key)"
    assert programs.lines(source, BROWSER=nobody.browser) == ["config-file AKIDKEYS"]


def test_installing_it_twice_has_no_further_effect(programs: Programs) -> None:
    """Two libraries in one program may both install it."""
    source = f"""{INSTALL}
core = botocore.session.Session(profile="native")
for _ in range(3):
    plugin.install(core)
    chain = core.get_component("credential_provider")
print([provider.METHOD for provider in chain.providers].count("sso-credential-process"))
"""
    assert programs.lines(source) == [
        "2"
    ]  # one for sso_* keys, one for the `credential_process` line


@pytest.mark.parametrize(
    ("profile", "kind", "text"),
    [
        ("half", "InvalidConfigError", "sso_start_url"),
        ("nosuch", "ProfileNotFound", "nosuch"),
    ],
)
def test_a_profile_that_cannot_work_causes_the_error_of_botocore(
    programs: Programs, profile: str, kind: str, text: str
) -> None:
    """Users and search engines know its messages."""
    (line,) = programs.lines(CAUGHT, profile)
    assert line.startswith(f"botocore.exceptions {kind} ")
    assert text in line


@pytest.mark.parametrize(
    ("variables", "kind", "text"),
    [
        (
            {"SSO_CREDENTIAL_PROCESS_LOGIN": "never"},
            "SSOTokenLoadError",
            "login --sso-session corp",
        ),
        (
            {"AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:9"},
            "CredentialRetrievalError",
            "nothing on this computer listens there",
        ),
    ],
)
def test_a_failure_is_an_exception_of_botocore_with_a_hint(
    programs: Programs, nobody: Person, variables: dict[str, str], kind: str, text: str
) -> None:
    """Programs catch those exceptions, and users read the hint."""
    (line,) = programs.lines(CAUGHT, "native", BROWSER=nobody.browser, **variables)
    assert line.startswith(f"botocore.exceptions {kind} ")
    assert text in line


def test_a_denial_is_shared(
    programs: Programs, people: Callable[..., Person], get: Executable
) -> None:
    """After a denial no user is asked for half a minute, whichever program asks next."""
    (line,) = programs.lines(CAUGHT, "native", BROWSER=people("--deny").browser)
    assert line.startswith("botocore.exceptions CredentialRetrievalError ")
    assert get().returncode == 3


def test_a_client_renews_its_credentials(programs: Programs, home: Home, sandbox: Sandbox) -> None:
    """A worker may run for days, but credentials last an hour."""
    sandbox.configure(role_session_seconds=600)  # less than the 15 minutes in which botocore renews
    source = f"""{INSTALL}
import os
found = session("native").get_credentials()
before = found.get_frozen_credentials().access_key
os.unlink(sys.argv[1])
print(before != found.get_frozen_credentials().access_key)
"""
    document = home.document(DEVELOPER, "Developer")
    assert programs.lines(source, str(document)) == ["True"]


FORKS = f"""{INSTALL}
import os, threading, time, warnings
warnings.simplefilter("ignore")  # newer Pythons warn of what is tested here
found = session("native").get_credentials()
thread = threading.Thread(target=found.get_frozen_credentials)
thread.start()
while not found._refresh_lock.locked():
    time.sleep(0.01)
child = os.fork()
if child == 0:
    os._exit(0 if found.get_frozen_credentials().access_key else 1)
print("forked", flush=True)
thread.join()
print(os.waitpid(child, 0)[1])
"""


def test_a_fork_in_the_middle_of_a_refresh_does_not_hang(
    programs: Programs, people: Callable[..., Person], pause: Pause
) -> None:
    """Web servers fork workers at any time, and the thread that holds the lock is not in the child."""
    program = programs.start(FORKS, BROWSER=people("--wait-for", str(pause.path)).browser)
    assert program.stdout is not None
    assert program.stdout.readline() == "forked\n"
    until(pause.end, "the page is open")
    assert finish(program).stdout == "0\n"


def test_the_example_of_the_plugin_works(programs: Programs) -> None:
    """Readers copy it."""
    source = "import doctest; from credential_process.plugins import botocore as b; print(doctest.testmod(b))"
    assert programs.lines(source) == ["TestResults(failed=0, attempted=5)"]
