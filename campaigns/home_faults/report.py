"""The results of a run at home: a table with the result of each call, and the messages that users read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from campaigns.home_faults.moments import SESSIONS, Moment
from campaigns.page import VERSIONS, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from campaigns.home_faults.trial import Found

HEADING = "# Faults at home\n"
_SECTION = """
`make faults` damages a home, too, calls every command in it, repairs it, and calls again. Each fault has mounts of its
own, and a person who has no power of root and no passwd entry; root is there if another user owns a file, and for
`sudo -E`. Calls are made at these moments: *warm*, with credentials that are cached; *cold*, signed in, with none;
*renewal*, with a token that has expired and can be renewed; *first*, signed out. All sessions of a home
are in use at once.

A cell is the exit code, and whether a person was asked. Whatever it is: a failure of `get` is one line on stderr that
says where, why and what to do, with nothing on stdout; no traceback; not a byte of the config is lost, no token that
was there is lost or spent, no half-written file and no question stays behind, and root leaves nothing that its owner
could not use. *After* is what `get` comes to at those moments once the fault is gone: 0, and a person is asked where
the sign-in could not be kept. Quotas were not set up: what they say takes the road of a full disk.

Written by `make faults`, with {versions}:
{tried} faults, {deviations}{missing}.

{outcomes}

What people read, where the exit is not 0 (`status` and `check` show it on stdout, with the fix):

{lines}
"""


def text(found: Sequence[Found]) -> str:
    """Return the table for a terminal."""
    heads = " ".join(f"{moment.value.strip('`'):9}" for moment in Moment)
    rows = [f"\n{'fault at home':48} {heads} after"]
    for each in found:
        cells = " ".join(f"{each.outcomes.get(moment, ''):9}" for moment in Moment)
        rows.append(f"{each.fault.name:48} {cells} {_after(each)}")
    return "\n".join(rows)


def markdown(found: Sequence[Found], missing: Mapping[str, str]) -> str:
    """Return the section for readers; `missing` has the faults that could not be tried, and why."""
    deviating = sum(bool(each.deviations) for each in found)
    return _SECTION.format(
        versions=VERSIONS,
        tried=len(found),
        deviations=f"{deviating} of which deviate" if deviating else "none of which deviates",
        missing=f"; {len(missing)} could not be tried" if missing else "",
        outcomes="\n".join(_outcomes(found, missing)),
        lines="\n".join(_lines(found)),
    )


def joined(page: str, service: str | None, home: str | None) -> str:
    """Replace the sections of a page that were run; None if one was not run."""
    before, _, after = page.partition(f"\n{HEADING}")
    return f"{before if service is None else service}\n{HEADING}{after if home is None else home}"


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
