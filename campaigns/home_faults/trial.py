"""A trial: a home gets a fault, everything is called, the fault is removed, and everything is called again.

Nothing is asserted here: a trial returns what deviates from the table, so that one run reports everything.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from campaigns.home_faults import namespaces
from campaigns.home_faults.moments import EXPIRED, LEAVING, ROLES, SESSIONS, SIGNED_IN, Moment
from campaigns.home_faults.relay import relay
from credential_process.sandbox import Sandbox
from credential_process.stores import mailbox
from testing.events import until
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Pause, Person

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from campaigns.home_faults.faults import HomeFault

    End = subprocess.CompletedProcess[str]

DEADLINE_SECONDS = 300
_WARM_LINE = '{"Version":1,"AccessKeyId":"ASIAWARM"}\n'
_LOOKING = Moment.STATUS, Moment.CHECK
# `configure` changes the config, after which cached credentials are not warm any more.
_IN_TURN = (
    _LOOKING,
    (Moment.WARM,),
    tuple(moment for moment in Moment if moment not in {*_LOOKING, Moment.WARM}),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The results of a trial: by moment the outcome and the last line on stderr, and the deviations."""

    fault: HomeFault
    outcomes: dict[Moment, str] = field(default_factory=dict)
    lines: dict[Moment, str] = field(default_factory=dict)
    after: dict[Moment, str] = field(default_factory=dict)
    deviations: list[str] = field(default_factory=list)


def missing(fault: HomeFault) -> str:
    """Return why a fault cannot be tried here; empty if it can."""
    if fault.needs_root and not namespaces.IS_ROOT:
        return "needs root, and the tests run as another user"
    return namespaces.missing(*fault.namespaces)


def trial(folder: Path, fault: HomeFault) -> Found:
    """Try a fault in an empty folder; calls that change nothing come first."""
    found = Found(fault)
    with _stage(folder.resolve(), fault) as stage:
        for moments in _IN_TURN:
            stage.meet(found, [moment for moment in moments if moment in fault.moments])
        found.deviations.extend(stage.traces())
        stage.world.alter(fault.lift)
        stage.meet_after(found, [moment for moment in fault.moments if moment.is_of_get])
    return found


@dataclass(frozen=True, slots=True)
class _Stage:
    fault: HomeFault
    sandbox: Sandbox
    home: Home
    pause: Pause
    world: namespaces.World
    environment: dict[str, str]

    def meet(self, found: Found, moments: list[Moment]) -> None:
        """Make calls during the fault."""
        config, tokens = self._config(), self._tokens()
        ends = self._ends(moments, is_broken=True)
        for moment, end in ends.items():
            found.outcomes[moment] = outcome = self._outcome(moment, end)
            found.lines[moment] = self._shown(_last_line(end.stderr)) if end.returncode else ""
            expected = self.fault.expected(moment)
            found.deviations.extend(_contract(moment, expected, outcome, end, self.fault.says))
        found.deviations.extend(_kept_config(ends, config, self._config()))
        found.deviations.extend(_kept_tokens(ends, tokens, self._tokens()))

    def meet_after(self, found: Found, moments: list[Moment]) -> None:
        """Make calls after the fault."""
        for moment, end in self._ends(moments, is_broken=False).items():
            found.after[moment] = outcome = self._outcome(moment, end)
            expected = self.fault.expected_after(moment)
            found.deviations.extend(
                f"after: {line}" for line in _contract(moment, expected, outcome, end)
            )

    def traces(self) -> Iterator[str]:
        """Check what is left: no half file, no want, and no file of root in the user's home."""
        for pattern in (".sso-credential-process-*", "hosts/*/wants/*"):
            for path in self.home.path.rglob(pattern):
                if path.stat().st_uid == os.geteuid():
                    yield f"left: {path.relative_to(self.home.path)}"
        if self.fault.is_sudo:
            for path in self.home.path.rglob("*"):
                if path.lstat().st_uid == namespaces.SOMEBODY_ELSE:
                    yield f"of root: {path.relative_to(self.home.path)}"

    def _ends(self, moments: list[Moment], *, is_broken: bool) -> dict[Moment, End]:
        """Make all calls at once, and wait for them."""
        calls = {}
        for moment in moments:
            self._person(moment).record.write_text("")
            self._person(moment).record.chmod(0o666)  # even root is refused
            if moment is not Moment.LOGOUT:
                calls[moment] = self._call(moment, is_broken=is_broken)
        if calls and self.fault.strike:
            self._let_the_person_sign_in(is_broken=is_broken)
        ends: dict[Moment, End] = {
            moment: finish(call, timeout_seconds=DEADLINE_SECONDS) for moment, call in calls.items()
        }
        if Moment.LOGOUT in moments:
            # It comes last, because it deletes files, which makes room on a full disk.
            call = self._call(Moment.LOGOUT, is_broken=is_broken)
            ends[Moment.LOGOUT] = finish(call, timeout_seconds=DEADLINE_SECONDS)
        return {moment: ends[moment] for moment in moments}

    def _call(self, moment: Moment, *, is_broken: bool) -> subprocess.Popen[str]:
        environment = {**self.environment, "BROWSER": self._person(moment).browser}
        for name, value in self.fault.variables.items() if is_broken else ():
            environment.pop(name, None)
            if value is not None:
                environment[name] = self._there(value)
        prefix = self.world.as_root if is_broken and self.fault.is_sudo else self.world.as_person
        words = moment.words(self.sandbox.accounts[0].account_id)
        executable = Executable(moment.command, self.world.path, environment, words)
        return executable.start(prefix=prefix)

    def _let_the_person_sign_in(self, *, is_broken: bool) -> None:
        (moment,) = self.fault.moments
        until(self._person(moment).arrivals, "the person is at the page")
        if is_broken:
            self.world.alter(self.fault.strike)
        until(self.pause.end, "the person goes on")

    def _person(self, moment: Moment) -> Person:
        waits = ("--wait-for", str(self.pause.path)) if self.fault.strike else ()
        return Person(self.world.path / f"person-{moment.name}", waits)

    def _outcome(self, moment: Moment, end: End) -> str:
        was_asked = ", asked" if self._person(moment).arrivals() else ""
        return f"{end.returncode}{was_asked}"

    def _there(self, value: str) -> str:
        return value.replace("$OWN", str(self.world.path)).replace("$HOME", str(self.world.home))

    def _config(self) -> bytes:
        return _content(self.home.config)

    def _tokens(self) -> dict[str, bytes]:
        return {session: _content(self.home.token_file(session)) for session in SESSIONS}

    def _shown(self, line: str) -> str:
        folder = str(self.world.path)
        own = self.world.names
        names = {own["HOST"]: "HOST", own["AT"]: "", str(self.world.home): "~", folder: "…"}
        for path, name in names.items():
            line = line.replace(path, name)
        return line.removeprefix("sso-credential-process: ").replace(self.sandbox.url, "SERVICE")


@contextmanager
def _stage(folder: Path, fault: HomeFault) -> Iterator[_Stage]:
    with Sandbox(accounts=1, roles=ROLES) as sandbox:
        home = Home(folder / "home")
        _furnish(home, sandbox)
        names = {
            "AT": home.session_folder().name.removeprefix("session-corp"),
            "HOST": Path(mailbox.host_folder("")).name,
        }
        bin_folders = (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
        environment = {
            "HOME": str(home.path),
            "PATH": os.pathsep.join(bin_folders),
            **sandbox.environment,
        }
        pause = Pause.at(folder / "pause")
        with ExitStack() as held:
            world = held.enter_context(
                namespaces.world(folder, home.path, *fault.namespaces, names=names)
            )
            world.alter(fault.disk)
            seen = Home(world.seen(home.path), home.endpoints)
            _store_credentials(seen, home.path, sandbox)
            world.alter(fault.make)
            if "net" in fault.namespaces:
                url = held.enter_context(relay(world.inside, urlsplit(sandbox.url).port or 0))
                environment |= {name: url for name in sandbox.environment if "ENDPOINT" in name}
            yield _Stage(fault, sandbox, seen, pause, world, environment)


def _furnish(home: Home, sandbox: Sandbox) -> None:
    """Leave a used home: signed in, with credentials, and with a token that has expired."""
    home.path.mkdir(mode=0o700)
    for session in SESSIONS:
        home.add_session(sandbox, session)
    for session in (SIGNED_IN, LEAVING):
        home.sign_in(sandbox, session)
    home.sign_in(sandbox, EXPIRED, expiresAt="2020-01-01T00:00:00Z")


def _store_credentials(home: Home, seen: Path, sandbox: Sandbox) -> None:
    """Store credentials of the signed-in session as a broker would, on the disk of the home."""
    now = int(time.time())
    home.store_document(
        sandbox.accounts[0].account_id,
        ROLES[0],
        sandbox=sandbox,
        session=SIGNED_IN,
        refresh_at=now + 1800,
        expires_at=now + 3600,
        line=_WARM_LINE,
        seen=seen,
    )


def _contract(
    moment: Moment, expected: str, outcome: str, end: End, says: str = ""
) -> Iterator[str]:
    what = moment.value
    if outcome != expected:
        yield f"{what}: {expected} expected, {outcome} found ({end.stderr.strip()})"
    if "Traceback" in end.stderr or "defect" in end.stderr:
        yield f"{what}: {end.stderr}"
    if moment.is_of_get:
        if (end.stdout == "") != bool(end.returncode) or end.stderr.count("\n") != bool(
            end.returncode
        ):
            yield f"{what}: printed {end.stdout!r} and {end.stderr!r}"
        if end.returncode == 0:
            yield from () if json.loads(end.stdout)["Version"] == 1 else [f"{what}: {end.stdout}"]
    if end.returncode and moment not in _LOOKING:
        line = _last_line(end.stderr)
        if not line.startswith("sso-credential-process: ") or "; " not in line or len(line) > 490:
            yield f"{what}: says no way out: {line!r}"
        if says not in line:
            yield f"{what}: does not say {says!r}: {line!r}"


def _kept_config(ends: dict[Moment, End], before: bytes, after: bytes) -> Iterator[str]:
    configured = ends.get(Moment.CONFIGURE)
    may_change = configured is not None and configured.returncode == 0
    if (after != before and not may_change) or not after.startswith(before):
        yield f"the config has changed: {after!r}"


def _kept_tokens(
    ends: dict[Moment, End], before: dict[str, bytes], after: dict[str, bytes]
) -> Iterator[str]:
    for session in SESSIONS:
        its_ends = [end for moment, end in ends.items() if moment.session == session]
        may_change = session == LEAVING or any(end.returncode == 0 for end in its_ends)
        if before[session] != after[session] and not may_change:
            yield f"the token of {session} has changed"


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""
