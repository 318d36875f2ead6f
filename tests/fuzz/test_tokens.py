"""Token files of other tools or concurrent writers: read tolerantly, but never used for another session."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from credential_process.stores import token_cache
from credential_process.stores.token_cache import Registration, Token
from tests.fuzz.conftest import REGION, START_URL, Place, put
from tests.fuzz.damage import changed, damaged, edits, fuzzed, json_values

TOKEN_FILE = {
    "startUrl": START_URL,
    "region": REGION,
    "accessToken": "aoa-access",
    "expiresAt": "2030-01-01T00:00:00Z",
    "clientId": "id",
    "clientSecret": "secret",
    "registrationExpiresAt": "2030-01-01T00:00:00.123UTC",
    "refreshToken": "aor-refresh",
}
REGISTRATION = {"clientId": "id", "clientSecret": "secret", "expiresAt": "2030-01-01T00:00:00Z"}
WHOLE_TOKEN, WHOLE_REGISTRATION = (json.dumps(each).encode() for each in (TOKEN_FILE, REGISTRATION))
IN_2030 = int(datetime(2030, 1, 1, tzinfo=timezone.utc).timestamp())
CLIENT = Registration(client_id="id", client_secret="secret", expires_at=IN_2030)
TOKEN = Token(
    start_url=START_URL,
    region=REGION,
    access_token="aoa-access",
    expires_at=IN_2030,
    registration=CLIENT,
    refresh_token="aor-refresh",
)


def files_like(members: dict[str, str]) -> st.SearchStrategy[bytes]:
    """Generate files with odd members, and files with odd bytes."""
    objects = changed(members, json_values).map(lambda content: json.dumps(content).encode())
    bodies = json_values.map(
        lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    )
    whole = json.dumps(members).encode()
    return objects | bodies | edits.map(lambda made: damaged(whole, made, b"\xef\xbb\xbf"))


@fuzzed
@given(content=files_like(TOKEN_FILE))
@example(content=WHOLE_TOKEN)
@example(content=json.dumps(TOKEN_FILE | {"accessToken": "é"}).encode())
@example(content=json.dumps(TOKEN_FILE | {"expiresAt": "9999-12-31T23:59:59-23:59"}).encode())
def test_a_damaged_token_is_a_miss_or_usable(place: Place, content: bytes) -> None:
    """It is for this start URL and Region, fits into an HTTP header, and can be written again as it is.

    With a token that cannot be sent, users would read for hours that the network is broken.
    """
    file = f"{place.home}/token"
    put(file, content)
    token = token_cache.read(file, start_url=START_URL, region=REGION)
    assert content != WHOLE_TOKEN or token == TOKEN
    if token is None:
        return
    said = json.JSONDecoder().raw_decode(content.decode().lstrip("\ufeff \t\r\n"))[0]
    assert said.get("region", REGION) == REGION
    assert said.get("startUrl", START_URL).startswith(START_URL)
    assert (token.start_url, token.region) == (START_URL, REGION)
    assert token.access_token == said["accessToken"]
    assert token.access_token.isascii()
    assert token.access_token.isprintable()
    assert token.access_token != ""
    # Whatever its dates are, neither may raise.
    token.is_valid(time.time())
    token.can_be_refreshed(time.time())
    again = f"{place.home}/again"
    token_cache.store(again, token)
    assert token_cache.read(again, start_url=START_URL, region=REGION) == token


@fuzzed
@given(content=files_like(REGISTRATION))
@example(content=WHOLE_REGISTRATION)
def test_a_damaged_registration_is_a_miss_or_usable(place: Place, content: bytes) -> None:
    """An invalid registration costs another registration, not the sign-in."""
    file = f"{place.home}/registration"
    put(file, content)
    registration = token_cache.read_registration(file)
    assert content != WHOLE_REGISTRATION or registration == CLIENT
    if registration is not None:
        again = f"{place.home}/again"
        token_cache.store_registration(again, registration, ("sso:account:access",))
        assert token_cache.read_registration(again) == registration


@fuzzed
@given(content=files_like(TOKEN_FILE))
@example(content=json.dumps(TOKEN_FILE | {"startUrl": "\ud800"}).encode())
def test_a_damaged_token_hides_no_other(place: Place, content: bytes) -> None:
    """`status` and `logout` read the whole cache, which other tools write to."""
    put(token_cache.path(f"{place.home}/cache", START_URL), json.dumps(TOKEN_FILE).encode())
    put(f"{place.home}/cache/{'0' * 40}.json", content)
    assert token_cache.start_urls(f"{place.home}/cache") == [(START_URL, REGION)]


def test_the_search_for_a_folder_ends() -> None:
    """A relative HOME with a slash at its end has no parent where the search would stop."""
    assert token_cache.folder("nowhere/", "/state") == "/state"
