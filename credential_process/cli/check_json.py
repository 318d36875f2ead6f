"""The findings of `check` as `check --json` prints them: a contract with scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from credential_process.checks.findings import Finding, Report

Object = dict[str, Any]


def to_json(report: Report) -> Object:
    """Return the object: every key is always there, `name` may be null; no secrets."""
    return {
        "exit_code": report.exit_code,
        "findings": [_finding(each) for each in report.sorted_findings],
        "facts": [
            {
                "subject": each.subject.kind,
                "name": each.subject.name or None,
                "message": each.message,
            }
            for each in report.facts
        ],
    }


def _finding(finding: Finding) -> Object:
    return {
        "code": finding.kind.code,
        "level": "problem" if finding.is_problem else "note",
        "exit_code": finding.kind.exit_code,
        "subject": finding.subject.kind,
        "name": finding.subject.name or None,
        "sdks": list(finding.kind.sdks),
        "message": finding.message,
        "fix": finding.fix,
    }
