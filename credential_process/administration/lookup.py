"""Look up names and ids of one kind, in all instances."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from credential_process.administration.accounts import Accounts
from credential_process.administration.named import Named
from credential_process.administration.permission_sets import PermissionSets
from credential_process.administration.principals import Principals
from credential_process.administration.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from credential_process.administration.calls import Calls
    from credential_process.administration.instances import Instance


class Lookup:
    """Looks up one of the `named.KINDS`; `instances` returns the instances to look into, and is called when needed."""

    def __init__(
        self, calls: Calls, kind: str, region: str, instances: Callable[[], Sequence[Instance]]
    ) -> None:
        self._calls = calls
        self._kind = kind
        self._region = region
        self._instances = instances

    def find(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return for each name or id what has it: nothing, one, or several that share a name."""
        workers = Workers()
        try:
            if self._kind == "account":
                return Accounts(self._calls, self._region).find(texts)
            in_instances = [self._in(instance, workers, texts) for instance in self._instances()]
        finally:
            workers.close()
        return [list(chain(*found)) for found in zip(*in_instances, strict=True)]

    def all(self) -> Iterator[Named]:
        """Yield all of this kind."""
        workers = Workers()
        try:
            if self._kind == "account":
                yield from Accounts(self._calls, self._region).all()
                return
            for instance in self._instances():
                yield from self._all_in(instance, workers)
        finally:
            workers.close()

    def _in(self, instance: Instance, workers: Workers, texts: Sequence[str]) -> list[list[Named]]:
        match self._kind:
            case "user" | "group":
                principals = Principals(self._calls, instance, self._kind.upper())
                return list(workers.in_order(principals.find, texts))
            case "permission-set":
                return PermissionSets(self._calls, instance, workers).find(texts)
            case _:
                found = list(self._all_in(instance, workers))
                return [found if instance.is_named(text) else [] for text in texts]

    def _all_in(self, instance: Instance, workers: Workers) -> Iterator[Named]:
        match self._kind:
            case "user" | "group":
                yield from Principals(self._calls, instance, self._kind.upper()).all()
            case "permission-set":
                yield from PermissionSets(self._calls, instance, workers).all()
            case "instance":
                yield Named(instance.label, instance.arn, instance.arn, instance.region)
            case _:
                yield Named(
                    instance.label, instance.identity_store_id, instance.arn, instance.region
                )
