"""The results of a run at home: a table with the result of each call, and the messages that users read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campaigns.home_faults.moments import SESSIONS, Moment
from campaigns.page import VERSIONS, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from campaigns.home_faults.trial import Found

COMMAND = "make faults: home"
_PART = """\
With {versions}: {tried} faults, {deviations}{missing}.

{outcomes}

The message, where the exit code is not 0 (`status` and `check` show it on stdout, with the fix):

{lines}"""


def text(found: Sequence[Found]) -> str:
    """Return the table for a terminal."""
    heads = " ".join(f"{moment.value.strip('`'):9}" for moment in Moment)
    rows = [f"\n{'fault at home':48} {heads} after"]
    for each in found:
        cells = " ".join(f"{each.outcomes.get(moment, ''):9}" for moment in Moment)
        rows.append(f"{each.fault.name:48} {cells} {_after(each)}")
    return "\n".join(rows)


def markdown(found: Sequence[Found], missing: Mapping[str, str]) -> str:
    """Return the part of the page between the marks; `missing` has the faults that could not be tried, and why."""
    deviating = sum(bool(each.deviations) for each in found)
    return _PART.format(
        versions=VERSIONS,
        tried=len(found),
        deviations=f"{deviating} of which deviate" if deviating else "none of which deviates",
        missing=f"; {len(missing)} could not be tried" if missing else "",
        outcomes="\n".join(_outcomes(found, missing)),
        lines="\n".join(_lines(found)),
    )


def _outcomes(found: Sequence[Found], missing: Mapping[str, str]) -> list[str]:
    rows = [
        [each.fault.name, *(each.outcomes.get(moment, "") for moment in Moment), _after(each)]
        for each in found
    ]
    unknown = [
        [name, f"could not run: {reason}", *("" for _ in Moment)]
        for name, reason in missing.items()
    ]
    return table(["fault", *(moment.value for moment in Moment), "after"], rows + unknown)


def _after(found: Found) -> str:
    odd = [f"{moment.value} {end}" for moment, end in found.after.items() if end != "0"]
    return ", ".join(odd) or "0"


def _lines(found: Sequence[Found]) -> list[str]:
    return table(["fault", "at", "line"], list(_rows_of_lines(found)))


def _rows_of_lines(found: Sequence[Found]) -> Iterator[list[str]]:
    for each in found:
        said: dict[str, list[str]] = {}
        for moment, line in each.lines.items():
            if line:
                said.setdefault(_without_names(line), []).append(moment.value)
        for line, moments in said.items():
            yield [each.fault.name, ", ".join(moments), f"`{line}`"]


def _without_names(line: str) -> str:
    """Return lines without their random parts and the session, which make equal lines differ."""
    for session in SESSIONS:
        line = re.sub(rf"(session[- ]){session}\b", r"\1NAME", line)
        line = line.replace(f"needed for {session},", "needed for NAME,")
    return re.sub(r"\b[0-9a-f]{32,40}\b|\b\d{8}T\d{6}Z\b", "…", line)
