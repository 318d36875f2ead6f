"""A trial: the service sends one or two wrong responses, one after the other, and recovers.

Nothing is asserted here: a trial returns what deviates from the table, so that one run reports everything.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.faults.answers import Case, Outcome, Verdict, outcome
from campaigns.faults.requests import Request, prepare
from campaigns.faults.stage import IMPATIENCE_SECONDS, NEW_ROLE, OLD_LINE, OLD_ROLE, Stage, stage
from testing.events import until
from testing.executable import finish
from testing.ssh import SshCall

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    End = subprocess.CompletedProcess[str]

# Not a measurement: for a machine under load, and for a call that never ends.
DEADLINE_SECONDS = 300
# A busy machine does not reach this.
PATIENCE_SECONDS = 60
# Requests of one kind: two callers, and two tries for each; more while the service throttles.
MOST_REQUESTS, MOST_WHILE_THROTTLED = 4, 16


def deviations(folder: Path, *cases: Case) -> list[str]:
    """Try the cases one after the other in one home, then recover; return what deviates from the table."""
    hangs = any(case.answer.hangs for case in cases)
    seconds = IMPATIENCE_SECONDS if hangs else PATIENCE_SECONDS
    with stage(folder, timeout_seconds=seconds) as here:
        found: list[str] = []
        try:
            for number, case in enumerate(cases):
                found += _struck(here, case, _expected(case, cases[:number]))
            found += _recovered(here, cases[-1])
            found += _traces(here)
        except Exception as error:  # noqa: BLE001 - a call that never ends is what a run must report
            found.append(f"{type(error).__name__}: {error}")
        return [*found, here.diagnosis()] if found else []


def _expected(case: Case, before: tuple[Case, ...]) -> Outcome:
    """Return the allowed results of a case after others: a user who has just signed in is not asked again."""
    expected = outcome(case)
    has_signed_in = any(outcome(one).sign_ins and not outcome(one).exit_code for one in before)
    return replace(expected, sign_ins=0) if has_signed_in and expected.refuses_all else expected


def _struck(here: Stage, case: Case, expected: Outcome) -> Iterator[str]:
    """Run two callers into the fault, mostly at once: one has valid credentials, the other has none."""
    prepare(here, case.request)
    asked, token = here.sign_ins(), _content(here.home.token_file())
    roles = [NEW_ROLE] if case.request.needs_a_sign_in else [NEW_ROLE, OLD_ROLE]
    if case.request.is_of_device_flow:
        ends = [_end_of_ssh_call(here, case, expected)]
    else:
        here.sandbox.set_faults(case.rule)
        each = (here.get(role).start() for role in roles)
        # A caller that comes too late to share a refusal reports the pause that it begins.
        calls = each if expected.refuses_all else list(each)
        ends = [_end(call) for call in calls]
    exits = [expected.exit_code, _second_exit_code(expected)]
    for role, end, exit_code in zip(roles, ends, exits, strict=False):
        yield from _contract(f"{case}, {role}", end, exit_code)
    if len(ends) > 1:
        yield from _fallen_back(case, expected, here, ends[1])
    yield from _differs(f"{case}, sign-ins", expected.sign_ins, here.sign_ins() - asked)
    if expected.exit_code and not (expected.sign_ins or expected.refuses_all):
        yield from _differs(f"{case}, token", token, _content(here.home.token_file()))
    if not expected.waits:  # until exactly that
        struck, most = here.struck(), MOST_WHILE_THROTTLED if case.answer.slow else MOST_REQUESTS
        is_bounded = case.answer.verdict is Verdict.HARMLESS or struck <= most
        yield from _differs(f"{case}, struck", expected=True, actual=struck > 0)
        yield from _differs(f"{case}, {struck} requests", expected=True, actual=is_bounded)


def _end_of_ssh_call(here: Stage, case: Case, expected: Outcome) -> End:
    """Run a caller at a terminal into the fault: before a code is shown, or while the user types it in."""
    rules = () if case.request is Request.POLL else (case.rule,)
    here.sandbox.set_faults(*rules)
    call = SshCall(here.get(NEW_ROLE), here.sandbox)
    if case.request is Request.POLL:
        until(lambda: call.codes or call.has_ended, "the code is shown", DEADLINE_SECONDS)
        here.sandbox.set_faults(case.rule)
        call.type_codes_in()
    if expected.waits:
        before = here.struck()
        until(lambda: here.struck() > before, "a poll is answered wrongly", DEADLINE_SECONDS)
        here.sandbox.set_faults()
    return call.end(DEADLINE_SECONDS)


def _end(call: subprocess.Popen[str]) -> End:
    return finish(call, timeout_seconds=DEADLINE_SECONDS)


def _second_exit_code(expected: Outcome) -> int:
    """Return the exit code of a call that has credentials which are still valid."""
    if _is_another_sign_in(expected):
        return 3  # in the pause after the refusal
    return 0 if expected.falls_back else expected.exit_code


def _is_another_sign_in(expected: Outcome) -> bool:
    """Return whether a new sign-in has replaced that of the credentials, which may be another user's."""
    return expected.refuses_all and expected.sign_ins > 0


def _fallen_back(case: Case, expected: Outcome, here: Stage, end: End) -> Iterator[str]:
    if _is_another_sign_in(expected):
        return
    if expected.exit_code and expected.falls_back:
        yield from _differs(f"{case}, old credentials", OLD_LINE, end.stdout)
    if expected.exit_code:
        content = _content(here.old_document) or "\n"
        yield from _differs(f"{case}, old document", OLD_LINE, content.split("\n", 1)[1])


def _recovered(here: Stage, case: Case) -> Iterator[str]:
    """Make the service work again, and sign the user in if the last sign-in has failed."""
    expected = outcome(case)
    here.sandbox.set_faults()
    asked = here.sign_ins()
    if expected.pauses:
        login = _end(here.command("login").start())
        yield from _contract(f"after {case}, login", login, 0, speaks=True)
    for role in (NEW_ROLE, OLD_ROLE):
        if case.request.is_of_device_flow:
            end = SshCall(here.get(role), here.sandbox).end(DEADLINE_SECONDS)
        else:
            end = _end(here.get(role).start())
        yield from _contract(f"after {case}, {role}", end, 0)
    yield from _differs(f"after {case}, sign-ins", expected.later, here.sign_ins() - asked)


def _contract(what: str, end: End, exit_code: int, *, speaks: bool = False) -> Iterator[str]:
    yield from _differs(f"{what}, exit ({end.stderr.strip()})", exit_code, end.returncode)
    if not speaks:
        lines = 1 if end.returncode else 0
        yield from _differs(f"{what}, lines of stderr", lines, end.stderr.count("\n"))
    yield from _differs(f"{what}, short", expected=True, actual=len(end.stderr.encode()) < 500)
    yield from _differs(f"{what}, traceback", expected=False, actual="Traceback" in end.stderr)
    if end.returncode == 0 and not speaks:
        yield from _differs(f"{what}, version", 1, json.loads(end.stdout)["Version"])
    else:
        yield from _differs(f"{what}, stdout", "", end.stdout)


def _traces(here: Stage) -> Iterator[str]:
    """Check what is left: no traceback, no defect, no secret, no want."""
    log = here.log()
    secrets = [
        value
        for file in here.home.token_file().parent.glob("*.json")
        for name, value in json.loads(file.read_text()).items()
        if name in {"accessToken", "refreshToken", "clientSecret"}
    ]
    secrets += [one["user_code"] for one in here.sandbox.device_authorizations()]
    for word in ("Traceback", " ERROR ", *secrets):
        yield from _differs(f"log has {word[:12]!r}", expected=False, actual=word in log)
    yield from _differs("wants that are left", [], here.home.wants())
    for name in ("sign_in", "failures/*"):
        yield from _differs(f"{name} that are left", [], here.home.host_files(name))
    codes = list(here.home.state.glob("*/device_authorization"))
    yield from _differs("device authorizations that are left", [], codes)


def _differs(what: str, expected: object, actual: object) -> Iterator[str]:
    if expected != actual:
        yield f"{what}: {expected!r} expected, {actual!r} found"


def _content(file: Path) -> str | None:
    return file.read_text() if file.exists() else None
