"""`check`: say what keeps profiles from working, in which SDKs, and what mends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from credential_process.checks.runner import Survey
from credential_process.cli import check_text, completers
from credential_process.cli.check_json import to_json
from credential_process.cli.options import option
from credential_process.cli.session_options import given_profile, optional_session_options
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.session_reference import SessionReference


@click.command()
@click.argument("name", metavar="[PROFILE]", required=False, shell_complete=completers.profiles)
@optional_session_options
@option("--offline")
@option("--json", "as_json")
@option("--quiet")
def check(
    session: SessionReference | None,
    *,
    name: str | None,
    offline: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Say what keeps a profile from working, in which SDKs, and what mends it.

    Without PROFILE, all profiles with a line of this tool are checked, and all sessions. Nobody is signed in,
    and nothing is changed. The service is asked for its clock and, where somebody is signed in, for the
    roles in the accounts of the profiles.

    Exits with the code of the worst problem:

    \b
      2  the configuration or the environment is wrong
      5  the service cannot be reached, the clock is off, or no folder can
         hold the state
      4  a role is not assigned to you
      3  a sign-in is needed
      0  there is no problem; notes do not count

    \b
    --json prints {"exit_code": N, "findings": […], "facts": […]}.
    A finding has:
      code       stable; docs/checks.md explains each
      level      problem | note
      exit_code  what it alone would exit with
      subject    profile | session | environment | files
      name       of the profile or session; else null
      sdks       the SDKs and tools that it concerns, or ["all"]
      message, fix
    A fact has subject, name and message. There are no secrets in it.
    """  # noqa: D301  click reads the character, not its name
    survey = Survey(is_offline=offline)
    named = given_profile()
    if sum(each is not None for each in (session, name, named)) > 1:
        raise UsageError(
            "more than one profile or session is given", hint="give one of them, or none for all"
        )
    chosen = name if named is None else named
    if session is not None:
        report = survey.of_session(session)
    elif chosen is not None:
        report = survey.of_profile(chosen)
    else:
        report = survey.of_everything()
    if as_json:
        click.echo(json.dumps(to_json(report), indent=2))
    else:
        check_text.show(report, is_quiet=quiet)
    return report.exit_code
