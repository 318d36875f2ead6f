"""The options that name a role, for commands that use its credentials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from credential_process import documents
from credential_process.cli.named_sessions import chosen_profile
from credential_process.cli.options import options
from credential_process.cli.session_options import session_options
from credential_process.client import arguments
from credential_process.config import role_profiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session_reference import SessionReference

Result = TypeVar("Result")
_PROFILE = "The session, the account and the role of this profile in ~/.aws/config."


@dataclass(frozen=True, slots=True)
class Role:
    """A role as options of ``get``, and the region of the profile that names it (empty if there is none)."""

    options: dict[str, str]
    region: str


def role_options(command: Callable[..., Result], *, signs_in: bool = True) -> Callable[..., Result]:
    """Add these options, and pass the role that they name; raises `UsageError` before the command is called.

    A command that never `signs_in` has neither `--no-login` nor `--debug`: it asks no broker.
    """

    @wraps(command)
    def with_role(
        session: SessionReference,
        *,
        account_id: str | None,
        role_name: str | None,
        no_login: bool = False,
        debug: bool = False,
        **others: object,
    ) -> Result:
        chosen = {
            "--account-id": account_id,
            "--role-name": role_name,
            "--no-login": "yes" if no_login else None,
            "--debug": "yes" if debug else None,
        }
        return command(_role(session, chosen), **others)

    of_broker = ("--no-login", "--debug") if signs_in else ()
    decorated = options("--account-id", "--role-name", *of_broker)(with_role)
    return session_options(decorated, profile_help=_PROFILE)


def _role(session: SessionReference, chosen: dict[str, str | None]) -> Role:
    found, region = session.options, ""
    if (profile := chosen_profile()) is not None:
        name, named_by = profile
        found, region = role_profiles.read(documents.config_file(), name, named_by=named_by)
    found |= {name: value for name, value in chosen.items() if value is not None}
    arguments.Request(found)
    return Role(found, region)
