"""`configure populate`: add a profile for every account and role."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from credential_process.cli.all_roles import AllRoles
from credential_process.cli.configure.form_options import executable, form_options, report_native
from credential_process.cli.configure.profile_options import (
    checked_region,
    profile_options,
    region_of_environment,
)
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.debug_option import debug_option
from credential_process.cli.options import option
from credential_process.cli.printing import report_each
from credential_process.cli.selection_options import selection_options
from credential_process.cli.session_options import session_options
from credential_process.config import (
    profile_names,
    profiles,
    session_sections,
    sso_session,
    tenants,
)
from credential_process.config.generated_profiles import Candidate, GeneratedProfiles
from credential_process.config.profile_sections import ProfileEditor
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.cli.selection_options import Selection
    from credential_process.config.forms import Form
    from credential_process.config.profile_sections import Action, Kept
    from credential_process.config.sections import Sections
    from credential_process.session_reference import SessionReference

_CASES = click.Choice(list(profile_names.CASES))


@click.command()
@partial(
    session_options, reads_variable=False
)  # a shell names a profile there that is yet to be written
@option(
    "--region",
    "-r",
    "regions",
    multiple=True,
    help="The region of the profiles. With several, each role gets a profile in each of them.",
)
@selection_options
@option(
    "--tenant-id",
    help="Also add profiles for the roles that account access manager grants in this tenant.",
    show_default="that of the session",
)
@option("--profile-name")
@option("--trim-account-name", multiple=True)
@option("--trim-role-name", multiple=True)
@option("--account-name-case", type=_CASES)
@option("--role-name-case", type=_CASES)
@profile_options
@form_options
@option("--prune")
@option("--credentials-file", "with_credentials")
@debug_option
@writing_options
def populate(
    session: SessionReference,
    *,
    regions: tuple[str, ...],
    selection: Selection,
    refresh: bool,
    tenant_id: str | None,
    profile_name: str | None,
    trim_account_name: tuple[str, ...],
    trim_role_name: tuple[str, ...],
    account_name_case: str | None,
    role_name_case: str | None,
    defaults: dict[str, str],
    existing_config_action: Action,
    form: Form | None,
    prune: bool,
    with_credentials: bool,
    debug_fields: dict[str, str],
    writing: Writing,
) -> None:
    """Add a profile for every account and role assigned to you, in each region given.

    \b
        sso-credential-process configure populate --sso-session corp --region eu-west-1

    Run it again at any time: it updates the profiles that it added, in the form that they have, and leaves your own
    alone. An interrupted listing is resumed.

    Profiles are named {account_name}.{role_name}, or {account_name}.{role_name}.{short_region} with several
    regions. A TEMPLATE of your own can contain these fields:

    \b
      {account_name}   the name of the account, or its ID if it has none
      {account_id}     its 12 digits
      {account_email}  its email address
      {role_name}      the name of the role; of account access manager, role-PATH-NAME
      {region}         the region of the profile
      {short_region}   the region in short form: usea1 for us-east-1
      {session}        the name of the SSO session

    Fields are made safe for every SDK and shell: accents are removed, and any run of characters other than letters,
    digits and _ . @ + - becomes one hyphen. It is an error if two profiles get the same name.
    """  # noqa: D301  click reads the character, not its name
    wanted_regions = _checked(regions)
    naming = profile_names.Naming(
        template=profile_name or _default_template(wanted_regions),
        session=session.label,
        trim={
            "account_name": profile_names.patterns("--trim-account-name", trim_account_name),
            "role_name": profile_names.patterns("--trim-role-name", trim_role_name),
        },
        case={"account_name": account_name_case, "role_name": role_name_case},
    )
    named = sso_session.read(writing.config, session.name) if session.name else None
    tenant = tenants.of(session, tenant_id)
    # Some profiles may have another form than the one that was chosen.
    command = executable(None if with_credentials or tenant else form)
    listed = AllRoles(
        session, "configure populate", tenant_id=tenant, refresh=refresh, fields=debug_fields
    )
    population = GeneratedProfiles(
        session,
        [
            Candidate(role.line(session), role.described, selection.includes(role.assignment))
            for role in listed
        ],
        naming=naming,
        regions=wanted_regions,
        settings=defaults,
    )
    listed.report()
    if not population.profiles:
        raise listed.no_match()
    left_alone: set[str] = set()
    kept: set[Kept] = set()
    native: set[str] = set()

    def place(sections: Sections, *, credentials: bool) -> None:
        if named is not None and form == "native" and not credentials:
            # It may be in the machine's config file, which SDKs do not read.
            session_sections.add(sections, named, profiles.mark(profiles.POPULATED, named.name))
        placement = ProfileEditor(
            sections,
            command,
            form=form,
            start=named.without_name if named is not None else session,
            credentials=credentials,
        )
        placement.put(population.profiles, action=existing_config_action)
        if prune:
            placement.remove(partial(population.is_gone, was_listed=listed.would_have))
        left_alone.update(placement.left_alone)
        kept.update(placement.kept)
        native.update(placement.native)

    writing.edit(writing.config, partial(place, credentials=False))
    if with_credentials:
        writing.edit(writing.credentials, partial(place, credentials=True))
    report_each("left alone because populate did not add it", sorted(left_alone))
    report_each(
        "kept, because --existing-config-action is keep",
        [f"{each.key} = {each.value} in [profile {each.profile}]" for each in sorted(kept)],
    )
    report_native(sorted(native))


def _checked(regions: tuple[str, ...]) -> list[str]:
    wanted = regions or tuple(filter(None, [region_of_environment()]))
    if not wanted:
        raise UsageError(
            "no --region is given", hint="give the region of the profiles, such as eu-west-1"
        )
    return list(dict.fromkeys(map(checked_region, wanted)))


def _default_template(regions: list[str]) -> str:
    return profile_names.DEFAULT if len(regions) == 1 else profile_names.DEFAULT_WITH_REGION
