"""`configure profile`: add or update one profile, by prompts or by options."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from credential_process import warm
from credential_process.cli import completers
from credential_process.cli.configure import chosen_role, chosen_session
from credential_process.cli.configure.existing_profile import Existing, warn_of_keys
from credential_process.cli.configure.form_options import executable, form_options, report_native
from credential_process.cli.configure.profile_options import (
    checked_region,
    profile_options,
    region_of_environment,
)
from credential_process.cli.configure.prompts import ask
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.debug_option import debug_option
from credential_process.cli.named_role import (
    OF_PERMISSION_SET,
    is_of_account_access,
    named_role_options,
)
from credential_process.cli.options import option
from credential_process.cli.session_options import new_session_options
from credential_process.client import arguments
from credential_process.config import profiles, tenants
from credential_process.config.lines import EXECUTABLE
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
@named_role_options
@option("--region", "-r")
@profile_options
@form_options
@option("--interactive/--non-interactive", default=True)
@option("--refresh")
@debug_option
@writing_options
def profile(
    given: SessionReference,
    *,
    name: str,
    named_role: dict[str, str],
    region: str | None,
    defaults: dict[str, str],
    existing_config_action: Action,
    form: Form | None,
    interactive: bool,
    refresh: bool,
    debug_fields: dict[str, str],
    writing: Writing,
) -> None:
    """Add or update the profile NAME, and add its [sso-session] if it is new.

    Prompts for values that no option gives: the session, the region, and the account and role from a list of those
    assigned to you. With --non-interactive, or without a terminal, options must give all of them. For a profile that
    already runs sso-credential-process, options have to name only what they change.

    \b
        sso-credential-process configure profile dev --sso-session corp \\
            --account-id 123456789012 --role-name Developer --region eu-west-1

    A role of account access manager is named by --role-arn and --tenant-id, for which a session can have a default.
    """  # noqa: D301  click reads the character, not its name
    profiles.check_name(name)
    _check_role(named_role)
    existing = (
        Existing(None, "")
        if existing_config_action == "discard"
        else Existing.read(writing.config, name)
    )
    typed = {*defaults, *(["region"] if region else [])}
    if typed or given.options or named_role:
        given, named_role = existing.complete(given, named_role)
        region = region or region_of_environment() or existing.region or None
    else:
        region = region_of_environment() or None
    if not interactive or not sys.stdin.isatty():
        _check_all_is_given(name, named_role, region)
    if region is not None:
        checked_region(region)
    session = chosen_session.choose(writing.config, given, can_ask=interactive)
    line, is_unlisted = _chosen_line(
        writing.config, session, named_role, refresh=refresh, debug_fields=debug_fields
    )
    if line.access is not None and form in {"native", "legacy"}:
        raise UsageError(
            "no SDK reads a role of account access manager itself",
            hint="omit --native and --legacy",
        )
    if region is None:
        region = ask(
            "Region of the profile",
            partial(checked_region, named_by=""),
            default=existing.region or session.region,
        )
        typed.add("region")
    wanted = profiles.Profile(
        name, line, (("region", region), *defaults.items()), profiles.CONFIGURED
    )
    warn_of_keys(writing.credentials, name)
    command = executable(form)
    kept: set[Kept] = set()
    native: list[str] = []

    def place(sections: Sections) -> None:
        chosen_session.put(writing.config, sections, session, form=form)
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
    if interactive and sys.stdin.isatty() and not (writing.is_dry or is_unlisted):
        _suggest_a_command(name)


def _suggest_a_command(name: str) -> None:
    """Print a command that uses the profile and can be copied; none for a profile in another file than usual."""
    source = click.get_current_context().get_parameter_source("config_file")
    if source is not ParameterSource.COMMANDLINE:
        has_aws = shutil.which("aws") is not None
        command = "aws sts get-caller-identity --profile" if has_aws else f"{EXECUTABLE} check"
        click.echo(f"Try it: {command} {name}", err=True)


def _chosen_line(
    config: str,
    session: SsoSession,
    role: dict[str, str],
    *,
    refresh: bool,
    debug_fields: dict[str, str],
) -> tuple[profiles.Line, bool]:
    """Return the line for the role that options name, or that the user chooses, and whether that was warned of."""
    if is_of_account_access(role) and warm.TENANT not in role:
        if not session.tenant_id:
            raise tenants.missing(session.reference)
        role = {**role, warm.TENANT: session.tenant_id}
    line = profiles.Line.of_options(session.reference, role)
    is_unlisted = False
    if line is None:
        line = chosen_role.choose(config, session, role, refresh=refresh, debug_fields=debug_fields)
        _check_role(line.role)
    elif line.access is None:
        is_unlisted = chosen_role.warn_if_unlisted(config, session, line.account_id, line.role_name)
    return line, is_unlisted


def _check_all_is_given(name: str, role: dict[str, str], region: str | None) -> None:
    needed = (warm.ACCESS_ARN,) if is_of_account_access(role) else OF_PERMISSION_SET
    missing = [option for option in needed if option not in role]
    missing += ["--region"] if region is None else []
    if missing:
        raise UsageError(
            f"configure profile {name}: cannot prompt for missing values",
            hint=f"give {', '.join(missing)}",
        )


def _check_role(role: dict[str, str]) -> None:
    """Raise what `get` would for these options; one that is not given yet is valid."""
    valid = dict.fromkeys(OF_PERMISSION_SET, "123456789012")
    if is_of_account_access(role):
        valid = {warm.TENANT: "aa-1", warm.ACCESS_ARN: "arn:aws:iam::123456789012:role/any"}
    arguments.Request({"--sso-session": "any", **valid, **role})
