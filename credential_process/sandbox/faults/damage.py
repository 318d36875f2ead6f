"""Damaged responses."""

from __future__ import annotations

import json
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Literal

from credential_process.sandbox.http.exchange import json_response, with_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.sandbox.http.exchange import Response

Change = Literal[
    "missing_field", "null_field", "wrong_type", "extra_fields", "cut_json", "malformed_json",
    "no_errortype_header", "wrong_content_type", "huge_body",
]  # fmt: skip
UNUSABLE = ("cut_json", "malformed_json")
HUGE_BYTES = 16 * 1024 * 1024


def damaged(response: Response, change: Change, field: str) -> Response:
    """Return a response with one change.

    ``field`` is the name of a member at any depth, or ``*`` for every top-level member.
    """
    return _CHANGES[change](response, field)


def dated(response: Response, now: float) -> Response:
    """Return a response with another ``Date``."""
    return with_headers(response, {"Date": formatdate(now, usegmt=True)})


def _without(response: Response, field: str) -> Response:
    return _remade(response, field, lambda _name, _value: ())


def _nulled(response: Response, field: str) -> Response:
    return _remade(response, field, lambda name, _value: ((name, None),))


def _of_another_type(response: Response, field: str) -> Response:
    return _remade(response, field, lambda name, value: ((name, _another_type(value)),))


def _another_type(value: object) -> object:
    if isinstance(value, str):
        return 7
    return "soon" if isinstance(value, int | float) else "text"


def _with_more(response: Response, _field: str) -> Response:
    more = {"aNewMember": {"of": ["the", "service"]}, "anotherOne": None}
    return _redone(response, lambda document: {**more, **document})


def _huge(response: Response, _field: str) -> Response:
    return _redone(response, lambda document: {"padding": "x" * HUGE_BYTES, **document})


def _cut(response: Response, _field: str) -> Response:
    return replace(response, body=response.body[: len(response.body) // 2])


def _malformed(response: Response, _field: str) -> Response:
    # The stray bytes that two concurrent writers leave behind, which no JSON parser accepts.
    return replace(response, body=response.body + b'"}')


def _unnamed(response: Response, _field: str) -> Response:
    kept = [pair for pair in response.headers if pair[0].lower() != "x-amzn-errortype"]
    return replace(response, headers=tuple(kept))


def _mislabelled(response: Response, _field: str) -> Response:
    return with_headers(response, {"Content-Type": "text/html; charset=utf-8"})


def _remade(
    response: Response, field: str, remake: Callable[[str, Any], tuple[tuple[str, Any], ...]]
) -> Response:
    def remade(value: Any, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, list):
            return [remade(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        members: dict[str, Any] = {}
        for name, member in value.items():
            is_meant = name == field or (field == "*" and depth == 0)
            members.update(
                remake(name, member) if is_meant else ((name, remade(member, depth + 1)),)
            )
        return members

    return _redone(response, lambda document: remade(document, 0))


def _redone(response: Response, change: Callable[[dict[str, Any]], object]) -> Response:
    try:
        document = json.loads(response.body)
    except ValueError:
        return response  # a page, or no body: there is no member to change
    return replace(response, body=json_response(change(document)).body)


_CHANGES: dict[Change, Callable[[Response, str], Response]] = {
    "missing_field": _without,
    "null_field": _nulled,
    "wrong_type": _of_another_type,
    "extra_fields": _with_more,
    "cut_json": _cut,
    "malformed_json": _malformed,
    "no_errortype_header": _unnamed,
    "wrong_content_type": _mislabelled,
    "huge_body": _huge,
}
