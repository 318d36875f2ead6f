"""Config files as users, scripts and other tools leave them: read, or refused with the line of the problem."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from credential_process import identifiers
from credential_process.config import sessions, sso_session
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from tests.fuzz.conftest import CONFIG, REGION, START_URL, Place, put
from tests.fuzz.damage import Edit, damaged, edits, fuzzed, texts

PROFILES = """\
[default]
region = eu-west-1

[profile dev]
credential_process = /usr/bin/sso-credential-process get --sso-session corp --account-id 111122220001
s3 =
  max_queue_size = 1000

[profile "two words"]
source_profile = dev
"""
WHOLE = (CONFIG + PROFILES).encode()
KEYS = (
    "sso_start_url", "sso_region", "sso_registration_scopes", "credential_process_login",
    "credential_process_device_code", "credential_process_browser", "credential_process_tenant_id",
    "credential_process",
    "source_profile", "sso_session", "", "  indented", "#",
)  # fmt: skip
TITLES = (
    "sso-session corp",
    "profile dev",
    "default",
    "DEFAULT",
    "sso-session 'corp",
    "profile",
    "",
)
sections = st.builds(
    lambda title, lines: f"[{title}]\n" + "".join(f"{key}{sign}{value}\n" for key, sign, value in lines),
    st.sampled_from(TITLES) | texts,
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from((" = ", "=", ":", "")), texts), max_size=4),
)  # fmt: skip
files = st.lists(sections, max_size=4).map(lambda parts: "".join(parts or [CONFIG]).encode())


@fuzzed
@given(content=files | edits.map(lambda made: damaged(WHOLE, made, WHOLE)))
@example(content=WHOLE)
def test_a_session_is_complete_or_refused(place: Place, content: bytes) -> None:
    """An invalid start URL or Region would become part of a host name, which would get a user's password."""
    path = f"{place.state}/config"
    put(path, content)
    said, session = "", None
    try:
        session = sso_session.read(path, "corp")
    except UsageError as error:
        said = str(error)
    assert said.isprintable()
    assert content != WHOLE or session == sso_session.SsoSession("corp", START_URL, REGION)
    if session is None:
        return
    assert identifiers.is_start_url(session.start_url)
    assert identifiers.is_region(session.region)
    assert session.scopes
    assert {session.login, session.device_code, session.browser} <= {"auto", "never", "always"}


@fuzzed
@given(content=files, made=st.just([]) | edits)
@example(content=b"", made=[])
def test_a_profile_leads_to_a_session_or_is_refused(
    place: Place, content: bytes, made: list[Edit]
) -> None:
    """`--profile` follows the source profiles of other tools, even in circles."""
    path = f"{place.state}/config"
    put(path, damaged(WHOLE + content, made))
    said, named = "", SessionReference()
    try:
        named = sessions.of_profile(path, "dev")
    except UsageError as error:
        said = str(error)
    assert said.isprintable()
    assert content or made or named == SessionReference("corp")
    assert said or named.label
