"""A finding: what is wrong with what, in which SDKs, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass, field

from credential_process.errors import (
    Refused,
    SignInNeeded,
    Unavailable,
    UsageError,
    printable,
)

# The worst first: a broken configuration hides the rest, and no service tells who may do what.
_WORST_FIRST = (
    UsageError.exit_code,
    Unavailable.exit_code,
    Refused.exit_code,
    SignInNeeded.exit_code,
    0,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a ``profile`` or ``session`` by name, or the ``environment`` or ``files``."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        """Give what people call it."""
        return printable(f"{self.kind} {self.name}".strip(), limit=80)


ENVIRONMENT, FILES = Subject("environment"), Subject("files")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its stable code, the exit code it ends in (0: a note), and the SDKs it concerns."""

    code: str
    exit_code: int
    sdks: tuple[str, ...]

    def found(self, subject: Subject, message: str, *, fix: str) -> Finding:
        """Make a finding; names in the texts may come from files, so nothing in them can steer a terminal."""
        return Finding(self, subject, printable(message, limit=400), printable(fix, limit=400))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing; `message` and `fix` are printable and hold no secret."""

    kind: Kind
    subject: Subject
    message: str
    fix: str

    @property
    def is_problem(self) -> bool:
        """Tell whether something does not work; the others are notes."""
        return self.kind.exit_code != 0


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is as it should be."""

    subject: Subject
    message: str


@dataclass(slots=True)
class Report:
    """All that was found."""

    findings: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Choose the exit code of the worst finding; 0 where there are only notes."""
        found = {finding.kind.exit_code for finding in self.findings}
        return next(code for code in _WORST_FIRST if code in found or code == 0)

    @property
    def sorted_findings(self) -> list[Finding]:
        """Give the findings, the worst first, otherwise in the order in which they were found."""
        return sorted(self.findings, key=lambda each: _WORST_FIRST.index(each.kind.exit_code))
