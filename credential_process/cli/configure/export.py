"""`configure export`: convert profiles to those of the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from credential_process.cli.configure.convert import convert, profile_arguments
from credential_process.cli.configure.writing import writing_options
from credential_process.cli.options import option
from credential_process.cli.printing import report_each
from credential_process.config import conversion, profiles, sso_session
from credential_process.config.profiles import Line
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.cli.configure.writing import Writing
    from credential_process.config.sections import Section, Sections


@click.command()
@profile_arguments
@option(
    "--legacy",
    help="Write sso_start_url and sso_region in place of sso_session, as before there were sessions.",
)
@writing_options
def export(names: tuple[str, ...], *, everything: bool, legacy: bool, writing: Writing) -> None:
    """Convert profiles back to those of the AWS CLI, which need no sso-credential-process, but an SDK with SSO support.

    Replaces credential_process with sso_session, sso_account_id and sso_role_name. Everything else in the profile
    stays. `configure populate` continues to update the profiles that it added. A profile for a role of account access
    manager stays as it is: the AWS CLI and the SDKs have none.
    """
    left_alone: list[str] = []

    def line_of(section: Section, _: Sections) -> Line | None:
        line = profiles.read_line(section.options.get("credential_process", ""))
        if line is None or line.access is None:
            return line
        if section.profile in names:
            raise UsageError(
                f"[profile {section.profile}] is for a role of account access manager",
                hint="keep its line: the AWS CLI has no profile for such a role",
            )
        left_alone.append(section.profile)
        return None

    def native(section: Section, line: Line, newline: str) -> str:
        if legacy and line.session.name:
            start = sso_session.read(writing.config, line.session.name).without_name
            line = Line(start, line.account_id, line.role_name)
        return conversion.to_native(section, line, newline)

    try:
        convert(
            writing,
            names,
            line_of,
            native,
            everything=everything,
            what="profile that uses sso-credential-process",
        )
    finally:
        if everything:
            report_each("left alone, as a role of account access manager", sorted(set(left_alone)))
