"""The device flow: the service's response at each step."""

import re
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from tests.sandbox.authorization import START_URL, Client
from tests.sandbox.device import GRANT, Device
from tests.sandbox.visitor import Visitor

PENDING = (400, "AuthorizationPendingException")
INVALID_GRANT = (400, "InvalidGrantException")
PORTAL = r"https://ssoins-[0-9a-f]{{16}}\.us-east-1\.portal\.amazonaws\.com/#/device"
STYLES = {
    "device_sso": (
        r"https://device\.sso\.us-east-1\.amazonaws\.com/",
        r"https://device\.sso\.us-east-1\.amazonaws\.com/\?user_code={code}",
    ),
    "start_hash": (
        r"https://d-1234567890\.awsapps\.com/start/#/device",
        r"https://d-1234567890\.awsapps\.com/start/#/device\?user_code={code}",
    ),
    "portal": (
        PORTAL,
        PORTAL + r"\?user_code={code}",
    ),
    "signin_par": (r"https://us-east-1\.signin\.aws/platform/authorize\?request_uri=[\w%]+",) * 2,
}


@pytest.fixture
def device(visitor: Visitor) -> Device:
    """Register a client for the device flow."""
    return Device.register(visitor)


def test_a_device_authorization_looks_as_at_aws(sandbox: Sandbox, device: Device) -> None:
    """Ten minutes, one poll per second, and codes of AWS's lengths."""
    document = device.start().document

    assert re.fullmatch(r"[\w-]{86}", document["deviceCode"])
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", document["userCode"])
    assert (document["expiresIn"], document["interval"]) == (600, 1)
    assert document["verificationUri"] == f"{sandbox.url}/device"
    assert document["verificationUriComplete"] == (
        f"{sandbox.url}/device?user_code={document['userCode']}"
    )


@pytest.mark.parametrize("style", sorted(STYLES))
def test_verification_uris_come_in_every_form_that_aws_has_used(
    sandbox: Sandbox, device: Device, style: Any
) -> None:
    """A client that parses them breaks with the next form."""
    sandbox.configure(verification_style=style)
    document = device.start().document
    forms = [form.format(code=document["userCode"]) for form in STYLES[style]]

    assert re.fullmatch(forms[0], document["verificationUri"])
    assert re.fullmatch(forms[1], document["verificationUriComplete"])


def test_a_browser_finds_the_page_whatever_the_uris_look_like(
    sandbox: Sandbox, device: Device
) -> None:
    """AWS's URLs are not served here, so the controls return the page's address."""
    sandbox.configure(verification_style="signin_par")
    document = device.start().document

    assert sandbox.device_authorizations() == [
        {
            "user_code": document["userCode"],
            "state": "pending",
            "client_name": "corp",
            "url": f"{sandbox.url}/device?user_code={document['userCode']}",
        }
    ]


def test_a_poll_before_the_answer_is_pending(sandbox: Sandbox, device: Device) -> None:
    """The client continues to poll."""
    reply = device.poll(device.start().document["deviceCode"])

    assert (reply.refusal, reply.document["error"]) == (PENDING, "authorization_pending")
    assert sandbox.counters()["device_authorization"] == 1
    assert sandbox.counters()["token"]["device_code"] == 1


def test_an_approval_gives_a_token_once(sandbox: Sandbox, device: Device) -> None:
    """A second exchange means that two clients share a code, or that one did not store its token."""
    device_code = device.start().document["deviceCode"]
    approved = sandbox.approve()
    first, second = device.poll(device_code), device.poll(device_code)

    assert (approved, first.document["expiresIn"], bool(first.document["refreshToken"])) == (
        1,
        3600,
        True,
    )
    assert second.refusal == INVALID_GRANT
    assert [one["state"] for one in sandbox.device_authorizations()] == ["consumed"]


def test_a_registration_without_scopes_gives_eight_hours_and_no_refresh(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """The legacy kind of sign-in, which no SDK can refresh."""
    device = Device.register(visitor, scopes=[])
    device_code = device.start().document["deviceCode"]
    sandbox.approve()
    document = device.poll(device_code).document

    assert (document["expiresIn"], document["refreshToken"]) == (28_800, None)


def test_a_denial_ends_the_polling(sandbox: Sandbox, device: Device) -> None:
    """A denial is an answer, too."""
    device_code = device.start().document["deviceCode"]

    assert sandbox.deny() == 1
    assert device.poll(device_code).refusal == (400, "AccessDeniedException")


@pytest.mark.parametrize("user_code", [None, "NONE-SUCH"], ids=["approved", "pending"])
def test_a_code_expires_after_ten_minutes(
    sandbox: Sandbox, device: Device, user_code: str | None
) -> None:
    """Even one that was approved and never exchanged."""
    device_code = device.start().document["deviceCode"]
    sandbox.approve(user_code)
    sandbox.advance_clock(601)

    assert device.poll(device_code).refusal == (400, "ExpiredTokenException")


def test_a_code_expires_on_demand(sandbox: Sandbox, device: Device) -> None:
    """Without moving the clock for everything else."""
    device_code = device.start().document["deviceCode"]
    sandbox.expire("device_authorizations")

    assert device.poll(device_code).refusal == (400, "ExpiredTokenException")


def test_the_controls_choose_one_by_its_code(sandbox: Sandbox, device: Device) -> None:
    """Two concurrent sign-ins belong to two users."""
    first, second = device.start().document, device.start().document

    assert (sandbox.approve(first["userCode"]), sandbox.deny(second["userCode"])) == (1, 1)
    assert device.poll(first["deviceCode"]).status == 200
    assert device.poll(second["deviceCode"]).refusal == (400, "AccessDeniedException")
    assert (sandbox.approve("NONE-SUCH"), sandbox.approve(first["userCode"])) == (0, 0)


def test_an_answered_authorization_stays_listed(sandbox: Sandbox, device: Device) -> None:
    """A test reads the code there, and the answer afterwards."""
    user_code = device.start().document["userCode"]
    sandbox.approve(user_code)

    (listed,) = sandbox.device_authorizations()
    assert (listed["user_code"], listed["state"]) == (user_code, "approved")
    assert sandbox.deny() == 0


def test_an_approval_signs_in_the_named_user(sandbox: Sandbox, device: Device) -> None:
    """Access depends on the user."""
    device_code = device.start().document["deviceCode"]
    sandbox.approve(user_name="bob")
    device.poll(device_code)

    assert sandbox.revoke_session("bob") == 1


def test_an_approval_ends_with_the_portal_session(sandbox: Sandbox, device: Device) -> None:
    """A user who signs out before the client has its token has signed the client out, too."""
    device_code = device.start().document["deviceCode"]
    sandbox.approve()
    sandbox.revoke_session()

    assert device.poll(device_code).refusal == INVALID_GRANT


def test_a_code_belongs_to_the_client_that_started(
    sandbox: Sandbox, device: Device, visitor: Visitor
) -> None:
    """A client that has registered again meanwhile is another client."""
    device_code = device.start().document["deviceCode"]
    sandbox.approve()

    assert Device.register(visitor).poll(device_code).refusal == INVALID_GRANT
    assert device.poll(device_code).status == 200


def test_fast_polls_are_accepted_by_default(device: Device) -> None:
    """AWS has not been observed to send slow_down here."""
    device_code = device.start().document["deviceCode"]

    assert [device.poll(device_code).refusal for _ in range(3)] == [PENDING] * 3


def test_with_slow_down_every_hasty_poll_costs_five_seconds_more(
    sandbox: Sandbox, device: Device
) -> None:
    """RFC 8628 §3.5: the interval increases for good, so a client must slow down."""
    sandbox.configure(slow_down=True)
    device_code = device.start().document["deviceCode"]
    answers = [device.poll(device_code).refusal[1]]
    for seconds in (0, 3, 12):
        sandbox.advance_clock(seconds)
        answers.append(device.poll(device_code).refusal[1])

    slow, pending = "SlowDownException", PENDING[1]
    assert answers == [pending, slow, slow, pending]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"startUrl": "https://d-0000000000.awsapps.com/start"}, (400, "InvalidRequestException")),
        ({"startUrl": None}, (400, "InvalidRequestException")),
        ({"clientSecret": "wrong"}, (401, "InvalidClientException")),
        ({"clientId": "unknown"}, (401, "InvalidClientException")),
    ],
)
def test_an_invalid_request_starts_nothing(
    sandbox: Sandbox, device: Device, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """AWS's errors for these are in the public issues."""
    document = {
        "clientId": device.client.client_id,
        "clientSecret": device.client.client_secret,
        "startUrl": START_URL,
    }
    reply = device.visitor.post("/device_authorization", document | changes)

    assert (reply.refusal, sandbox.device_authorizations()) == (refusal, [])


def test_a_client_for_codes_cannot_start_one(client: Client) -> None:
    """The two flows have separate registrations, and a client that confuses them must notice."""
    assert Device(client).start().refusal == (400, "UnauthorizedClientException")
    assert client.token(GRANT, deviceCode="x").refusal == (400, "UnauthorizedClientException")


def test_a_client_for_refresh_tokens_alone_can_start_one(visitor: Visitor) -> None:
    """aws-sso-cli 1 registers like this and signs users in, so the service allows it."""
    device = Device.register(visitor, grantTypes=["refresh_token"])
    assert device.start().status == 200
