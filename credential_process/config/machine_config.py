"""The config file of the machine: ``[sso-session]`` sections that an administrator provides to all users of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process import documents
from credential_process.config import reader
from credential_process.system import machine_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.system.exposure import Exposure


class MachineConfig(NamedTuple):
    """The file at `path` as it is now: its stamp, empty if it does not exist or is ignored because of an `exposure`."""

    path: str
    stamp: str = ""
    exposure: Exposure | None = None

    @property
    def sessions(self) -> Mapping[str, Mapping[str, str]]:
        """The ``[sso-session]`` sections, by name; raises `UsageError` if the file cannot be read or parsed."""
        return reader.sections(self.path, "sso-session") if self.stamp else {}


def look() -> MachineConfig:
    """Look at the file. One that users who are not administrators could have written is ignored, for a reason."""
    path = machine_config.path()
    exposure = machine_config.exposure(path) if path else None
    return MachineConfig(path, "" if exposure or not path else documents.stamp(path), exposure)
