"""The portal's API: tokens, roles and pagination."""

import pytest

from credential_process.sandbox import Account, Sandbox
from tests.sandbox.authorization import Client
from tests.sandbox.visitor import Visitor

ACCOUNT_ID = "111122220001"
UNAUTHORIZED = (401, "UnauthorizedException")
INVALID_REQUEST = (400, "InvalidRequestException")
FORBIDDEN = (403, "ForbiddenException")


@pytest.mark.parametrize(
    "target",
    [
        f"/federation/credentials?role_name=Developer&account_id={ACCOUNT_ID}",
        "/assignment/accounts",
        f"/assignment/roles?account_id={ACCOUNT_ID}",
    ],
)
def test_nothing_is_answered_without_a_token(visitor: Visitor, target: str) -> None:
    """A client recognises by this 401 alone that the user has to sign in."""
    assert visitor.get(target).refusal == UNAUTHORIZED


def test_without_permission_sets_there_are_no_accounts_and_no_roles(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """As for a user without assignments; the roles of account access manager are not affected."""
    sandbox.configure(permission_sets_enabled=False)
    role = f"account_id={ACCOUNT_ID}"

    assert visitor.get("/assignment/accounts", access_token).document["accountList"] == []
    assert visitor.get(f"/assignment/roles?{role}", access_token).refusal == FORBIDDEN
    credentials = f"/federation/credentials?role_name=Developer&{role}"
    assert visitor.get(credentials, access_token).refusal == FORBIDDEN


@pytest.mark.parametrize("seconds", [3600, 28_800])
def test_an_access_token_ends_after_an_hour(
    sandbox: Sandbox, visitor: Visitor, access_token: str, seconds: int
) -> None:
    """The clock can be moved, so that no test waits for it."""
    sandbox.advance_clock(seconds)

    assert visitor.get("/assignment/accounts", access_token).refusal == UNAUTHORIZED


def test_an_access_token_without_scopes_lives_for_eight_hours(
    sandbox: Sandbox, visitor: Visitor
) -> None:
    """Older clients register without scopes, and get legacy tokens."""
    token_cache = sandbox.sign_in(scopes=())
    sandbox.advance_clock(28_000)

    assert "refreshToken" not in token_cache
    assert visitor.get("/assignment/accounts", token_cache["accessToken"]).status == 200


def test_a_revoked_session_ends_its_tokens(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """An administrator can end a session before its tokens expire."""
    assert sandbox.revoke_session("alice") == 1
    assert visitor.get("/assignment/accounts", access_token).refusal == UNAUTHORIZED


def test_a_revocation_does_not_affect_other_users(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """Signing one user out must not sign out another."""
    sandbox.revoke_session("bob")

    assert visitor.get("/assignment/accounts", access_token).status == 200


def test_a_logout_ends_the_session_and_its_refresh_token(visitor: Visitor, client: Client) -> None:
    """After a logout, the user has to sign in."""
    reply = client.signed_in()
    headers = {"x-amz-sso_bearer_token": reply["accessToken"]}
    visitor.send("POST", "/logout", b"", headers)

    assert visitor.get("/assignment/accounts", reply["accessToken"]).refusal == UNAUTHORIZED
    assert client.refresh(reply["refreshToken"]).refusal == (400, "InvalidGrantException")


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({"role_name": "developer", "account_id": ACCOUNT_ID}, FORBIDDEN),
        ({"role_name": "Developer", "account_id": "999999999999"}, FORBIDDEN),
        ({"role_name": "Developer", "account_id": "1"}, INVALID_REQUEST),
        ({"role_name": "Developer"}, INVALID_REQUEST),
        ({"account_id": ACCOUNT_ID}, INVALID_REQUEST),
    ],
)
def test_an_unknown_role_gives_no_credentials(
    visitor: Visitor, access_token: str, query: dict[str, str], refusal: tuple[int, str]
) -> None:
    """A typo in a profile shows as No access, not as an expired session."""
    assert refusal == visitor.get("/federation/credentials", access_token, **query).refusal


def test_role_credentials_last_as_long_as_the_permission_set_allows(
    sandbox: Sandbox, visitor: Visitor, access_token: str
) -> None:
    """Administrators choose between one hour and twelve."""
    sandbox.configure(role_session_seconds=43_200)
    query = {"role_name": "Developer", "account_id": ACCOUNT_ID}
    reply = visitor.get("/federation/credentials", access_token, **query)

    expiration = reply.document["roleCredentials"]["expiration"] / 1000
    assert expiration == pytest.approx(sandbox.requests()[-1].time + 43_200, abs=2)


def test_pages_add_up_to_the_whole_list() -> None:
    """A client that skips the last page or repeats one must show it."""
    with Sandbox(accounts=45, page_size=20) as large, Visitor(large.url) as visitor:
        access_token = large.sign_in()["accessToken"]
        page = visitor.get("/assignment/accounts", access_token).document
        pages = [page["accountList"]]
        while next_token := page["nextToken"]:
            page = visitor.get("/assignment/accounts", access_token, next_token=next_token).document
            pages.append(page["accountList"])

    listed = [account["accountId"] for accounts in pages for account in accounts]
    assert [len(accounts) for accounts in pages] == [20, 20, 5]
    assert [f"{111122220000 + number}" for number in range(1, 46)] == listed


def test_the_last_full_page_has_no_next_token(visitor: Visitor, access_token: str) -> None:
    """An empty page at the end would be an unnecessary request."""
    reply = visitor.get("/assignment/accounts", access_token, max_result=3)

    assert (len(reply.document["accountList"]), reply.document["nextToken"]) == (3, None)


@pytest.mark.parametrize("max_result", ["0", "101", "-1", "x", "", "1.5"])
def test_a_page_size_outside_the_limits_is_refused(
    visitor: Visitor, access_token: str, max_result: str
) -> None:
    """AWS began to enforce this in 2026, and tools broke."""
    reply = visitor.get("/assignment/accounts", access_token, max_result=max_result)

    assert reply.refusal == INVALID_REQUEST


@pytest.mark.parametrize("next_token", ["", "x", "1", "MSAv"])
def test_an_invalid_next_token_is_refused(
    visitor: Visitor, access_token: str, next_token: str
) -> None:
    """Clients must treat it as opaque."""
    reply = visitor.get("/assignment/accounts", access_token, next_token=next_token)

    assert reply.refusal == INVALID_REQUEST


def test_a_next_token_is_valid_for_its_own_list_only(visitor: Visitor, access_token: str) -> None:
    """A client that lists many accounts at once must not confuse their pages."""
    roles = {"account_id": ACCOUNT_ID, "max_result": 1}
    token = visitor.get("/assignment/roles", access_token, **roles).document["nextToken"]
    other = {"account_id": "111122220002", "next_token": token}

    assert visitor.get("/assignment/roles", access_token, **other).refusal == INVALID_REQUEST


def test_a_user_with_assignments_sees_only_those() -> None:
    """Users whose access was removed must learn it for each account."""
    users = {"bob": [("111122220002", "Developer")]}
    with Sandbox(users=users) as sandbox, Visitor(sandbox.url) as visitor:
        token = sandbox.sign_in("bob")["accessToken"]
        accounts = visitor.get("/assignment/accounts", token).document["accountList"]
        denied = visitor.get("/assignment/roles", token, account_id=ACCOUNT_ID)

    assert [account["accountId"] for account in accounts] == ["111122220002"]
    assert denied.refusal == FORBIDDEN


def test_an_account_may_come_without_a_name_and_an_email() -> None:
    """It happens at AWS, and a list must not fail on it."""
    nameless = Account(account_id="123456789012", name=None, email=None, roles=("Admin",))
    with Sandbox(accounts=[nameless]) as sandbox, Visitor(sandbox.url) as visitor:
        token = sandbox.sign_in()["accessToken"]
        accounts = visitor.get("/assignment/accounts", token).document["accountList"]

    assert accounts == [{"accountId": "123456789012"}]
