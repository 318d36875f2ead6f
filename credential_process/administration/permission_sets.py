"""Names and ARNs of the permission sets of an instance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from credential_process.administration.errors import NotFound
from credential_process.administration.named import Named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance
    from credential_process.administration.workers import Workers

# The form that ids have in the model of the service, which refuses any other as invalid.
_PERMISSION_SET_ID = re.compile(r"(\w*ins-[\w.-]+/)?(ps-[0-9a-zA-Z./-]{16})")


class PermissionSets:
    """The permission sets of an instance."""

    def __init__(self, calls: Calls, instance: Instance, workers: Workers) -> None:
        self._calls = calls
        self._instance = instance
        self._workers = workers
        self._described: list[Named] = []
        self._left: Iterator[Named] | None = None

    def find(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return for each text the permission set with this ARN, id (ps-… or ssoins-…/ps-…) or name, if there is one.

        The service knows no search by name: it is asked for one name after another until all are found. A text
        that has the form of an id but is not one may be a name.
        """
        by_text: dict[str, list[Named]] = {}
        names = set()
        for text in texts:
            arn = self._arn(text)
            is_here = arn.startswith(self._instance.permission_set_arn(""))
            name = self.name(arn) if is_here else None
            if name is not None:
                by_text[text] = [self._named(name, arn)]
            elif not text.startswith("arn:"):
                names.add(text)
        for each in self.all() if names else ():
            if each.name in names:
                by_text[each.name] = [each]
                names.discard(each.name)
            if not names:
                break
        return [by_text.get(text, []) for text in texts]

    def name(self, arn: str) -> str | None:
        """Return the name of a permission set; None if it was deleted."""
        try:
            reply = self._calls.call(
                "sso-admin",
                self._instance.region,
                "DescribePermissionSet",
                InstanceArn=self._instance.arn,
                PermissionSetArn=arn,
            )
        except NotFound:
            return None
        return str(reply["PermissionSet"].get("Name") or "")

    def arns(self) -> Iterator[str]:
        """Yield the ARNs of all of them."""
        return self._calls.pages(
            "sso-admin",
            self._instance.region,
            "ListPermissionSets",
            "PermissionSets",
            InstanceArn=self._instance.arn,
        )

    def all(self) -> Iterator[Named]:
        """Yield all of them; what was described before is not asked for again."""
        yield from self._described
        self._left = self._left or self._listed()
        for each in self._left:
            self._described.append(each)
            yield each

    def _listed(self) -> Iterator[Named]:
        for arn, name in self._workers.in_order(lambda arn: (arn, self.name(arn)), self.arns()):
            if name is not None:
                yield self._named(name, arn)

    def _arn(self, text: str) -> str:
        if text.startswith("arn:"):
            return text
        found = _PERMISSION_SET_ID.fullmatch(text)
        if found is None or found[1] not in {None, f"{self._instance.short_id}/"}:
            return ""
        return self._instance.permission_set_arn(found[2])

    def _named(self, name: str, arn: str) -> Named:
        return Named(name, arn, self._instance.arn, self._instance.region)
