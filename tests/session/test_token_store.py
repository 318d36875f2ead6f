"""The token of a session is kept while its files are the same: a broker asks for it several times for each want."""

import json
import os
from pathlib import Path

import pytest

from credential_process.config.sso_session import SsoSession
from credential_process.session.token_store import TokenStore
from credential_process.stores import sign_in_record
from credential_process.stores.sign_in_record import SignInRecord

OIDC = "http://127.0.0.1:1"


@pytest.fixture
def tokens(tmp_path: Path) -> TokenStore:
    """Return the tokens of a user who has signed in."""
    session = SsoSession("corp", "https://example.awsapps.com/start", "us-east-1")
    (tmp_path / "state").mkdir()
    tokens = TokenStore(session, str(tmp_path), str(tmp_path / "state"))
    Path(tokens.file).parent.mkdir(parents=True)
    write(tokens, "first")
    return tokens


def write(tokens: TokenStore, access_token: str) -> None:
    """Replace the token file, by one of the same size if the token has as many letters."""
    new = Path(f"{tokens.file}.new")
    new.write_text(json.dumps({"accessToken": access_token, "expiresAt": "2100-01-01T00:00:00Z"}))
    os.replace(new, tokens.file)


def access_token(tokens: TokenStore) -> str:
    """Return the access token; empty without one."""
    token = tokens.read()
    return "" if token is None else token.access_token


def test_an_unchanged_file_is_read_once(tokens: TokenStore) -> None:
    """Two hundred callers at once would have it read a thousand times."""
    assert tokens.signed_in() is tokens.signed_in() is not None


def test_another_token_is_found_at_once(tokens: TokenStore) -> None:
    """The AWS CLI signs in or refreshes whenever it likes, and its tokens are all of the same length."""
    before = access_token(tokens)
    write(tokens, "other")
    assert (before, access_token(tokens)) == ("first", "other")


def test_a_sign_out_is_found_at_once(tokens: TokenStore) -> None:
    """`aws sso logout` only deletes the file."""
    tokens.signed_in()
    os.unlink(tokens.file)
    assert tokens.signed_in() is None


def test_another_record_is_found_at_once(tokens: TokenStore) -> None:
    """A sign-out on another computer of the same home writes it; also one whose token is for another endpoint."""
    before = tokens.signed_in()
    sign_in_record.write(tokens.folder, SignInRecord().begun("first", OIDC))
    assert before is not None
    assert tokens.signed_in() is None
    assert tokens._replace(oidc_endpoint=OIDC).signed_in() is not None


def test_what_cannot_be_read_for_now_is_not_kept(tokens: TokenStore) -> None:
    """A broker may have run out of descriptors, and must find its sign-in again afterwards."""
    os.mkdir(os.path.join(tokens.folder, "sign-in"))
    assert tokens.signed_in() == tokens.signed_in()
    assert tokens.signed_in() is not tokens.signed_in()
