"""Find the section of an SSO session: in the user's config file, or else in that of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process.config import machine_config, reader
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from credential_process.config.machine_config import MachineConfig

_OUR_KEYS = "credential_process_"
_NEVER = "never"


class SessionSource(NamedTuple):
    """The section of a session: its `options`, and the `file` that contains it.

    `machine` is the stamp of the machine's config file if it contains the section, otherwise empty. `forbidden` are the
    keys that are ``never`` there, and so in `options`, though the section is the user's and has another value.
    """

    file: str
    options: Mapping[str, str]
    machine: str = ""
    forbidden: tuple[str, ...] = ()


def find(path: str, name: str, machine: MachineConfig | None = None) -> SessionSource:
    """Find the section of a session in the config file at `path`, or in that of the `machine`; raises `UsageError`.

    Each ``credential_process_*`` key that is ``never`` in the machine's file remains so, whatever the user's file has.
    """
    machine = machine or machine_config.look()
    own, provided = reader.sections(path, "sso-session"), machine.sessions
    if name in own:
        return _own(path, dict(own[name]), provided.get(name, {}))
    if name in provided:
        return SessionSource(machine.path, dict(provided[name]), machine=machine.stamp)
    places = f"{path} and {machine.path}" if machine.stamp else path
    section = f"[sso-session {printable(name, limit=60)}]"
    missing = f"--sso-session: there is no {section} in {places}"
    if machine.exposure is not None:
        raise UsageError(
            f"{missing}, and {machine.path} is ignored: {machine.exposure.what}",
            hint=f"an administrator has to run: {machine.exposure.fix}",
        )
    raise UsageError(missing, hint=reader.correction(name, {*own, *provided}, section))


def _own(path: str, section: dict[str, str], provided: Mapping[str, str]) -> SessionSource:
    forbidden = tuple(
        key
        for key, value in provided.items()
        if key.startswith(_OUR_KEYS) and value == _NEVER and section.get(key) != _NEVER
    )
    return SessionSource(path, {**section, **dict.fromkeys(forbidden, _NEVER)}, forbidden=forbidden)
