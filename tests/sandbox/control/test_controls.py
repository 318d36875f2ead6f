"""The controls: what a test can change in a running sandbox, and read from it."""

from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.control.request_log import RequestLog
from credential_process.sandbox.http.exchange import Request
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor

NOTHING_COUNTED = {
    "register": 0,
    "device_authorization": 0,
    "token": {"authorization_code": 0, "refresh_token": 0, "device_code": 0},
    "authorize": 0,
    "role_credentials": 0,
    "list_accounts": 0,
    "list_account_roles": 0,
    "access_roles": 0,
    "access_credentials": 0,
    "logout": 0,
    "caller_identity": 0,
    "assume_role": 0,
    "by_status": {},
    "max_concurrent_token": 0,
    "refresh_reuse_attempts": 0,
    "throttled": 0,
}


def test_a_new_sandbox_has_counted_nothing(sandbox: Sandbox) -> None:
    """Every counter exists from the start, so tests need no default."""
    assert sandbox.counters() == NOTHING_COUNTED


def test_all_secrets_are_known(sandbox: Sandbox, client: Client) -> None:
    """A test that a client discloses no secret needs all of them."""
    document = client.signed_in()
    issued = [client.client_secret, document["accessToken"], document["refreshToken"]]
    assert [secret for secret in issued if secret not in sandbox.secrets()] == []


def test_a_sign_in_counts_one_of_each(sandbox: Sandbox, client: Client) -> None:
    """Tests of the whole product rely on these numbers."""
    client.signed_in()
    counted = sandbox.counters()

    assert (counted["register"], counted["authorize"]) == (1, 1)
    assert counted["token"] == {"authorization_code": 1, "refresh_token": 0, "device_code": 0}
    assert counted["by_status"] == {"200": 2, "302": 2, "303": 1}
    assert counted["max_concurrent_token"] == 1


def test_requests_are_recorded_in_full(sandbox: Sandbox, client: Client) -> None:
    """Tests of what is sent, and what never is, need every byte."""
    client.refresh("aorBogus")
    record = sandbox.requests()[-1]

    assert (record.method, record.path, record.operation) == ("POST", "/token", "token")
    assert record.headers["content-type"] == "application/json"
    assert isinstance(record.body, dict)
    assert record.body["refreshToken"] == "aorBogus"
    assert (record.status, record.in_flight, record.number) == (400, 1, 2)
    assert record.client.startswith("127.0.0.1:")


def test_the_clock_moves_the_date_header(sandbox: Sandbox, visitor: Visitor) -> None:
    """Clients measure their clock skew by it."""
    before = parsedate_to_datetime(visitor.get("/.health").headers["date"])
    sandbox.advance_clock(7200)
    after = parsedate_to_datetime(visitor.get("/.health").headers["date"])

    assert (after - before).total_seconds() == pytest.approx(7200, abs=10)


def test_a_setting_changes_while_it_serves(sandbox: Sandbox, client: Client) -> None:
    """A test can shorten the lifetime of tokens halfway through."""
    sandbox.configure(access_token_seconds=60)

    assert client.signed_in()["expiresIn"] == 60


@pytest.mark.parametrize(
    "change",
    [{"no_such": 1}, {"page_size": "20"}, {"loose_redirect": 1}, {"rotate": "sometimes"}],
)
def test_an_invalid_setting_changes_nothing(
    sandbox: Sandbox, client: Client, change: dict[str, Any]
) -> None:
    """A test with a typo must fail at the typo."""
    with pytest.raises(ValueError, match=next(iter(change))):
        sandbox.configure(access_token_seconds=60, **change)

    assert client.signed_in()["expiresIn"] == 3600


def test_an_invalid_setting_is_refused_at_the_start() -> None:
    """The constructor validates its keywords, too."""
    with pytest.raises(ValueError, match="there is no setting 'acounts'"):
        Sandbox(acounts=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "what", ["access_tokens", "authorization_codes", "refresh_tokens", "registrations"]
)
def test_each_kind_expires_on_demand(sandbox: Sandbox, client: Client, what: str) -> None:
    """One kind at a time, without moving the clock for all others."""
    code = client.answered()["code"]
    reply = client.redeem(client.answered()["code"]).document
    sandbox.expire(what)
    statuses = {
        "access_tokens": client.visitor.get("/assignment/accounts", reply["accessToken"]).status,
        "refresh_tokens": client.refresh(reply["refreshToken"]).status,
        "authorization_codes": client.redeem(code).status,
    }

    expected = {"access_tokens": 200, "refresh_tokens": 200, "authorization_codes": 200}
    refused = {
        "access_tokens": {"access_tokens": 401},
        "refresh_tokens": {"refresh_tokens": 400},
        "authorization_codes": {"authorization_codes": 400},
        "registrations": {"refresh_tokens": 401, "authorization_codes": 401},
    }
    assert statuses == expected | refused[what]


def test_expiry_of_something_unknown_is_refused(sandbox: Sandbox) -> None:
    """A typo must raise an error here, too."""
    with pytest.raises(ValueError, match="patience"):
        sandbox.expire("patience")


def test_a_sign_in_without_a_browser_gives_a_token_cache(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """A test of what follows the sign-in need not repeat it."""
    document = sandbox.sign_in("bob")

    assert list(document) == [
        "startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret",
        "registrationExpiresAt", "refreshToken",
    ]  # fmt: skip
    assert visitor.get("/assignment/accounts", document["accessToken"]).status == 200


def test_a_revocation_returns_how_many_sessions_it_ended(sandbox: Sandbox) -> None:
    """A revocation without effect is a mistake in the test."""
    sandbox.sign_in("alice")
    sandbox.sign_in("bob")

    assert [sandbox.revoke_session(user_name) for user_name in ("bob", None, None)] == [1, 1, 0]


def test_a_reset_leaves_nothing_behind(sandbox: Sandbox, client: Client) -> None:
    """One sandbox can serve many tests."""
    access_token = client.signed_in()["accessToken"]
    sandbox.configure(page_size=1)
    sandbox.advance_clock(1000)
    sandbox.reset()

    assert (sandbox.requests(), sandbox.counters()) == ([], NOTHING_COUNTED)
    assert client.visitor.get("/assignment/accounts", access_token).status == 401
    assert client.refresh("aorAnything").status == 401
    listing = client.visitor.get("/assignment/accounts", sandbox.sign_in()["accessToken"])
    assert len(listing.document["accountList"]) == 3


def test_a_request_that_a_reset_overtakes_is_forgotten() -> None:
    """Requests that began before the reset do not count after it."""
    log = RequestLog()
    request = Request("POST", "/token", {}, b"{}", "127.0.0.1:1")
    number = log.enter("token", request, 0)
    log.forget()
    log.leave(number, 200)

    assert (log.records(), log.counters()["by_status"]) == ([], {})


def test_a_test_can_wait_for_a_count(sandbox: Sandbox, visitor: Visitor) -> None:
    """Waiting for the event needs no sleep, and it has a time limit."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sandbox.wait_until, lambda counters: counters["logout"] == 1)
        visitor.post("/logout")

    assert waiting.result() is True
    assert sandbox.wait_until(lambda counters: counters["register"] == 1, seconds=0.01) is False


def test_the_same_seed_makes_the_same_ids() -> None:
    """A failure can be reproduced byte by byte."""
    tokens = []
    for seed in (7, 7, 8):
        with Sandbox(seed=seed) as sandbox:
            tokens.append(sandbox.sign_in()["accessToken"])

    assert (tokens[0] == tokens[1], tokens[0] == tokens[2]) == (True, False)
