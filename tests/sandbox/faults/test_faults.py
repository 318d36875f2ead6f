"""Faults: failures as they occur in practice, each at the request that a test has chosen."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from credential_process.sandbox.faults.damage import HUGE_BYTES
from credential_process.sandbox.faults.presets import PRESETS
from testing.events import until
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Reply, Visitor

ROLE = {"account_id": "111122220001", "role_name": "Developer"}
BROKEN = (http.client.HTTPException, ConnectionError)


def fetch(visitor: Visitor, access_token: str) -> Reply:
    """Ask for role credentials."""
    return visitor.get("/federation/credentials", access_token, **ROLE)


@pytest.mark.parametrize(
    ("preset", "refusal"),
    [
        ("http_500", (500, "")),
        ("429_portal", (429, "TooManyRequestsException")),
        ("403_no_access", (403, "ForbiddenException")),
        ("401_session", (401, "UnauthorizedException")),
        ("404_resource", (404, "ResourceNotFoundException")),
    ],
)
def test_the_portal_refuses_in_its_own_format(
    sandbox: Sandbox, visitor: Visitor, access_token: str, preset: str, refusal: tuple[int, str]
) -> None:
    """Clients read the exception from the body there, as in the wire logs."""
    sandbox.set_faults({"preset": preset, "operation": "role_credentials"})
    status, name = refusal
    reply = fetch(visitor, access_token)

    assert (status, name or "InternalServerException") == reply.refusal
    assert fetch(visitor, access_token).status == 200


@pytest.mark.parametrize(
    ("preset", "refusal"),
    [
        ("http_500", (500, "InternalServerException")),
        ("invalid_client", (401, "InvalidClientException")),
        ("invalid_grant", (400, "InvalidGrantException")),
        ("invalid_request_region", (400, "InvalidRequestException")),
    ],
)
def test_the_oidc_service_refuses_in_its_own_format(
    sandbox: Sandbox, client: Client, preset: str, refusal: tuple[int, str]
) -> None:
    """The header names the exception there."""
    sandbox.set_faults({"preset": preset})

    assert client.refresh("aorAny").refusal == refusal


@pytest.mark.parametrize(
    ("preset", "refusal"),
    [
        ("pending", (400, "AuthorizationPendingException")),
        ("slow_down", (400, "SlowDownException")),
        ("expired", (400, "ExpiredTokenException")),
        ("denied", (400, "AccessDeniedException")),
    ],
)
def test_polls_are_refused_and_no_other_exchange(
    sandbox: Sandbox, client: Client, preset: str, refusal: tuple[int, str]
) -> None:
    """These errors belong to the device flow alone."""
    sandbox.set_faults({"preset": preset})
    other = client.refresh("aorAny").refusal
    grant = "urn:ietf:params:oauth:grant-type:device_code"

    assert (other, client.token(grant, deviceCode="x").refusal) == (
        (400, "InvalidGrantException"),
        refusal,
    )


@pytest.mark.parametrize(
    ("preset", "status"), [("http_500_html", 500), ("http_502_html", 502), ("http_503_html", 503)]
)
def test_a_load_balancer_answers_with_a_page(
    sandbox: Sandbox, client: Client, preset: str, status: int
) -> None:
    """The load balancer in front of AWS does not return JSON."""
    sandbox.set_faults({"preset": preset})
    reply = client.refresh("aorAny")

    assert (reply.status, reply.headers["content-type"]) == (status, "text/html")
    assert b"<title>" in reply.body


def test_a_throttled_response_has_a_retry_after(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """Clients have to obey it."""
    sandbox.set_faults({"preset": "429_retry_after"})

    assert fetch(visitor, access_token).headers["retry-after"] == "1"


def test_a_rule_can_define_the_whole_response(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """A test can set the status, the headers and the body, byte by byte."""
    headers = {"Content-Type": "text/plain", "X-Odd": "yes"}
    sandbox.set_faults({"status": 599, "headers": headers, "body": "tea"})
    reply = fetch(visitor, access_token)

    assert (reply.status, reply.headers["x-odd"], reply.body) == (599, "yes", b"tea")


def test_an_error_can_be_damaged_too(sandbox: Sandbox, client: Client) -> None:
    """SDKs handle an error with a missing header worst of all."""
    sandbox.set_faults({"preset": "invalid_client", "change": "no_errortype_header"})
    reply = client.refresh("aorAny")

    assert (reply.status, "x-amzn-errortype" in reply.headers) == (401, False)


def test_a_rule_strikes_from_its_nth_request_for_as_many_as_it_counts(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """The third request of a crowd is another case than the first."""
    sandbox.set_faults({"status": 500, "operation": "role_credentials", "nth": 2, "count": 2})
    statuses = [fetch(visitor, access_token).status for _ in range(5)]

    assert statuses == [200, 500, 500, 200, 200]
    assert [rule["struck"] for rule in sandbox.faults()] == [2]


def test_a_rule_with_count_none_strikes_until_it_is_replaced(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """An outage lasts."""
    sandbox.set_faults({"status": 503, "count": None})
    during = {fetch(visitor, access_token).status for _ in range(5)}
    sandbox.set_faults()

    assert (during, fetch(visitor, access_token).status) == ({503}, 200)


def test_the_first_rule_that_fits_wins_and_the_next_sees_what_it_lets_pass(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """Several rules form a sequence of failures."""
    sandbox.set_faults({"status": 500}, {"status": 502}, {"status": 504, "path": "/logout"})

    assert [fetch(visitor, access_token).status for _ in range(3)] == [500, 502, 200]
    assert visitor.post("/logout").status == 504


def test_rules_are_shown_as_written_with_what_they_struck(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """A test can check that its fault ever occurred."""
    sandbox.set_faults({"preset": "403_no_access", "count": None})
    before = sandbox.faults()
    fetch(visitor, access_token)

    rule = {"preset": "403_no_access", "count": None, "holding": 0}
    assert (before, sandbox.faults()) == ([{**rule, "struck": 0}], [{**rule, "struck": 1}])


@pytest.mark.parametrize(
    "rule",
    [
        {"preset": "no_such"},
        {"no_such": 1},
        {"status": "500"},
        {"service": "s3"},
        {"delivery": "by hand"},
        {"change": "of heart"},
        {"error": "NoSuchException"},
        "hang",
    ],
)
def test_an_invalid_rule_is_refused(sandbox: Sandbox, rule: Any) -> None:
    """With a fault that never occurs, a test would prove nothing."""
    with pytest.raises(ValueError):  # noqa: PT011 - each has a message of its own
        sandbox.set_faults(rule)
    assert sandbox.faults() == []


@pytest.mark.parametrize("delivery", ["drop", "reset", "reset_after_headers", "truncate"])
def test_a_connection_breaks_before_the_response_is_complete(
    sandbox: Sandbox, access_token: str, delivery: Any
) -> None:
    """Every way in which a network fails; the next request works."""
    sandbox.set_faults({"delivery": delivery})
    with Visitor(sandbox.url) as visitor, pytest.raises(BROKEN):
        fetch(visitor, access_token)
    with Visitor(sandbox.url) as visitor:
        assert fetch(visitor, access_token).status == 200


def test_a_reset_is_a_reset(sandbox: Sandbox, visitor: Visitor) -> None:
    """Clients handle ECONNRESET and an orderly end differently."""
    sandbox.set_faults({"preset": "reset"})
    with pytest.raises(ConnectionResetError):
        visitor.get("/.health")


def test_a_hanging_request_ends_with_the_sandbox() -> None:
    """A test of a timeout must not wait for it twice."""
    with Sandbox() as sandbox, Visitor(sandbox.url) as visitor, ThreadPoolExecutor(1) as pool:
        sandbox.set_faults({"preset": "hang", "operation": "logout"})
        hanging = pool.submit(visitor.post, "/logout")
        assert sandbox.wait_until(lambda counters: counters["logout"] == 1)
        assert not hanging.done()
        sandbox.stop()
        assert isinstance(hanging.exception(timeout=120), http.client.RemoteDisconnected)


def test_a_client_that_gives_up_leaves_no_thread_behind(sandbox: Sandbox) -> None:
    """Hundreds of clients give up in a long campaign of faults."""
    sandbox.set_faults({"preset": "hang"})
    with Visitor(sandbox.url) as visitor:
        visitor.begin("GET", "/.health")
        assert sandbox.wait_until(lambda _: len(sandbox.requests()) == 1)
        server = sandbox._running
        (thread,) = server._connections.values()
    thread.join(timeout=120)

    assert (thread.is_alive(), sandbox.requests()[0].status) == (False, None)


def test_a_request_takes_effect_before_commit_then_drop(sandbox: Sandbox, client: Client) -> None:
    """A lost response to a refresh is the worst case for a single-use token."""
    refresh_token = client.signed_in()["refreshToken"]
    sandbox.set_faults({"preset": "commit_then_drop", "grant_type": "refresh_token"})
    with pytest.raises(http.client.RemoteDisconnected):
        client.refresh(refresh_token)

    assert client.refresh(refresh_token).refusal == (400, "InvalidGrantException")


@pytest.mark.parametrize(
    "preset",
    ["http_500", "http_503_html", "drop", "reset", "truncate", "cut_json", "malformed_json",
     "empty_200", "empty_object", "missing_field", "null_field", "wrong_type"],
)  # fmt: skip
def test_an_unusable_response_spends_no_refresh_token(
    sandbox: Sandbox, client: Client, preset: str
) -> None:
    """A client that loses a sign-in over such a response has lost it through its own fault."""
    refresh_token = client.signed_in()["refreshToken"]
    sandbox.set_faults({"preset": preset, "operation": "token"})
    try:
        client.refresh(refresh_token)
    except BROKEN:
        pass

    assert client.refresh(refresh_token).status == 200


@pytest.mark.parametrize("preset", ["extra_fields", "wrong_content_type", "huge_body"])
def test_a_usable_response_is_a_real_one(sandbox: Sandbox, client: Client, preset: str) -> None:
    """A tolerant client continues with what it received."""
    refresh_token = client.signed_in()["refreshToken"]
    sandbox.set_faults({"preset": preset, "operation": "token"})
    reply = client.refresh(refresh_token).document

    assert client.refresh(reply["refreshToken"]).status == 200


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ({"preset": "missing_field", "field": "accountName"}, {"accountName": "(gone)"}),
        ({"preset": "null_field", "field": "emailAddress"}, {"emailAddress": None}),
        ({"preset": "wrong_type", "field": "accountId"}, {"accountId": 7}),
    ],
)
def test_a_member_is_damaged_at_any_depth(
    sandbox: Sandbox, access_token: str, visitor: Visitor, rule: Any, changed: dict[str, Any]
) -> None:
    """Any member that a client reads may be missing."""
    whole = visitor.get("/assignment/accounts", access_token).document["accountList"][0]
    sandbox.set_faults(rule)
    damaged = visitor.get("/assignment/accounts", access_token).document["accountList"][0]
    expected = {**whole, **changed}

    assert {name: value for name, value in expected.items() if value != "(gone)"} == damaged


def test_without_a_name_all_members_are_damaged(
    sandbox: Sandbox, access_token: str, visitor: Visitor
) -> None:
    """All of them may be missing at once."""
    bodies = []
    for preset in ("missing_field", "null_field", "wrong_type"):
        sandbox.set_faults({"preset": preset})
        bodies.append(visitor.get("/federation/credentials", access_token, **ROLE).document)

    assert bodies == [{}, {"roleCredentials": None}, {"roleCredentials": "text"}]


def test_numbers_become_words(sandbox: Sandbox, client: Client) -> None:
    """An expiry that is not a number must not become a credential that never expires."""
    refresh_token = client.signed_in()["refreshToken"]
    sandbox.set_faults({"preset": "wrong_type", "field": "expiresIn"})

    assert client.refresh(refresh_token).document["expiresIn"] == "soon"


@pytest.mark.parametrize("preset", ["cut_json", "malformed_json", "empty_200"])
def test_a_body_that_is_not_json_has_the_right_length(
    sandbox: Sandbox, visitor: Visitor, access_token: str, preset: str
) -> None:
    """An SDK silently reads such a body as an empty object."""
    sandbox.set_faults({"preset": preset})
    reply = fetch(visitor, access_token)

    assert (reply.status, reply.headers["content-length"]) == (200, str(len(reply.body)))
    with pytest.raises(ValueError, match="line 1"):
        json.loads(reply.body)


def test_a_page_has_no_member_to_damage(sandbox: Sandbox, visitor: Visitor) -> None:
    """A rule for everything must not fail on what is not JSON."""
    sandbox.set_faults({"preset": "missing_field"})

    assert visitor.get("/sign-in").status == 200


def test_a_huge_body_is_huge(sandbox: Sandbox, visitor: Visitor, access_token: str) -> None:
    """A client that reads bodies of any size must be detected."""
    sandbox.set_faults({"preset": "huge_body"})

    assert len(fetch(visitor, access_token).body) > HUGE_BYTES


def test_an_error_may_come_without_its_name(sandbox: Sandbox, client: Client) -> None:
    """Then an SDK raises another exception than the one that a client expects."""
    sandbox.set_faults({"preset": "no_errortype_header"})
    reply = client.refresh("aorBogus")

    assert (reply.document["error"], "x-amzn-errortype" in reply.headers) == (
        "invalid_grant",
        False,
    )


def test_one_response_can_have_a_wrong_date(sandbox: Sandbox, visitor: Visitor) -> None:
    """Clients that measure skew on a single response can be tested with it."""
    sandbox.set_faults({"clock_skew_seconds": -7200, "nth": 2})
    dates = [parsedate_to_datetime(visitor.get("/.health").headers["date"]) for _ in range(3)]

    assert (dates[1] - dates[0]).total_seconds() == pytest.approx(-7200, abs=10)
    assert (dates[2] - dates[0]).total_seconds() == pytest.approx(0, abs=10)


def test_a_delay_makes_exchanges_overlap(sandbox: Sandbox) -> None:
    """The number of concurrent exchanges proves a lock only if nothing else serialises them."""
    sandbox.set_faults({"operation": "token", "delay_seconds": 0.3, "count": None})

    def exchange(_: int) -> int:
        with Visitor(sandbox.url) as visitor:
            return visitor.post("/token", {}).status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(exchange, range(4))) == {400}
    assert sandbox.counters()["max_concurrent_token"] == 4


def test_a_delay_ends_with_the_sandbox() -> None:
    """A long delay must not block a test."""
    with Sandbox() as sandbox, Visitor(sandbox.url) as visitor:
        sandbox.set_faults({"delay_seconds": 3600})
        visitor.begin("GET", "/.health")
        assert sandbox.wait_until(lambda _: len(sandbox.requests()) == 1)
        (thread,) = sandbox._running._connections.values()
    thread.join(timeout=120)

    assert not thread.is_alive()


def test_a_reset_of_the_sandbox_removes_the_faults(sandbox: Sandbox, visitor: Visitor) -> None:
    """One test's faults must not affect another's requests."""
    sandbox.set_faults({"status": 500, "count": None})
    sandbox.reset()

    assert (sandbox.faults(), visitor.get("/.health").status) == ([], 200)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_is_valid(sandbox: Sandbox, preset: str) -> None:
    """Tests that run through the presets need all of them to be valid."""
    sandbox.set_faults({"preset": preset})

    assert sandbox.faults() == [{"preset": preset, "struck": 0, "holding": 0}]


def test_a_held_response_is_sent_when_the_test_replaces_the_rules(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """A test of what happens before the response arrives needs no guess at durations."""
    sandbox.set_faults({"operation": "role_credentials", "held": True})
    with ThreadPoolExecutor() as pool:
        reply = pool.submit(fetch, visitor, access_token)
        until(lambda: sandbox.faults()[0]["holding"], "the answer is held")
        sandbox.revoke_session()
        assert not reply.done()
        sandbox.set_faults()
        assert reply.result().status == 200


def test_a_held_exchange_has_taken_effect(sandbox: Sandbox, client: Client) -> None:
    """A client that is killed before the response arrives has spent its refresh token."""
    refresh_token = client.signed_in()["refreshToken"]
    sandbox.set_faults({"operation": "token", "held": True})
    with ThreadPoolExecutor() as pool:
        reply = pool.submit(client.refresh, refresh_token)
        until(lambda: sandbox.faults()[0]["holding"], "the answer is held")
        with Visitor(sandbox.url) as other:
            again = replace(client, visitor=other).refresh(refresh_token)
        sandbox.set_faults()
        assert (reply.result().status, again.status) == (200, 400)


def test_a_held_response_ends_with_the_sandbox() -> None:
    """A test that fails must not hang, too."""
    with Sandbox() as other, ThreadPoolExecutor() as pool, Visitor(other.url) as guest:
        other.set_faults({"operation": "role_credentials", "held": True})
        reply = pool.submit(fetch, guest, other.sign_in()["accessToken"])
        until(lambda: other.faults()[0]["holding"], "the answer is held")
        other.stop()
        with suppress(*BROKEN):
            reply.result()
