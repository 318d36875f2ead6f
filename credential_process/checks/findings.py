"""A finding: the problem, its subject, the SDKs affected, and the fix."""

from __future__ import annotations

from dataclasses import dataclass, field

from credential_process.errors import (
    Refused,
    SignInNeeded,
    Unavailable,
    UsageError,
    printable,
)

# The worst first: a broken configuration hides the rest, and without the service no access can be checked.
_WORST_FIRST = (
    UsageError.exit_code,
    Unavailable.exit_code,
    Refused.exit_code,
    SignInNeeded.exit_code,
    0,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a finding: a ``profile`` or ``session`` by name, or the ``environment`` or ``files``."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Return how it is shown."""
        return printable(f"{self.kind} {self.name}".strip(), limit=80)


ENVIRONMENT, FILES = Subject("environment"), Subject("files")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its stable code, the exit code that it leads to (0: a note), and the SDKs affected."""

    code: str
    exit_code: int
    sdks: tuple[str, ...]

    def found(self, subject: Subject, message: str, *, fix: str) -> Finding:
        """Return a finding. Names in the texts may come from files, so control characters are removed."""
        return Finding(self, subject, printable(message, limit=400), printable(fix, limit=400))


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem or note; `message` and `fix` are printable and contain no secret."""

    kind: Kind
    subject: Subject
    message: str
    fix: str

    @property
    def is_problem(self) -> bool:
        """Return whether something does not work; other findings are notes."""
        return self.kind.exit_code != 0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is in order."""

    subject: Subject
    message: str


@dataclass(slots=True)
class Report:
    """Everything that was found."""

    findings: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def add(self, *found: Finding | Fact) -> None:
        """Add what was found."""
        for each in found:
            if isinstance(each, Fact):
                self.facts.append(each)
            else:
                self.findings.append(each)

    def has(self, kind: Kind) -> bool:
        """Return whether something of this kind was found."""
        return any(finding.kind is kind for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """Return the exit code of the worst finding; 0 if there are only notes."""
        found = {finding.kind.exit_code for finding in self.findings}
        return next(code for code in _WORST_FIRST if code in found or code == 0)

    @property
    def sorted_findings(self) -> list[Finding]:
        """Return the findings, the worst first, otherwise in the order in which they were found."""
        return sorted(self.findings, key=lambda each: _WORST_FIRST.index(each.kind.exit_code))
