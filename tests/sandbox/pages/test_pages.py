"""The pages, used as by a browser without JavaScript."""

import re

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import Client, sign_in
from tests.sandbox.pages.elements import Elements
from tests.sandbox.visitor import Visitor


def test_the_sign_in_page_has_the_fields_that_automation_knows(visitor: Visitor) -> None:
    """Public scripts for AWS's pages use these ids, and must work here unchanged."""
    page = Elements(visitor.get("/sign-in"))

    assert page.find("input", id="awsui-input-0")["name"] == "username"
    assert page.find("input", name="password")["type"] == "password"
    assert page.find("button", id="password-submit-button")["type"] == "submit"
    assert page.find("form")["action"] == "/sign-in"


def test_the_consent_page_has_the_buttons_that_automation_knows(client: Client) -> None:
    """The ids of the consent page must work, too."""
    consent = client.authorize().headers["location"]
    cookie = sign_in(client.visitor)
    page = Elements(client.visitor.send("GET", consent, None, {"Cookie": cookie}))

    allow = page.find("button", data_testid="allow-access-button", id="cli_login_button")
    deny = page.find("button", data_testid="deny-access-button")
    assert (allow["name"], allow["value"]) == ("decision", "allow")
    assert (deny["name"], deny["value"]) == ("decision", "deny")
    assert page.find("form")["action"] == "/authorize/decision"


def test_no_page_needs_a_script_or_anything_from_elsewhere(client: Client) -> None:
    """A text browser is enough, and no request leaves this machine."""
    tags = {tag for tag, _ in Elements(client.visitor.get("/sign-in")).elements}

    assert tags & {"script", "img", "iframe", "object"} == set()


def test_a_user_who_is_not_signed_in_signs_in_first_and_returns(client: Client) -> None:
    """Users follow one link, and the redirects do the rest."""
    consent = client.authorize().headers["location"]
    to_sign_in = client.visitor.get(consent).headers["location"]
    next_target = Elements(client.visitor.get(to_sign_in)).find("input", name="next")["value"]
    fields = {"next": str(next_target), "username": "alice", "password": "x"}
    reply = client.visitor.submit("/sign-in", fields)

    assert (reply.status, reply.headers["location"]) == (303, consent)


def test_the_second_sign_in_is_skipped(client: Client) -> None:
    """A browser that is signed in goes straight to the consent page."""
    cookie = sign_in(client.visitor)
    consent = client.authorize().headers["location"]

    assert client.visitor.send("GET", consent, None, {"Cookie": cookie}).status == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    """A pretend service needs a safe cookie, too."""
    reply = visitor.submit("/sign-in", {"username": "alice", "password": "x"})
    name, *attributes = reply.headers["set-cookie"].split("; ")

    assert re.fullmatch(r"fake-portal-session=[\w-]{43}", name)
    assert attributes == ["Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Lax"]


def test_the_cookie_of_an_ended_session_is_useless(sandbox: Sandbox, client: Client) -> None:
    """After eight hours the user has to sign in again."""
    cookie = sign_in(client.visitor)
    sandbox.advance_clock(28_801)
    consent = client.authorize().headers["location"]
    reply = client.visitor.send("GET", consent, None, {"Cookie": cookie})

    assert reply.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "fields", [{}, {"username": "alice", "password": ""}, {"username": " ", "password": "x"}]
)
def test_an_empty_field_shows_the_page_again(visitor: Visitor, fields: dict[str, str]) -> None:
    """Users read what is missing, and keep what they typed."""
    reply = visitor.submit("/sign-in", fields)

    assert (reply.status, "set-cookie" in reply.headers) == (400, False)
    assert 'role="alert"' in reply.body.decode()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil", "/start/\r\nSet-Cookie: a=b", ""],
)
def test_a_sign_in_redirects_to_this_server_only(visitor: Visitor, target: str) -> None:
    """A link to the sign-in page must not send users, or headers, to strangers."""
    fields = {"next": target, "username": "alice", "password": "x"}

    assert visitor.submit("/sign-in", fields).headers["location"] == "/start/"


def test_names_of_clients_and_users_are_escaped(visitor: Visitor) -> None:
    """A client name with a tag in it is text."""
    client = Client.register(visitor, clientName="<script>alert(1)</script>")
    consent = client.authorize().headers["location"]
    cookie = sign_in(visitor, '"><img src=x>')
    page = visitor.send("GET", consent, None, {"Cookie": cookie}).body.decode()

    assert "Allow <span>&lt;script&gt;alert(1)&lt;/script&gt;</span> to access your data?" in page
    assert "<img" not in page


def test_a_request_is_answered_once(client: Client) -> None:
    """A second click, or a page that stays open, must not issue a second code."""
    consent = client.authorize().headers["location"]
    cookie = sign_in(client.visitor)
    fields = {"authorization": consent.partition("=")[2], "decision": "allow"}
    client.visitor.submit("/authorize/decision", fields, cookie)
    again = client.visitor.submit("/authorize/decision", fields, cookie)

    assert (again.status, "already been answered" in again.body.decode()) == (400, True)


def test_an_answer_needs_a_signed_in_user(client: Client) -> None:
    """The id of a request alone must not be enough to allow it."""
    consent = client.authorize().headers["location"]
    fields = {"authorization": consent.partition("=")[2], "decision": "allow"}
    reply = client.visitor.submit("/authorize/decision", fields)

    assert (reply.status, reply.headers["location"].partition("?")[0]) == (303, "/sign-in")


def test_a_form_without_an_answer_decides_nothing(client: Client) -> None:
    """Enter in a form without a pressed button is not consent."""
    consent = client.authorize().headers["location"]
    cookie = sign_in(client.visitor)
    fields = {"authorization": consent.partition("=")[2]}

    assert client.visitor.submit("/authorize/decision", fields, cookie).status == 400
    fields["decision"] = "allow"
    assert client.visitor.submit("/authorize/decision", fields, cookie).status == 302


def test_an_unanswered_request_expires(sandbox: Sandbox, client: Client) -> None:
    """Users who find the page open the next morning must know why it fails."""
    consent = client.authorize().headers["location"]
    sandbox.advance_clock(601)

    assert client.visitor.get(consent).status == 400


@pytest.mark.parametrize("target", ["/sign-in", "/authorize"])
def test_pages_have_security_headers(visitor: Visitor, target: str) -> None:
    """They are not cached, framed or scripted."""
    headers = visitor.get(target).headers

    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_consent_form_may_redirect_to_the_client_only(client: Client) -> None:
    """Chromium also applies form-action to the redirect that follows a form."""
    consent = client.authorize().headers["location"]
    cookie = sign_in(client.visitor)
    reply = client.visitor.send("GET", consent, None, {"Cookie": cookie})

    policy = reply.headers["content-security-policy"]
    assert "form-action 'self' http://127.0.0.1:38271;" in policy


def test_the_printed_address_redirects_to_the_start_page(visitor: Visitor) -> None:
    """Terminals make the printed address clickable, so it needs a page."""
    cookie = sign_in(visitor)

    assert visitor.get("/").headers["location"] == "/start/"
    assert visitor.get("/start/").headers["location"] == "/sign-in?next=%2Fstart%2F"
    page = visitor.send("GET", "/start/", None, {"Cookie": cookie}).body.decode()
    assert "You are signed in" in page
