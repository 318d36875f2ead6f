"""The pages of the device flow: compare or type a code, allow or deny, done."""

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import sign_in
from tests.sandbox.device import Device
from tests.sandbox.pages.elements import Elements
from tests.sandbox.visitor import Reply, Visitor


@pytest.fixture
def device(visitor: Visitor) -> Device:
    """Register a client for the device flow."""
    return Device.register(visitor)


@pytest.fixture
def cookie(visitor: Visitor) -> str:
    """Sign in."""
    return sign_in(visitor)


def look(visitor: Visitor, target: str, cookie: str) -> Reply:
    """Open a page as a signed-in user."""
    return visitor.send("GET", target, None, {"Cookie": cookie})


def test_the_code_is_shown_with_the_buttons_that_automation_knows(
    device: Device, cookie: str
) -> None:
    """Public scripts for AWS's pages use these ids, and must work here unchanged."""
    user_code = device.start().document["userCode"]
    reply = look(device.visitor, f"/device?user_code={user_code}", cookie)
    page = Elements(reply)

    assert page.find("p", id="verification_code")
    assert page.find("input", name="user_code")["value"] == user_code
    assert page.find("button", id="cli_verification_btn")["value"] == "confirm"
    assert page.find("button", id="cli_cancel")["value"] == "cancel"
    assert "<h1>Authorization requested</h1>" in reply.body.decode()
    assert "Confirm this code matches the one given to you" in reply.body.decode()


def test_a_link_without_a_code_asks_for_it(visitor: Visitor, cookie: str) -> None:
    """Users type the plain verification URI on their phones."""
    field = Elements(look(visitor, "/device", cookie)).find("input", id="verification_code")

    assert field["name"] == "user_code"


def test_the_whole_flow_ends_with_a_token(device: Device, cookie: str) -> None:
    """Confirm, allow, close the window."""
    started, visitor = device.start().document, device.visitor
    fields = {"user_code": started["userCode"], "decision": "confirm"}
    consent = visitor.submit("/device/verify", fields, cookie)
    page = Elements(look(visitor, consent.headers["location"], cookie))
    allow = page.find("button", id="cli_login_button", data_testid="allow-access-button")
    hidden = page.find("input", type="hidden")
    answer = {str(hidden["name"]): str(hidden["value"]), str(allow["name"]): str(allow["value"])}
    result = visitor.submit(str(page.find("form")["action"]), answer, cookie)

    assert consent.status == 303
    assert Elements(result).find("div", id="result")
    assert "Request approved" in result.body.decode()
    assert device.poll(started["deviceCode"]).status == 200


@pytest.mark.parametrize("typed", ["abcd-efgh", "ABCDEFGH", " abcdefgh "])
def test_a_code_is_typed_in_any_spelling(
    sandbox: Sandbox, device: Device, cookie: str, typed: str
) -> None:
    """Users omit the hyphen or the capitals."""
    device.start()
    sandbox._realm.devices.all()[0].user_code = "ABCD-EFGH"
    fields = {"user_code": typed, "decision": "confirm"}
    reply = device.visitor.submit("/device/verify", fields, cookie)

    assert reply.headers["location"] == "/device/consent?user_code=ABCD-EFGH"


def test_a_code_that_does_not_exist_is_asked_for_again(visitor: Visitor, cookie: str) -> None:
    """A typo does not end the flow."""
    reply = visitor.submit("/device/verify", {"user_code": "WRNG-CODE"}, cookie)

    assert (reply.status, 'role="alert"' in reply.body.decode()) == (400, True)


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("/device/verify", {"decision": "cancel"}),
        ("/device/decision", {"decision": "deny"}),
    ],
)
def test_cancel_and_deny_both_deny(
    device: Device, cookie: str, target: str, fields: dict[str, str]
) -> None:
    """A code that does not match must be rejected on the first page."""
    started = device.start().document
    answer = {"user_code": started["userCode"], **fields}
    result = device.visitor.submit(target, answer, cookie)

    assert "Request denied" in result.body.decode()
    assert device.poll(started["deviceCode"]).refusal == (400, "AccessDeniedException")


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/device?user_code={}"),
        ("GET", "/device/consent?user_code={}"),
        ("POST", "/device/verify"),
        ("POST", "/device/decision"),
    ],
)
def test_a_user_who_is_not_signed_in_signs_in_first(
    device: Device, method: str, target: str
) -> None:
    """A user code alone must not be enough to allow anything."""
    started = device.start().document
    user_code = started["userCode"]
    fields = f"user_code={user_code}&decision=allow".encode() if method == "POST" else None
    reply = device.visitor.send(method, target.format(user_code), fields)

    assert (reply.status, reply.headers["location"]) == (
        303,
        f"/sign-in?next=%2Fdevice%3Fuser_code%3D{user_code}",
    )
    assert device.poll(started["deviceCode"]).document["error"] == "authorization_pending"


def test_without_a_code_the_sign_in_returns_to_the_page_for_it(visitor: Visitor) -> None:
    """The plain URI works the same way."""
    assert visitor.get("/device").headers["location"] == "/sign-in?next=%2Fdevice"


def test_a_form_without_an_answer_decides_nothing(device: Device, cookie: str) -> None:
    """Enter in a form without a pressed button is not consent."""
    started = device.start().document
    reply = device.visitor.submit("/device/decision", {"user_code": started["userCode"]}, cookie)

    assert reply.status == 400
    assert device.poll(started["deviceCode"]).document["error"] == "authorization_pending"


def test_an_expired_code_is_reported(sandbox: Sandbox, device: Device, cookie: str) -> None:
    """Users who find the page open the next morning must know why it fails."""
    user_code = device.start().document["userCode"]
    sandbox.expire("device_authorizations")
    page = look(device.visitor, f"/device?user_code={user_code}", cookie)

    assert (page.status, "<code>expired_token</code>" in page.body.decode()) == (400, True)


def test_a_code_is_answered_once(sandbox: Sandbox, device: Device, cookie: str) -> None:
    """A second click changes nothing."""
    user_code = device.start().document["userCode"]
    sandbox.approve()
    page = look(device.visitor, f"/device/consent?user_code={user_code}", cookie)

    assert (page.status, "already been answered" in page.body.decode()) == (400, True)


def test_a_registration_that_ended_meanwhile_shows_in_the_browser(
    sandbox: Sandbox, device: Device, cookie: str
) -> None:
    """As observed at AWS: the client continues to poll, and only the user reads invalid_client."""
    user_code = device.start().document["userCode"]
    sandbox.expire("registrations")
    page = look(device.visitor, f"/device?user_code={user_code}", cookie)

    assert (page.status, "<code>invalid_client</code>" in page.body.decode()) == (401, True)


def test_an_unknown_start_url_can_show_in_the_browser_only(
    sandbox: Sandbox, device: Device, cookie: str
) -> None:
    """The most common mistake: a wrong Region, and a client that polls until the end."""
    sandbox.configure(wrong_region_silent=True)
    started = device.start("https://d-0000000000.awsapps.com/start").document
    page = look(device.visitor, f"/device?user_code={started['userCode']}", cookie)

    assert (page.status, "<code>invalid_grant</code>" in page.body.decode()) == (400, True)
    assert sandbox.approve() == 0
    assert device.poll(started["deviceCode"]).document["error"] == "authorization_pending"
