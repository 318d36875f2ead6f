"""`console`: the shortcut link of the access portal, opened in the browser of sign-ins, without a request to AWS."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import PATH, Executable, finish
from testing.home import Home
from testing.people import Person
from testing.terminal import Terminal

ROLE = ("--sso-session", "corp", "--account-id", "111122220001", "--role-name", "Developer")
QUERY = "account_id=111122220001&role_name=Developer"
PAGE = "https://eu-west-1.console.aws.amazon.com/s3/buckets/a b?region=eu-west-1&tab=x+y#/list"


@pytest.fixture
def visitor(people: Callable[..., Person]) -> Person:
    """Return a user whose browser records each URL, and does not open it: tests cannot reach AWS."""
    return people("--absent")


@pytest.fixture
def console(
    command: Callable[[str], Executable], visitor: Person, home: Home, sandbox: Sandbox
) -> Iterator[Executable]:
    """Return the installed ``sso-credential-process console``; it must send no request and write no state."""
    executable = command("console")
    environment = {**executable.environment, "BROWSER": visitor.browser}
    yield Executable("console", executable.home, environment, ROLE)
    assert (sandbox.requests(), home.state.exists()) == ([], False)


def test_the_link_is_that_of_the_documentation(console: Executable, sandbox: Sandbox) -> None:
    """AWS documents the form; any other link ends at the list of accounts."""
    done = console(*ROLE, "--print")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{sandbox.start_url}/#/console?{QUERY}\n"


@pytest.mark.parametrize(
    "written", ["https://a.awsapps.com/start", "https://a.awsapps.com/start/#/?tab=accounts"]
)
def test_a_start_url_may_be_what_the_address_bar_shows(console: Executable, written: str) -> None:
    """Otherwise the link would have two fragments."""
    done = console(*("--start-url", written, "--sso-region", "us-east-1"), *ROLE[2:], "--print")
    assert done.stdout == f"https://a.awsapps.com/start/#/console?{QUERY}\n"


def test_everything_is_escaped(console: Executable) -> None:
    """A destination has a query and a fragment of its own, and a role may have a plus sign in its name."""
    done = console(*ROLE[:-1], "a+b=c,d@e", "--destination", PAGE, "--print")
    link = urlsplit(done.stdout.strip())
    page, _, query = link.fragment.partition("?")
    found = parse_qs(query, strict_parsing=True)
    assert (page, found) == (
        "/console",
        {"account_id": ["111122220001"], "role_name": ["a+b=c,d@e"], "destination": [PAGE]},
    )
    assert set(query) & set("+ #?/:") == set()


@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_profile_names_the_role(console: Executable, home: Home, by: str) -> None:
    """It may have a line or ``sso_`` keys."""
    with home.config.open("a") as config:
        config.write(
            f"\n[profile dev]\ncredential_process = {PATH} get {' '.join(ROLE)}\n"
            "[profile native]\nsso_session = corp\nsso_account_id = 111122220001\n"
            "sso_role_name = Developer\n"
        )
    for profile in ("dev", "native"):
        options = ("--profile", profile) if by == "option" else ()
        chosen = {"AWS_PROFILE": "dev" if by == "option" else profile}
        done = console("--print", *options, environment={**console.environment, **chosen})
        assert done.stdout.endswith(f"/#/console?{QUERY}\n")


def test_the_browser_of_sign_ins_opens_it(
    console: Executable, visitor: Person, sandbox: Sandbox
) -> None:
    """The address is shown as well, for users who prefer another browser."""
    done = console()
    link = f"{sandbox.start_url}/#/console?{QUERY}"
    until(lambda: visitor.arrivals() == [link], "the page is opened")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[1:] == [f"  {link}"]


@pytest.mark.parametrize(
    "variables",
    [{"AWS_SSO_DISABLE_BROWSER": "true"}, {"BROWSER": "w3m"}, {"BROWSER": "", "SSH_TTY": "x"}],
)
def test_where_no_browser_may_open_a_terminal_shows_it(
    console: Executable, visitor: Person, terminal: Terminal, variables: dict[str, str]
) -> None:
    """Over SSH the browser of the user is at the other end."""
    done = finish(
        console.start(
            prefix=terminal.everything,
            stdin=terminal.keyboard,
            environment={**console.environment, **variables},
        )
    )
    assert done.returncode == 0
    assert "To open the AWS console, visit:" in terminal.text()
    assert visitor.arrivals() == []


def test_a_session_without_a_browser_opens_none(
    console: Executable, home: Home, visitor: Person
) -> None:
    """`credential_process_browser = never` applies to every page."""
    with home.config.open("a") as config:
        config.write("credential_process_browser = never\n")
    done = console()
    assert (done.returncode, visitor.arrivals()) == (3, [])


@pytest.mark.parametrize("exists", [True, False])
def test_the_browser_of_the_session_opens_it(
    console: Executable, home: Home, people: Callable[..., Person], nobody: Person, *, exists: bool
) -> None:
    """The console opens where its user is signed in to the portal; without that browser, its address is shown."""
    own = people("--absent")
    command = own.browser if exists else "/nonexistent/firefox %s"
    with home.config.open("a") as config:
        config.write(f"credential_process_browser = {command}\n")
    done = console(environment={**console.environment, "BROWSER": nobody.browser})
    assert (done.returncode, QUERY in done.stderr) == (0, True)
    if exists:
        until(own.arrivals, "the page is opened")
    else:
        assert "No browser is opened: there is no program '/nonexistent/firefox'" in done.stderr


def test_without_browser_and_terminal_it_fails_in_one_line(console: Executable) -> None:
    """The message shows how a script gets the address."""
    environment = {**console.environment, "BROWSER": ""}
    done = console(environment=environment)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "sso-credential-process: there is no browser or terminal here; "
        "to print the address, add --print\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ROLE[:4], "no --role-name is given"),
        (ROLE[2:4], "no --role-name is given; to list your roles, run: "),
        (ROLE[:2], "no role is given; add --profile NAME, or --account-id and --role-name\n"),
        ((*ROLE, "--destination", "s3"), "destination: 's3' is not an https URL"),
        ((*ROLE, "--destination", "javascript:alert(1)"), "is not an https URL"),
        ((*ROLE, "--account-id", "1"), "--account-id: '1' is not valid"),
        (("--profile", "nosuch"), "there is no profile 'nosuch'"),
        ((*ROLE[2:], "--sso-session", "nosuch"), "there is no [sso-session nosuch]"),
    ],
)
def test_a_mistake_is_one_line_and_opens_nothing(
    console: Executable, visitor: Person, options: tuple[str, ...], words: str
) -> None:
    """The portal's own error page would not explain the mistake."""
    done = console(*options)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert words in done.stderr
    assert visitor.arrivals() == []
