"""`configure import`, `export` and `remove`: convert profiles, convert them back, remove them."""

from collections.abc import Callable

import pytest

from testing.executable import PATH, Executable
from testing.home import Home

LINE = (
    f"credential_process = {PATH} get --sso-session corp --account-id {{}} --role-name Developer\n"
)
NATIVE = """
[profile native]
sso_session = corp
sso_account_id = 111122220001
  # Production
sso_role_name = Developer
# mine
region = eu-west-1
"""
AWS_SSO_UTIL = """
[profile Production.Developer]
sso_start_url = https://d-1234567890.awsapps.com/start#/
sso_region = us-east-1
sso_account_name = Production
sso_account_id = 111122220001
sso_role_name = Developer
region = eu-west-1
credential_process = aws-sso-util credential-process --profile Production.Developer
sso_auto_populated = true
"""
ELSEWHERE = AWS_SSO_UTIL.replace("d-1234567890", "d-9999999999")
GRANTED = """
[profile Production/Developer]
granted_sso_start_url      = https://d-1234567890.awsapps.com/start
granted_sso_region         = us-east-1
granted_sso_account_id     = 111122220001
granted_sso_role_name      = Developer
common_fate_generated_from = aws-sso
credential_process         = granted credential-process --profile Production/Developer
region                     = eu-west-1
"""
AWS_VAULT = "credential_process = aws-vault export --format=json native\n"
RELEASE = LINE.replace("corp", "new").format("111122220001")
ASSUMED = RELEASE.replace("\n", " --assume-role-arn arn:aws:iam::111122220001:role/Deploy\n")
OF_TENANT = RELEASE.partition(" --account-id")[0] + (
    " --tenant-id aa-1 --role-arn arn:aws:iam::111122220001:role/Deploy\n"
)
KEYS = NATIVE.replace("native", "keys") + "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
MARK = "# sso-credential-process: imported for"


@pytest.fixture
def configure(command: Callable[[str], Executable]) -> Executable:
    """Return the installed ``configure``."""
    return command("configure")


@pytest.fixture
def write(home: Home) -> Callable[[str], str]:
    """Return a function that adds profiles to the config file, and returns the text before them."""

    def write(text: str) -> str:
        before = home.config.read_text()
        home.config.write_text(before + text)
        return before

    return write


def test_a_native_profile_is_converted(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """It keeps its settings and comments, and SDKs of every age can use it."""
    before = write(NATIVE)
    assert configure("import", "native", "--yes").returncode == 0
    line = LINE.format("111122220001")
    managed = f"\n[profile native]\n{MARK} corp\n  # Production\n# mine\nregion = eu-west-1\n{line}"
    assert home.config.read_text() == before + managed


def test_a_profile_of_aws_sso_util_uses_the_session_of_its_start_url(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """With a session the SDKs refresh the token; browsers add `#/` to the URL."""
    before = write(AWS_SSO_UTIL)
    configure("import", "--all", "--yes")
    line = LINE.format("111122220001")
    managed = f"\n[profile Production.Developer]\n{MARK} corp\nregion = eu-west-1\n{line}"
    assert home.config.read_text() == before + managed


def test_a_profile_of_granted_is_converted(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """No key of granted may stay: if `assume` finds any, it uses its own keyring."""
    before = write(GRANTED.replace("common_fate", "granted"))  # as newer versions write it
    write(GRANTED.replace("Developer]", "old]"))
    configure("import", "--all", "--yes")
    settings = f"{MARK} corp\n{LINE.format('111122220001')}region                     = eu-west-1\n"
    managed = "".join(f"\n[profile Production/{name}]\n{settings}" for name in ("Developer", "old"))
    assert home.config.read_text() == before + managed


def test_a_line_of_another_tool_asks_for_the_profile_that_it_names(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """Such users have two profiles for each role, and may convert one after the other."""
    write(f"{NATIVE}\n[profile a]\n{AWS_VAULT}\n[profile b]\n{AWS_VAULT}")
    configure("import", "a", "--yes")
    configure("import", "native", "--yes")
    configure("import", "b", "--yes")
    assert home.config.read_text().count(LINE.format("111122220001")) == 3


def test_export_undoes_an_import(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """Users can always go back."""
    before = write(NATIVE)
    configure("import", "--all", "--yes")
    configure("export", "--all", "--yes")
    keys = "sso_session = corp\nsso_account_id = 111122220001\nsso_role_name = Developer\n"
    native = f"\n[profile native]\n  # Production\n# mine\nregion = eu-west-1\n{keys}"
    assert home.config.read_text() == before + native


def test_export_can_write_the_start_url(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """For the SDKs of 2019 to 2022, which know no [sso-session]; with what else is in the config, for one profile."""
    write(NATIVE)
    configure("import", "native", "--yes")
    write("\n[profile gone]\n" + LINE.format("111122220001").replace("corp", "gone"))
    before = home.config.read_text()
    assert configure("export", "native", "--legacy", "--yes").returncode == 0
    start = "sso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = us-east-1\n"
    text = home.config.read_text().partition("[profile native]\n")[2].partition("\n\n")[0]
    keys = f"{start}sso_account_id = 111122220001\nsso_role_name = Developer"
    assert text == f"  # Production\n# mine\nregion = eu-west-1\n{keys}"

    home.config.write_text(before)
    done = configure("export", "--all", "--legacy", "--yes")
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "there is no [sso-session gone]" in done.stderr


def test_populate_keeps_the_start_url_that_export_wrote(
    configure: Executable, home: Home, signed_in: Home
) -> None:
    """What `populate` added stays managed in either form."""
    populate = ("populate", "--sso-session", "corp", "--region", "eu-west-1", "--yes")
    assert configure(*populate).returncode == 0
    configure("export", "--all", "--legacy", "--yes")
    before = signed_in.config.read_text()
    assert (before.count("sso_start_url"), before.count("sso_session")) == (7, 0)
    configure(*populate)
    assert home.config.read_text() == before


def test_a_profile_that_cannot_be_converted_keeps_no_other_from_it(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """Only the profiles that are named have to be possible."""
    write(NATIVE + ELSEWHERE)
    assert configure("import", "native", "--yes").returncode == 0
    assert LINE.format("111122220001") in home.config.read_text()


def test_a_start_url_without_a_session_is_exported_as_one(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """This is the form that SDKs knew before there were sessions."""
    write(ELSEWHERE.replace("#/", ""))
    configure("import", "--all", "--yes")
    assert "get --start-url https://d-9999999999.awsapps.com/start --sso" in home.config.read_text()
    configure("export", "--all", "--yes")
    native = "sso_start_url = https://d-9999999999.awsapps.com/start\nsso_region = us-east-1\n"
    assert native in home.config.read_text()


def test_a_start_url_that_no_line_can_hold_is_refused(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """A `#` begins a comment for some parsers."""
    write(ELSEWHERE)
    before = home.config.read_text()
    done = configure("import", "--all", "--yes")
    assert (done.returncode, home.config.read_text()) == (2, before)
    assert "name the [sso-session]" in done.stderr


def test_a_profile_with_keys_is_not_imported(
    configure: Executable, write: Callable[[str], str]
) -> None:
    """The keys would take precedence over the line, without a message."""
    write(KEYS)
    done = configure("import", "keys", "--yes")
    assert (done.returncode, "[profile keys] is not a profile of the AWS CLI" in done.stderr) == (
        2,
        True,
    )


@pytest.mark.parametrize("arguments", [(), ("native", "--all")])
def test_the_profiles_have_to_be_named(configure: Executable, arguments: tuple[str, ...]) -> None:
    """Converting all of them by mistake would change a lot."""
    done = configure("import", *arguments)
    assert (done.returncode, "give their names, or --all" in done.stderr) == (2, True)


def test_remove_removes_only_what_was_written(
    configure: Executable, home: Home, write: Callable[[str], str], lab: str
) -> None:
    """Trying it out must cost nothing."""
    before = write(NATIVE) + NATIVE
    role = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
    for session in ("corp", lab):
        configure("profile", session, "--sso-session", session, *role, "--yes")
    configure("remove", "--session", lab, "--yes")
    assert "[profile corp]" in home.config.read_text()
    configure("remove", "--all", "--yes")
    assert home.config.read_text() == before


def add(configure: Executable, *names: str) -> None:
    """Add profiles."""
    role = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
    for name in names:
        configure("profile", name, "--sso-session", "corp", *role, "--yes")


def test_profiles_are_removed_by_name(configure: Executable, home: Home) -> None:
    """One that is no longer needed must not cost all others of its session."""
    before = home.config.read_text()
    add(configure, "one", "two", "three")
    credentials = home.aws / "credentials"
    mark = "# sso-credential-process: populated from corp"
    credentials.write_text(f"[mine]\nx = y\n\n[two]\n{mark}\nregion = x\n")
    done = configure("remove", "one", "two", "--yes")
    assert done.returncode == 0
    assert "2 profiles removed" in done.stderr
    text = home.config.read_text()
    assert text.startswith(before)
    assert [name for name in ("one", "two", "three") if f"[profile {name}]" in text] == ["three"]
    assert credentials.read_text() == "[mine]\nx = y\n"


MANAGED = "[profile made]\n# sso-credential-process: configured for corp\nregion = x\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [(b"\xef\xbb\xbf", b""), (b"", b"# gr\xfc\xdfe\n")],
    ids=["byte order mark", "Latin-1"],
)
@pytest.mark.parametrize("file", ["config", "credentials"])
def test_a_profile_is_found_in_a_file_that_an_editor_has_saved_in_another_way(
    configure: Executable, home: Home, start: bytes, end: bytes, file: str
) -> None:
    """Some editors begin a file with a byte order mark, and a comment may be older than UTF-8."""
    path = home.aws / file
    path.write_bytes(start + MANAGED.encode() + end)
    assert configure("remove", "made", "--yes").returncode == 0
    assert path.read_bytes() == start + end


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("oen",), "`configure` has not added a profile 'oen'; did you mean 'one'?"),
        (("one", "mine"), "`configure` has not added a profile 'mine'; use one of: one"),
        (("corp",), "corp is a session, not a profile; to remove the profiles of a session, give --session NAME"),
        (("native",), "[profile native] was imported; to convert it back, run: sso-credential-process configure"),
        (("one", "--all"), "profiles are given in several ways; give their names, or --session NAME, or --all"),
        (("--session", "corp", "one"), "profiles are given in several ways"),
        ((), "no profiles are given; give their names, or --session NAME, or --all"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_removed_is_one_line(
    configure: Executable,
    home: Home,
    write: Callable[[str], str],
    words: tuple[str, ...],
    shown: str,
) -> None:
    """Only what `configure` has added is removed, and of several names all or none."""
    write(NATIVE)
    configure("import", "native", "--yes")
    write("[profile mine]\nregion = x\n")
    add(configure, "one")
    before = home.config.read_text()
    done = configure("remove", *words, "--yes")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown in done.stderr
    assert home.config.read_text() == before


@pytest.fixture
def add_new(configure: Executable) -> None:
    """Add a profile, and the session new for it."""
    role = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
    url = ("--start-url", "https://d-9999999999.awsapps.com/start", "--sso-region", "us-east-1")
    configure("profile", "new", "--sso-session", "new", *url, *role, "--yes")


@pytest.mark.usefixtures("add_new")
@pytest.mark.parametrize("which", [("--all",), ("--session", "new")], ids=["all", "session"])
@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("config", NATIVE.replace("corp", "new")),
        ("config", f"[profile release]\n{RELEASE}"),
        ("config", f"[profile release]\n{ASSUMED}"),
        ("config", f"[profile release]\n{OF_TENANT}"),
        ("config", f"[profile release]\n{RELEASE}sso_session = corp\n"),
        ("credentials", f"[release]\n{RELEASE}"),
        ("credentials", f"[release]\n{ASSUMED}"),
    ],
    ids=["native", "line", "assumed", "tenant", "both forms", "credentials", "assumed credentials"],
)
def test_a_managed_session_stays_while_it_is_used(
    configure: Executable, home: Home, file: str, text: str, which: tuple[str, ...]
) -> None:
    """Otherwise a profile of the user would be without its session."""
    with (home.aws / file).open("a") as opened:
        opened.write(text)
    assert configure("remove", *which, "--yes").returncode == 0
    config = home.config.read_text()
    assert ("[sso-session new]" in config, "[profile new]" in config) == (True, False)
    assert text in (home.aws / file).read_text()


def test_a_managed_session_with_a_quoted_name_stays_while_it_is_used(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """A name with a space is quoted in the title, and in a line, but not as the value of a key."""
    section = (
        "[sso-session 'my corp']\n# sso-credential-process: populated from my corp\n"
        "sso_start_url = https://d-9999999999.awsapps.com/start\nsso_region = us-east-1\n"
    )
    write(section)
    write(NATIVE.replace("= corp", "= my corp"))
    configure("remove", "--all", "--yes")
    assert section in home.config.read_text()


def test_a_start_url_becomes_the_session_with_a_quoted_name(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """The line names the session itself: quotation marks of a title are not part of it."""
    keys = "sso_start_url = https://d-9999999999.awsapps.com/start\nsso_region = us-east-1\n"
    write(f'[sso-session "my corp"]\n{keys}')
    write(NATIVE.replace("sso_session = corp\n", keys))
    assert configure("import", "native", "--yes").returncode == 0
    assert f'{PATH} get --sso-session "my corp" --account-id' in home.config.read_text()


@pytest.mark.usefixtures("add_new")
@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (f"[profile release]\n{ASSUMED}", ""),
        (f"[profile release]\n{OF_TENANT}", ""),
        (f"[profile release]\n{ASSUMED}[profile dev]\n{RELEASE}", " To convert dev to"),
    ],
    ids=["assumed", "tenant", "one of two"],
)
def test_a_profile_that_cannot_be_converted_is_shown_without_that_advice(
    configure: Executable, write: Callable[[str], str], text: str, advice: str
) -> None:
    """After the uninstallation it works no more, and `configure export` refuses it."""
    write(text)
    said = configure("remove", "--all", "--yes").stderr
    assert "though they need sso-credential-process: release" in said
    assert (" To convert" in said, advice in said) == (bool(advice), True)


def test_an_imported_profile_is_not_removed(
    configure: Executable, home: Home, write: Callable[[str], str]
) -> None:
    """It was the user's before; `export` converts it back."""
    write(NATIVE)
    configure("import", "--all", "--yes")
    before = home.config.read_text()
    done = configure("remove", "--all", "--yes")
    assert home.config.read_text() == before
    assert "though they need sso-credential-process: native. To convert" in done.stderr
