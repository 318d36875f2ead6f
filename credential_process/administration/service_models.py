"""Botocore's models of services, of which only those that are asked for are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.session import Session


def install(session: Session) -> None:
    """Let a session find a model without a list of all services.

    botocore makes one for each kind of model, from more than 400 folders, which takes longer than the rest of the first
    client, only to name them where a service is not known: https://github.com/boto/botocore/pull/3687
    """
    paths = session.get_component("data_loader").search_paths
    loader = _Loader(extra_search_paths=paths, include_default_search_paths=False)
    session.register_component("data_loader", loader)


class _Loader(Loader):  # type: ignore[misc]  # botocore is untyped
    def list_available_services(self, type_name: str) -> _Services:
        return _Services(self, type_name)


class _Services:
    """The services that have a model of a kind; they are listed when they are iterated."""

    def __init__(self, loader: Any, type_name: str) -> None:  # noqa: ANN401  botocore is untyped
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, name: str) -> bool:
        try:
            return bool(self._loader.list_api_versions(name, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(Loader.list_available_services(self._loader, self._type_name))
