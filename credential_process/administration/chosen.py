"""Find the users, groups and permission sets that a selection names, in each instance.

A text is an id, a name, or a regular expression that matches the whole of names. It is tried in this order: an exact
name costs one request, and a regular expression a list of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credential_process.administration.permission_sets import PermissionSets
from credential_process.administration.principals import Principals
from credential_process.administration.selection import compiled
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance
    from credential_process.administration.named import Named
    from credential_process.administration.selection import AssignmentSelection, Selection
    from credential_process.administration.workers import Workers

    Principal = tuple[str, str]

# Without the full stop, which many names have.
_IN_PATTERNS = frozenset("\\^$*+?{}[]|()")


def principals(
    calls: Calls, workers: Workers, instances: Sequence[Instance], selection: Selection
) -> dict[str, list[Principal]]:
    """Return the chosen users and groups by the ARN of their instance: (USER or GROUP, id).

    Raises `UsageError` for one that is in no instance.
    """
    wanted = [("USER", text) for text in selection.users]
    wanted += [("GROUP", text) for text in selection.groups]
    found: dict[str, list[Principal]] = {}
    missing = dict.fromkeys(wanted)
    for instance in instances:

        def find(named: Principal, instance: Instance = instance) -> list[Named]:
            kind, text = named
            of_kind = Principals(calls, instance, kind)
            return of_kind.find(text) or _matching(text, of_kind.all)

        for named, matching in zip(wanted, workers.in_order(find, wanted), strict=True):
            if matching:
                missing.pop(named, None)
            found.setdefault(instance.arn, []).extend((named[0], each.id) for each in matching)
    for kind, text in missing:
        raise _missing(kind.lower(), text, instances)
    return found


def permission_sets(
    calls: Calls, workers: Workers, instances: Sequence[Instance], selection: AssignmentSelection
) -> dict[str, list[str]]:
    """Return ARNs of the chosen permission sets by that of their instance; raises `UsageError` if one is missing."""
    wanted = selection.permission_sets
    found: dict[str, list[str]] = {}
    missing = dict.fromkeys(wanted)
    for instance in instances:
        all_sets = PermissionSets(calls, instance, workers)
        for text, exact in zip(wanted, all_sets.find(wanted), strict=True):
            matching = exact or _matching(text, all_sets.all)
            if matching:
                missing.pop(text, None)
            found.setdefault(instance.arn, []).extend(each.id for each in matching)
    for text in missing:
        raise _missing("permission set", text, instances)
    return found


def _matching(text: str, all_named: Callable[[], Iterable[Named]]) -> list[Named]:
    if not _IN_PATTERNS.intersection(text):
        return []
    pattern = compiled(text)
    return [each for each in all_named() if pattern.fullmatch(each.name)]


def _missing(kind: str, text: str, instances: Sequence[Instance]) -> UsageError:
    where = ", ".join(f"{instance.label} ({instance.region})" for instance in instances)
    return UsageError(
        f"there is no {kind} {printable(text, limit=80)!r} in {where}",
        hint=f"sso-credential-process admin lookup {kind.replace(' ', '-')} lists all",
    )
