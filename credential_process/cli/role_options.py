"""The options that name a role, for commands that use its credentials."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from credential_process import paths, warm
from credential_process.cli import named_role
from credential_process.cli.chain_options import chain_options, typed_chain
from credential_process.cli.given_options import repeated
from credential_process.cli.named_role import named_role_options, over, with_tenant
from credential_process.cli.named_sessions import chosen_profile
from credential_process.cli.options import options
from credential_process.cli.session_options import session_options
from credential_process.client import arguments
from credential_process.config import role_profiles
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.session_reference import SessionReference

Result = TypeVar("Result")
_PROFILE = "The session, the account and the role of this profile in ~/.aws/config."


@dataclass(frozen=True, slots=True)
class Role:
    """A role as options of ``get``, and the profile that names it with its region (empty if there is none)."""

    options: dict[str, str]
    region: str = ""
    profile: str = ""


def role_options(command: Callable[..., Result], *, signs_in: bool = True) -> Callable[..., Result]:
    """Add these options, and pass the role that they name; raises `UsageError` before the command is called.

    A command that never `signs_in` asks no broker. So it has neither `--no-login` nor `--debug`, no options for roles
    to assume, and none for a role of account access manager, which the access portal has no links for. Any other one
    has to be a `chain_options.OrderedCommand`.
    """

    def with_role(session: SessionReference, chosen: dict[str, str], **others: object) -> Result:
        chain = typed_chain() if signs_in else ""
        return command(_role(session, chosen, chosen_profile(), chain), **others)

    return _with_options(wraps(command)(with_role), signs_in=signs_in, assumes=signs_in)


def roles_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Add the same options, with a `--profile` that can be repeated, and pass a list of roles."""

    def with_roles(session: SessionReference, chosen: dict[str, str], **others: object) -> Result:
        names = tuple(dict.fromkeys(repeated("--profile")))
        of_one = sorted(chosen.keys() & set(named_role.NAMES))
        if len(names) > 1 and of_one:
            raise UsageError(
                f"several profiles and {of_one[0]} are given", hint="give one profile, or none"
            )
        profiles = [(name, "--profile") for name in names] if names else [chosen_profile()]
        return command([_role(session, chosen, profile) for profile in profiles], **others)

    return _with_options(wraps(command)(with_roles), many_profiles=True)


def _with_options(
    command: Callable[..., Result],
    *,
    signs_in: bool = True,
    assumes: bool = False,
    many_profiles: bool = False,
) -> Callable[..., Result]:
    @wraps(command)
    def with_chosen(
        session: SessionReference,
        *,
        named_role: dict[str, str],
        no_login: bool = False,
        debug: bool = False,
        **others: object,
    ) -> Result:
        flags = {"--no-login": no_login, "--debug": debug}
        chosen = named_role | {name: "yes" for name, is_set in flags.items() if is_set}
        return command(session, chosen, **others)

    of_broker = ("--no-login", "--debug") if signs_in else ()
    names = named_role.NAMES if signs_in else named_role.OF_PERMISSION_SET
    decorated: Callable[..., Result] = options(*of_broker)(with_chosen)
    if assumes:
        decorated = chain_options(decorated)
    decorated = named_role_options(decorated, names)
    text = f"{_PROFILE} Can be repeated." if many_profiles else _PROFILE
    return session_options(decorated, profile_help=text, many_profiles=many_profiles)


def _role(
    session: SessionReference,
    chosen: dict[str, str],
    profile: tuple[str, str] | None,
    chain: str = "",
) -> Role:
    """Return the role of the profile with what was typed; the last role of the profile assumes the first of `chain`."""
    role = Role(session.options)
    if profile is not None:
        name, named_by = profile
        found, region = role_profiles.read(paths.config_file(), name, named_by=named_by)
        role = Role(found, region, name)
    elif not chosen.keys() & set(named_role.NAMES):
        raise UsageError(
            "no role is given", hint="add --profile NAME, or --account-id and --role-name"
        )
    options = with_tenant(session, over(role.options, chosen))
    if chain:
        options[warm.CHAIN] = options.get(warm.CHAIN, "") + chain
    arguments.Request(options)
    return replace(role, options=options)
