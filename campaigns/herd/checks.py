"""The conditions that must hold after a herd."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from campaigns.herd.calls import Call
    from credential_process.sandbox import Sandbox
    from credential_process.sandbox.control.request_log import RequestRecord

# A broker that is killed this soon after a refusal may not have recorded it yet.
UNWRITTEN_SECONDS = 2
_TAKEN_BACK = "does not accept the access token"
# Every file that DESIGN section 6 names, below the folder of a session.
DOCUMENTED = re.compile(
    r"""
      roles/\d{12}/[^/]+
    | roles/accounts(\.[^/]+\.partial)? | roles/\d{12}\.list
    | sign-in | token\.lock | sign_in\.lock | outcome | device_authorization
    | hosts/[^/]+/(
          broker\.(lock|info|log(\.1)?) | start\.lock
        | sign_in | shown/[^/]+
      )
    """,
    re.VERBOSE,
)
# Of a killed process: an interrupted write, a want that was not posted yet, a failure that was not read any more. A
# broker removes them later.
INTERRUPTED = re.compile(
    r"(.*/)?\.sso-credential-process-[0-9a-f]+\.tmp|hosts/[^/]+/(wants/\.[^/]+|failures/[0-9a-f]{32})"
)


def wrong_owners(calls: Iterable[Call], sandbox: Sandbox, over: Mapping[str, float]) -> list[str]:
    """Return the lines of users who were signed out before the call began."""
    return [
        f"{fault}: {call.role}, began {call.began:.3f}, took {call.seconds:.3f} s"
        for call in calls
        if call.stdout.endswith("\n") and (fault := _fault(call, sandbox, over))
    ]


def _fault(call: Call, sandbox: Sandbox, over: Mapping[str, float]) -> str:
    issued = sandbox.issued(json.loads(call.stdout)["AccessKeyId"])
    if issued is None:
        return "credentials that the portal does not know"
    if (issued.account_id, issued.role_name) != call.role:
        return f"credentials of another role, {issued.account_id} {issued.role_name}"
    if (ended := over.get(issued.session_id)) is not None and ended < call.began:
        return f"credentials of {issued.user_name}, signed out {call.began - ended:.3f} s before"
    return ""


def presented_again(
    records: Iterable[RequestRecord], kills: Iterable[float]
) -> tuple[list[str], int]:
    """Return the refresh tokens that were sent again after a refusal, and how many of them kills excuse.

    ``kills`` are the times, by the sandbox's clock, at which brokers were killed.
    """
    refused: dict[str, RequestRecord] = {}
    found = []
    excused = 0
    for record in records:
        refresh_token = _refresh_token(record)
        if not refresh_token:
            continue
        if (first := refused.get(refresh_token)) and record.time > _answered(first):
            if any(first.time <= kill <= _answered(first) + UNWRITTEN_SECONDS for kill in kills):
                excused += 1
            else:
                found.append(
                    f"request {record.number} presents what request {first.number} was refused"
                    f" {record.time - _answered(first):.3f} s before"
                )
        if record.status in (400, 401):
            refused.setdefault(refresh_token, record)
    return found, excused


def _refresh_token(record: RequestRecord) -> str:
    body = record.body
    if record.operation != "token" or not isinstance(body, dict):
        return ""
    return str(body.get("refreshToken") or "")


def _answered(record: RequestRecord) -> float:
    return record.time + (record.seconds or 0)


def undocumented(state: Path) -> list[str]:
    """Return the files below the state folder that are neither documented nor interrupted writes."""
    return [
        str(path.relative_to(state))
        for path in sorted(state.rglob("*"))
        if path.is_file() and not _is_documented(path.relative_to(state))
    ]


def _is_documented(path: Path) -> bool:
    below = "/".join(path.parts[1:])
    return bool(DOCUMENTED.fullmatch(below) or INTERRUPTED.fullmatch(below))


def rude(calls: Iterable[Call], losses: Iterable[float]) -> list[str]:
    """Return the ends that no user should see: defects, and trouble with a service that works.

    `losses` are the times, by the monotonic clock, at which the service took tokens back: one that it refuses in the
    moment of its sign-in looks like that of another region.
    """
    return [
        f"exit {call.returncode}: {call.stderr}"
        for call in calls
        if call.returncode not in {-9, 0, 1, 3, 4} or len(call.stderr.splitlines()) > 1
        if not (_TAKEN_BACK in call.stderr and _is_hit(call, losses))
    ]


def _is_hit(call: Call, losses: Iterable[float]) -> bool:
    return any(call.began <= loss <= call.began + call.seconds for loss in losses)


def tracebacks(logs: Iterable[Path]) -> list[str]:
    """Return the failures that brokers have logged."""
    return [
        f"{log.name}: {entry}"
        for log in logs
        for entry in re.split(r"(?m)^(?=\d{4}-)", log.read_text())
        if "Traceback" in entry or " ERROR " in entry
    ]
