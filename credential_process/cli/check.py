"""`check`: diagnose profiles that do not work, and show how to fix them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from credential_process.checks.runner import CheckRun
from credential_process.cli import check_text, completers
from credential_process.cli.check_json import to_json
from credential_process.cli.given_options import given
from credential_process.cli.options import option
from credential_process.cli.session_options import optional_session_options
from credential_process.errors import UsageError

if TYPE_CHECKING:
    from credential_process.checks.findings import Report
    from credential_process.session_reference import SessionReference


@click.command()
@click.argument("name", metavar="[PROFILE]", required=False, shell_complete=completers.profiles)
@optional_session_options
@option("--all", "everything", help="All sessions and profiles, even if AWS_PROFILE names one.")
@option("--offline")
@option("--json", "as_json")
@option("--quiet")
def check(
    session: SessionReference | None,
    *,
    name: str | None,
    everything: bool,
    offline: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Diagnose a profile: show each problem, the SDKs that it affects, and how to fix it.

    Without PROFILE, checks the one in AWS_PROFILE; without that, or with --all, all sessions, and all profiles that
    use sso-credential-process. Never signs in, and changes nothing. Reads AWS's clock and, if you are signed in, your
    roles in the accounts of the profiles.

    \b
        sso-credential-process check dev

    Exits with the code of the worst problem:

    \b
      2  the configuration or the environment is wrong
      5  AWS cannot be reached, the clock is wrong, or there is no folder
         for state
      4  a role is not assigned to you
      3  a sign-in is needed
      0  no problems; notes do not count

    \b
    --json prints {"exit_code": N, "findings": […], "facts": […]}.
    A finding has:
      code       a stable name, explained in docs/checks.md
      level      problem | note
      exit_code  the exit code for this finding alone
      subject    profile | session | environment | files
      name       the name of the profile or session, or null
      sdks       the SDKs and tools that it affects, or ["all"]
      message, fix
    A fact has subject, name and message. The object contains no secrets.
    """  # noqa: D301  click reads the character, not its name
    run = CheckRun(is_offline=offline)
    named = given().get("--profile")
    if sum((session is not None, name is not None, named is not None, everything)) > 1:
        raise UsageError(
            "more than one profile or session is given", hint="give one of them, or --all"
        )
    chosen = name if named is None else named
    report = run.of_ended_sandbox() or _of(run, session, chosen, everything=everything)
    if as_json:
        click.echo(json.dumps(to_json(report), indent=2))
    else:
        check_text.show(report, is_quiet=quiet)
    return report.exit_code


def _of(
    run: CheckRun, session: SessionReference | None, profile: str | None, *, everything: bool
) -> Report:
    """Return the report about what was chosen."""
    if session is not None:
        return run.of_session(session)
    if profile is not None:
        return run.of_profile(profile)
    return run.of_everything() if everything else run.of_environment()
