"""The table: every wrong response that the service can send, and what each may cost.

There is one `Answer` for each kind of fault; `CASES` combines them with the requests that they can affect.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from campaigns.faults.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.sandbox.faults import Rule

CODE, REFRESH, REGISTER, ROLE, DEVICE, FIRST_POLL, POLL = (
    (Request.CODE,), (Request.REFRESH,), (Request.REGISTER,), (Request.ROLE,),
    (Request.DEVICE,), (Request.FIRST_POLL,), (Request.POLL,),
)  # fmt: skip
OIDC = (*REGISTER, *CODE, *DEVICE, *POLL, *REFRESH)
ANY = (*OIDC, *ROLE)
HTML = {"Content-Type": "text/html"}
PAGE = "<!doctype html><title>Sign in to the network of this hotel</title>"


class Verdict(Enum):
    """How a response is understood."""

    HARMLESS = "harmless"
    TROUBLE = "trouble"
    NO = "no"
    EXPIRED = "expired"  # no response came in time
    OVER = "over"  # the token or the client is worthless: only the user can help
    LOST = "lost"  # done, but the response was lost: a refresh token is spent


@dataclass(frozen=True, slots=True)
class Answer:
    """One kind of fault, as a rule of the sandbox; `pairs` are those that are also combined with others."""

    name: str
    verdict: Verdict
    rule: Mapping[str, Any] = field(hash=False)
    requests: tuple[Request, ...] = ANY
    pairs: bool = False
    slow: bool = False

    @property
    def hangs(self) -> bool:
        """Whether no response ever comes, so that the request times out."""
        return self.rule.get("preset") == "hang"


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and the response that it gets every time."""

    request: Request
    answer: Answer

    def __str__(self) -> str:
        return f"{self.request.value}: {self.answer.name}"

    @property
    def rule(self) -> Rule:
        """The rule of the sandbox: every such request gets this response."""
        return cast("Rule", {**self.request.rule, **self.answer.rule})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The allowed results of a case.

    `exit_code` is that of a call without cached credentials; with `falls_back`, credentials that are
    still valid are returned nevertheless. `sign_ins` are those during the fault, `later` those after it;
    with `pauses`, no user is asked for a while, except by `login`. With `waits`, the call waits until the
    service works again.
    """

    exit_code: int
    falls_back: bool = True
    sign_ins: int = 0
    later: int = 0
    pauses: bool = False
    waits: bool = False
    refuses_all: bool = False  # every token, even that of a new sign-in


def outcome(case: Case) -> Outcome:
    """Return the allowed results of a case."""
    return _OUTCOMES[case.request, case.answer.verdict]


_OUTCOMES = {
    (Request.REGISTER, Verdict.HARMLESS): Outcome(0, sign_ins=1),
    (Request.REGISTER, Verdict.TROUBLE): Outcome(5, later=1),
    (Request.REGISTER, Verdict.NO): Outcome(4, later=1),
    (Request.REGISTER, Verdict.LOST): Outcome(5, later=1),
    (Request.CODE, Verdict.HARMLESS): Outcome(0, sign_ins=1),
    (Request.CODE, Verdict.TROUBLE): Outcome(5, sign_ins=1, later=1, pauses=True),
    (Request.CODE, Verdict.NO): Outcome(4, sign_ins=1, later=1, pauses=True),
    # The client registers again, once, and the user has to start again.
    (Request.CODE, Verdict.OVER): Outcome(4, sign_ins=2, later=1, pauses=True),
    (Request.CODE, Verdict.LOST): Outcome(5, sign_ins=1, later=1, pauses=True),
    # Before there is a code, the user has not been asked: the next call may ask at once.
    (Request.DEVICE, Verdict.HARMLESS): Outcome(0, sign_ins=1),
    (Request.DEVICE, Verdict.TROUBLE): Outcome(5, later=1),
    (Request.DEVICE, Verdict.NO): Outcome(4, later=1),
    (Request.DEVICE, Verdict.OVER): Outcome(4, later=1),
    (Request.DEVICE, Verdict.LOST): Outcome(5, later=1),
    (Request.FIRST_POLL, Verdict.NO): Outcome(4, later=1),
    (Request.FIRST_POLL, Verdict.EXPIRED): Outcome(3, later=1, pauses=True),
    (Request.FIRST_POLL, Verdict.OVER): Outcome(4, later=1),
    # RFC 8628 §3.5: the client continues to poll, and the code that the user has stays valid.
    (Request.POLL, Verdict.HARMLESS): Outcome(0, sign_ins=1),
    (Request.POLL, Verdict.TROUBLE): Outcome(0, sign_ins=1, waits=True),
    (Request.POLL, Verdict.NO): Outcome(4, sign_ins=1, later=1, pauses=True),
    (Request.POLL, Verdict.EXPIRED): Outcome(3, sign_ins=1, later=1, pauses=True),
    (Request.POLL, Verdict.OVER): Outcome(4, sign_ins=1, later=1, pauses=True),
    # It was redeemed for nothing, which shows when the service works again: one more code.
    (Request.POLL, Verdict.LOST): Outcome(0, sign_ins=2, waits=True),
    (Request.REFRESH, Verdict.HARMLESS): Outcome(0),
    (Request.REFRESH, Verdict.TROUBLE): Outcome(5),
    (Request.REFRESH, Verdict.OVER): Outcome(0, sign_ins=1),
    (Request.REFRESH, Verdict.LOST): Outcome(5, later=1),
    (Request.ROLE, Verdict.HARMLESS): Outcome(0),
    (Request.ROLE, Verdict.TROUBLE): Outcome(5),
    (Request.ROLE, Verdict.NO): Outcome(4, falls_back=False),
    # Refreshed and refused, signed in and refused: then the token is not the reason.
    (Request.ROLE, Verdict.OVER): Outcome(5, sign_ins=1, later=1, pauses=True, refuses_all=True),
    (Request.ROLE, Verdict.LOST): Outcome(5),
}


def _preset(name: str, verdict: Verdict = Verdict.TROUBLE, **more: Any) -> Answer:
    return Answer(name, verdict, {"preset": name}, **more)


def _reply(name: str, status: int, body: object, **more: Any) -> Answer:
    headers = more.pop("headers", {})
    verdict = more.pop("verdict", Verdict.TROUBLE)
    return Answer(name, verdict, {"status": status, "body": body, "headers": headers}, **more)


def _refused(error: str, verdict: Verdict, requests: tuple[Request, ...], **more: Any) -> Answer:
    rule = {"error": error, "message": "No.", **more.pop("rule", {})}
    return Answer(more.pop("name", error), verdict, rule, requests, **more)


def _spoilt(change: str, name: str, requests: tuple[Request, ...], verdict: Verdict) -> Answer:
    # A response whose loss has no effect here does not count as given: `commit`.
    rule = {"change": change, "field": name, "commit": verdict is Verdict.HARMLESS}
    return Answer(f"{change} {name}", verdict, rule, requests)


def _late(word: str, **more: Any) -> Answer:
    headers = {"Retry-After": word}
    return _reply(f"429, Retry-After {word}", 429, {}, headers=headers, slow=True, **more)


def _keys(name: str, verdict: Verdict = Verdict.TROUBLE, **members: object) -> Answer:
    keys = {"accessKeyId": "ASIANEW", "secretAccessKey": "s", "sessionToken": "t", **members}
    return _reply(name, 200, {"roleCredentials": keys}, requests=ROLE, verdict=verdict)


_NOW = int(time.time())
_WHOLE = (
    _preset("extra_fields", Verdict.HARMLESS, pairs=True),
    _preset("wrong_content_type", Verdict.HARMLESS),
    _preset("no_errortype_header", Verdict.HARMLESS),
    _preset("huge_body", Verdict.LOST),
    _preset("http_500", pairs=True),
    _preset("http_500_html"),
    _preset("http_502_html"),
    _preset("http_503_html"),
    _preset("hang", pairs=True),
    _preset("drop", pairs=True),
    _preset("reset"),
    _preset("reset_after_headers"),
    _preset("truncate"),
    _preset("cut_json"),
    _preset("malformed_json"),
    _preset("empty_200"),
    _preset("empty_object", pairs=True),
    _preset("missing_field"),
    _preset("null_field"),
    _preset("wrong_type"),
    _preset("commit_then_drop", Verdict.LOST, pairs=True),
    _reply("a captive portal", 200, PAGE, headers=HTML),
    _reply("a redirect", 302, "", headers={"Location": "http://127.0.0.1:9/"}),
    _reply("a proxy's no", 403, PAGE, headers=HTML),
    _reply("a proxy's password", 407, PAGE, headers=HTML),
    _reply("a 401 of nobody's", 401, PAGE, headers=HTML),
    _reply("a 404 of nobody's", 404, PAGE, headers=HTML),
    _reply("a 400 without a reason", 400, {}),
    _reply("a list", 200, []),
    _reply("a number", 200, 7),
    _reply("null", 200, "null", headers={"Content-Type": "application/json"}),
    _reply("a 500 that is a list", 500, []),
    _reply("JSON without a bottom", 200, "[" * 100_000),
    _reply("zeros", 200, "\0" * 4096),
    _reply("an unknown status", 799, PAGE, headers=HTML),
)
_THROTTLED = (
    _refused("SlowDownException", Verdict.TROUBLE, (*CODE, *REFRESH), pairs=True),
    _refused("SlowDownException", Verdict.TROUBLE, (*REGISTER, *DEVICE, *POLL), slow=True),
    _preset("429_portal", requests=ROLE, slow=True),
    _preset("429_retry_after", requests=ROLE, slow=True),
    _late("²", requests=ROLE),
)  # fmt: skip
_UNNAMED = {"change": "no_errortype_header"}
_REFUSALS = (
    _refused("InvalidRequestException", Verdict.NO, (*REGISTER, *CODE, *DEVICE, *POLL), pairs=True),
    # These do not concern the refresh token, which stays valid after a failed refresh.
    _refused("InvalidRequestException", Verdict.TROUBLE, REFRESH, pairs=True),
    _refused("AccessDeniedException", Verdict.TROUBLE, REFRESH),
    _refused("InvalidScopeException", Verdict.TROUBLE, REFRESH),
    _refused("UnsupportedGrantTypeException", Verdict.TROUBLE, REFRESH),
    _refused("AuthorizationPendingException", Verdict.TROUBLE, REFRESH),
    _preset("kms_access_denied", requests=(*CODE, *POLL, *REFRESH), pairs=True),
    _preset("kms_disabled", requests=(*CODE, *POLL, *REFRESH)),
    _preset("network_denied", requests=(*CODE, *POLL, *REFRESH)),
    _preset("403_network", requests=ROLE),
    _refused("InvalidScopeException", Verdict.NO, REGISTER),
    _refused("InvalidClientMetadataException", Verdict.NO, REGISTER),
    _refused("InvalidGrantException", Verdict.NO, CODE),
    _refused("InvalidGrantException", Verdict.NO, POLL, pairs=True),
    _refused("InvalidGrantException", Verdict.OVER, REFRESH, pairs=True),
    _refused("InvalidClientException", Verdict.OVER, (*CODE, *DEVICE, *POLL, *REFRESH), pairs=True),
    _refused("UnauthorizedClientException", Verdict.OVER, REFRESH),
    _refused("UnauthorizedClientException", Verdict.NO, (*CODE, *DEVICE, *POLL)),
    _refused("AccessDeniedException", Verdict.NO, CODE),
    _refused("AccessDeniedException", Verdict.NO, POLL, pairs=True),
    _refused("ExpiredTokenException", Verdict.EXPIRED, POLL, pairs=True),
    _refused("ExpiredTokenException", Verdict.OVER, REFRESH),
    # An OAuth error is in the body (RFC 6749 §5.2), whether AWS's header names it too or not.
    _refused("InvalidRequestException", Verdict.NO, (*REGISTER, *CODE, *DEVICE, *POLL), rule=_UNNAMED,
             name="InvalidRequestException without a header"),
    _refused("InvalidRequestException", Verdict.TROUBLE, REFRESH, rule=_UNNAMED,
             name="InvalidRequestException without a header"),
    _refused("InvalidGrantException", Verdict.NO, (*CODE, *POLL), rule=_UNNAMED,
             name="InvalidGrantException without a header"),
    _refused("InvalidGrantException", Verdict.OVER, REFRESH, rule=_UNNAMED,
             name="InvalidGrantException without a header"),
    _refused("ForbiddenException", Verdict.NO, ROLE, pairs=True),
    _refused("ResourceNotFoundException", Verdict.NO, ROLE),
    _refused("InvalidRequestException", Verdict.NO, ROLE),
    _refused("UnauthorizedException", Verdict.OVER, ROLE, pairs=True),
    # Whatever the service sends, the message is one short line.
    _reply("a no in colour", 400,
           {"error": "invalid_request", "error_description": "\x1b[31m\r\n😀" * 9999},
           headers={"x-amzn-ErrorType": "InvalidRequestException"},
           verdict=Verdict.NO, requests=(*REGISTER, *CODE, *DEVICE, *POLL)),
)  # fmt: skip
# Complete in form.
_KEYS = (
    # Twelve hours, the longest session of a role, by a clock that is two hours ahead.
    _keys("keys for 14 hours", Verdict.HARMLESS, expiration=(_NOW + 14 * 3600) * 1000),
    _keys("keys of 2022", expiration=1_665_736_069_000),
    _keys("keys until seconds", expiration=_NOW + 3600),
    _keys("keys for a year", expiration=(_NOW + 366 * 86_400) * 1000),
    _keys("keys of no end", expiration=10**30),
    _keys("keys of two lines", expiration=(_NOW + 3600) * 1000, sessionToken="a\nb"),
    _keys("keys of 70 kB", expiration=(_NOW + 3600) * 1000, sessionToken="a" * 70_000),
)
_MEMBERS = {
    Request.REGISTER: ("clientId", "clientSecret", "clientSecretExpiresAt"),
    Request.CODE: ("accessToken", "expiresIn"),
    Request.DEVICE: ("deviceCode", "userCode", "verificationUri", "expiresIn"),
    Request.POLL: ("accessToken", "expiresIn"),
    Request.REFRESH: ("accessToken", "expiresIn"),
    Request.ROLE: ("accessKeyId", "secretAccessKey", "sessionToken", "expiration"),
}
_SPARE_MEMBERS = {
    Request.CODE: ("tokenType", "refreshToken"),
    Request.DEVICE: ("verificationUriComplete",),
    Request.POLL: ("tokenType", "refreshToken"),
    Request.REFRESH: ("tokenType", "refreshToken"),
}
_CHANGES = ("missing_field", "null_field", "wrong_type")


def _each(members: Mapping[Request, tuple[str, ...]], verdict: Verdict) -> tuple[Answer, ...]:
    return tuple(
        _spoilt(change, member, (request,), verdict)
        for request, names in members.items()
        for member in names
        for change in _CHANGES
    )


ANSWERS = (*_WHOLE, *_THROTTLED, *_REFUSALS, *_KEYS)
# For the long run: member by member, and cases with long waits.
FINE_ANSWERS = (
    *_each(_MEMBERS, Verdict.TROUBLE),
    *_each(_SPARE_MEMBERS, Verdict.HARMLESS),
    # RFC 8628 §3.2: five seconds if the member is missing.
    _spoilt("missing_field", "interval", DEVICE, Verdict.HARMLESS),
    _spoilt("wrong_type", "interval", DEVICE, Verdict.TROUBLE),
    _refused("InvalidRequestException", Verdict.NO, FIRST_POLL),
    _refused("AccessDeniedException", Verdict.NO, FIRST_POLL),
    _refused("UnauthorizedClientException", Verdict.NO, FIRST_POLL),
    _refused("ExpiredTokenException", Verdict.EXPIRED, FIRST_POLL),
    _refused("InvalidClientException", Verdict.OVER, FIRST_POLL),
    *(_late(word, requests=ROLE) for word in ("soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT")),
    _late("3600", requests=ROLE),
)


def cases(answers: tuple[Answer, ...]) -> list[Case]:
    """Return each response with each request that it can affect, in the order of the flow."""
    return [
        Case(request, answer)
        for request in Request
        for answer in answers
        if request in answer.requests
    ]
