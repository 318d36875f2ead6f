"""`configure profile`: add or update one profile, by prompts or by options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from credential_process.cli import completers
from credential_process.cli.configure import chosen_session
from credential_process.cli.configure.existing_profile import Existing
from credential_process.cli.configure.form_options import executable, form_options, report_native
from credential_process.cli.configure.picker import pick
from credential_process.cli.configure.profile_options import (
    checked_region,
    profile_options,
    region_of_environment,
)
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.options import option, options
from credential_process.cli.role_listing import Listed, in_order
from credential_process.cli.session_options import new_session_options
from credential_process.client import arguments
from credential_process.config import profiles, sessions
from credential_process.config.profile_sections import ProfileEditor
from credential_process.errors import UsageError, printable

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.forms import Form
    from credential_process.config.profile_sections import Action, Kept
    from credential_process.config.sections import Sections
    from credential_process.config.sso_session import SsoSession
    from credential_process.session_reference import SessionReference


@click.command()
@click.argument("name", shell_complete=completers.profiles)
@new_session_options
@options("--account-id", "--role-name")
@option("--region", "-r")
@profile_options
@form_options
@option("--interactive/--non-interactive", default=True)
@option("--refresh")
@writing_options
def profile(
    given: SessionReference,
    *,
    name: str,
    account_id: str | None,
    role_name: str | None,
    region: str | None,
    defaults: dict[str, str],
    existing_config_action: Action,
    form: Form | None,
    interactive: bool,
    refresh: bool,
    writing: Writing,
) -> None:
    """Add or update the profile NAME, and add its [sso-session] if it is new.

    Prompts for values that no option gives: the session, the region, and the account and role from a list of those
    assigned to you. With --non-interactive, or without a terminal, options must give all of them. For a profile that
    already runs sso-credential-process, options have to name only what they change.

    \b
        sso-credential-process configure profile dev --sso-session corp \\
            --account-id 123456789012 --role-name Developer --region eu-west-1
    """  # noqa: D301  click reads the character, not its name
    profiles.check_name(name)
    _check_role(account_id, role_name)
    existing = (
        Existing(None, "")
        if existing_config_action == "discard"
        else Existing.read(writing.config, name)
    )
    typed = {*defaults, *(["region"] if region else [])}
    if typed or given.options or account_id or role_name:
        given, account_id, role_name = existing.complete(given, account_id, role_name)
        region = region or region_of_environment() or existing.region or None
    else:
        region = region_of_environment() or None
    if not interactive or not sys.stdin.isatty():
        _check_all_is_given(name, account_id, role_name, region)
    session = chosen_session.choose(writing.config, given, can_ask=interactive)
    if account_id is None or role_name is None:
        account_id, role_name = _chosen_role(
            session, account_id, role_name, writing, refresh=refresh
        )
    _check_role(account_id, role_name)
    if region is None:
        default = existing.region or session.region
        region = click.prompt("Region of the profile", default=default, err=True)
        typed.add("region")
    checked_region(region)
    line = profiles.Line(session.reference, account_id, role_name)
    wanted = profiles.Profile(
        name, line, (("region", region), *defaults.items()), profiles.CONFIGURED
    )
    command = executable(form)
    kept: set[Kept] = set()
    native: list[str] = []

    def place(sections: Sections) -> None:
        chosen_session.put(sections, session)
        editor = ProfileEditor(sections, command, form=form, start=session.without_name)
        editor.configure(wanted, action=existing_config_action, typed=typed)
        kept.update(editor.kept)
        native[:] = editor.native

    writing.edit(writing.config, place)
    for each in kept:
        # Of all that is written without having been typed, only the region can differ: it is from the environment.
        stays = (
            f"{each.key} stays {printable(each.value)}, not {each.instead_of} as in the environment"
        )
        click.echo(f"{stays}; --{each.key} changes it", err=True)
    report_native(native)


def _check_all_is_given(name: str, *given: str | None) -> None:
    options = ("--account-id", "--role-name", "--region")
    missing = [option for option, value in zip(options, given, strict=True) if value is None]
    if missing:
        raise UsageError(
            f"configure profile {name}: cannot prompt for missing values",
            hint=f"give {', '.join(missing)}",
        )


def _chosen_role(
    session: SsoSession,
    account_id: str | None,
    role_name: str | None,
    writing: Writing,
    *,
    refresh: bool,
) -> tuple[str, str]:
    to_sign_in = session.reference
    if session.name and not sessions.is_configured(writing.config, session):
        if writing.is_dry:
            to_sign_in = session.without_name
        else:
            # So that the sign-in that follows is to the session of this name.
            writing.edit(writing.config, lambda sections: chosen_session.put(sections, session))
    listed = Listed(
        to_sign_in,
        "configure profile",
        refresh=refresh,
        account_ids=[account_id] if account_id else [],
    )
    roles = in_order(
        role
        for role in listed
        if account_id in {None, role.account_id} and role_name in {None, role.role_name}
    )
    if not roles:
        raise UsageError(
            f"{session.label}: this role is not assigned to you",
            hint="list yours with: sso-credential-process roles",
        )
    entries = [(role.account_name, role.account_id, role.role_name) for role in roles]
    role = roles[pick("roles", entries)]
    return role.account_id, role.role_name


def _check_role(account_id: str | None, role_name: str | None) -> None:
    """Raise what `get` would for these values; one that is not given yet is valid."""
    given = {"--account-id": account_id, "--role-name": role_name}
    valid = {"--sso-session": "any", "--account-id": "123456789012", "--role-name": "any"}
    arguments.Request(valid | {name: value for name, value in given.items() if value is not None})
