"""`check`: say what keeps profiles from working, in which SDKs, and what mends it."""

from __future__ import annotations

import json
import os

import click

from credential_process.checks.runner import Survey
from credential_process.cli import check_text
from credential_process.cli.check_json import to_json
from credential_process.cli.session_options import NAMES, REGION
from credential_process.client import arguments
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference


@click.command()
@click.argument("profile", required=False)
@click.option("--profile", "named", metavar="NAME", help="The same as PROFILE.")
@click.option(
    "--sso-session",
    metavar=NAMES["--sso-session"][0],
    default="",
    help="Check this session only.",
)
@click.option(
    "--start-url", metavar="URL", default="", help="Check the session of this start URL only."
)
@click.option("--sso-region", metavar="REGION", default="", help=NAMES["--sso-region"][1])
@click.option("--offline", is_flag=True, help="Ask nothing of the service: no clock, no roles.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; see above.")
@click.option("--quiet", is_flag=True, help="Print problems only; nothing where there are none.")
def check(  # noqa: PLR0917  click calls it by names
    profile: str | None,
    named: str | None,
    sso_session: str,
    start_url: str,
    sso_region: str,
    offline: bool,  # noqa: FBT001  the same
    as_json: bool,  # noqa: FBT001  the same
    quiet: bool,  # noqa: FBT001  the same
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
    session = _session(SessionReference(sso_session, start_url, sso_region))
    chosen = profile or named
    if (session and chosen) or (profile and named):
        raise UsageError("a profile and a session are given", hint="give one of them")
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


def _session(given: SessionReference) -> SessionReference | None:
    if not given.options:
        return None
    if given.start_url and not given.region:
        given = SessionReference(given.name, given.start_url, os.environ.get(REGION, ""))
    return arguments.check_session(given)
