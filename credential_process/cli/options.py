"""All options, in one table: click's options, the help of `get`, completion and docs/reference.md are made from it.

`get` itself is parsed by `warm`, which has its own list of names: a new option of `get` goes there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from credential_process.cli import completers

if TYPE_CHECKING:
    from collections.abc import Callable

    from credential_process.cli.completers import Completer

Command = TypeVar("Command", bound="Callable[..., Any]")


class Option(NamedTuple):
    """The meaning of an option; `metavar` names its value: empty for a flag, None if click lists the choices."""

    metavar: str | None
    help: str
    completer: Completer | None = None


OPTIONS = {
    "--sso-session": Option("NAME", "The [sso-session NAME] in ~/.aws/config.", completers.sessions),
    "--start-url": Option("URL", "The start URL of the access portal, instead of a session."),
    "--sso-region": Option("REGION", "The region of IAM Identity Center, with --start-url."),
    "--profile": Option("NAME", "The session of this profile in ~/.aws/config.", completers.profiles),
    "--all": Option("", "All of them."),
    "--account-id": Option("ID", "The account: 12 digits.", completers.account_ids),
    "--role-name": Option("NAME", "The role (permission set) in the account.", completers.role_names),
    "--tenant-id": Option("ID", "The tenant of account access manager: aa-…"),
    "--role-arn": Option("ARN", "The role of account access manager, with its path."),
    "--role-session-name": Option("NAME", "The name of its session. By default, AWS chooses it."),
    "--role-session-duration": Option("SECONDS", "How long its credentials last: 900 to 43200; default: its maximum."),
    "--assume-role-arn": Option("ARN", "A role to assume with the role. Can be repeated."),
    "--assume-role-session-name": Option("NAME", "The name of its session. The default is sso-credential-process."),
    "--assume-role-duration-seconds": Option("SECONDS", "How long its credentials last: 900 to 3600 (default)."),
    "--assume-role-external-id": Option("ID", "The external ID that its trust policy requires."),
    "--account-id-in-output": Option("", "Add AccountId to the output, which then exceeds 1,024 bytes."),
    "--wait": Option(
        "SECONDS",
        "Give up after this many seconds. The default is 50; with botocore and the AWS CLI, which set no limit, "
        "it waits until the sign-in ends.",
    ),
    "--no-login": Option("", "Never prompt for a sign-in; exit 3 if one is needed."),
    "--no-browser": Option("", "Do not open a browser; show the URL instead."),
    "--device-code": Option("", "Sign in with a code that you enter on any device."),
    "--debug": Option("", "Write more to the broker's log."),
    "--force": Option("", "Sign out first, so that the new session lasts its full time."),
    "--min-remaining": Option("TIME", "Sign in unless the session lasts at least this long: 90s, 30m, 4h."),
    "--port": Option("N", "Listen on this port; 0 chooses a free one."),
    "--address": Option("ADDRESS", "Listen on this address."),
    "--token-file": Option("FILE", "Use the token in this file, and keep it; make one if there is none."),
    "--print-env": Option("", "Print the variables for a shell on this computer."),
    "--env-file": Option("FILE", "Write variables and token for docker run --env-file; removed at the end."),
    "--json": Option("", "Print one JSON object."),
    "--short": Option("", "Print one line for a prompt or a status bar."),
    "--offline": Option("", "Do not contact AWS: skip the checks of the clock and the roles."),
    "--quiet": Option("", "Print problems only; print nothing if there are none."),
    "--role": Option(
        "NAME",
        "Only roles with this name, or whose whole name matches this regular expression.",
        completers.role_names,
    ),
    "--account": Option(
        "ID|NAME",
        "Only accounts with this ID or name, or whose whole ID or name matches this regular expression.",
        completers.account_ids,
    ),
    "--refresh": Option("", "List the roles again, even if they were listed within the last hour."),
    "--instance": Option("NAME|ARN|ID", "The instance, or its identity store, if there are several."),
    "--user": Option(
        "NAME|ID",
        "Only this user, or those whose whole name matches this regular expression.",
    ),
    "--group": Option(
        "NAME|ID",
        "Only this group, or those whose whole name matches this regular expression.",
    ),
    "--permission-set": Option(
        "NAME|ARN|ID",
        "Only assignments of this permission set, or of those whose whole name matches this regular expression.",
    ),
    "--application": Option("ARN|ID", "Only this application of account access manager; its tenant also names it."),
    "--ou": Option("ID", "Only accounts in this organizational unit (ou-…) or root (r-…)."),
    "--recursive": Option("", "With --ou, also accounts in the units below it."),
    "--through-groups": Option("", "With --user, also what the user has through groups."),
    "--no-names": Option("", "Print IDs only, which needs fewer requests."),
    "--csv": Option("", "Print CSV, one line each, as they are listed."),
    "--format": Option(None, "The output format."),
    "--destination": Option("URL", "The page of the AWS console to open, instead of its home page."),
    "--print": Option("", "Print the address, and open nothing."),
    "--region": Option("REGION", "The region of the profile."),
    "--profile-name": Option("TEMPLATE", "How to name profiles, such as {account_id}.{role_name}."),
    "--trim-account-name": Option("REGEX", "Remove matches from account names. Can be repeated."),
    "--trim-role-name": Option("REGEX", "Remove matches from role names. Can be repeated."),
    "--account-name-case": Option(None, "Convert account names to this case."),
    "--role-name-case": Option(None, "Convert role names to this case."),
    "--output": Option("FORMAT", "The output format of the AWS CLI for the profile, such as json."),
    "--config-default": Option("KEY=VALUE", "Another setting for the profile, such as cli_pager=. Can be repeated."),
    "--existing-config-action": Option(
        None,
        "For existing profiles: keep settings for which you give no option, overwrite the ones that differ, or discard "
        "all of them.",
    ),
    "--native": Option(
        "",
        "Write profiles of the AWS CLI (sso_session), which SDKs with SSO support read themselves, or "
        "credential_process lines. By default, a profile keeps its form, and a new one is a line.",
    ),
    "--legacy": Option("", "Write native profiles with sso_start_url and sso_region, as before there were sessions."),
    "--prune": Option("", "Remove profiles from earlier runs for this session whose role no longer exists."),
    "--credentials-file": Option("", "Write to ~/.aws/credentials as well, for tools that read nothing else."),
    "--interactive": Option("", "Prompt for missing values, or fail."),
    "--session": Option("NAME", "The session or start URL whose profiles to remove.", completers.sessions),
    "--aws": Option("PATH", "The AWS CLI to use."),
    "--remove": Option("", "Remove the plugin."),
    "--config-file": Option("PATH", "The config file to edit, and to read sessions from, instead of ~/.aws/config."),
    "--dry-run": Option("", "Show the changes without writing them."),
    "--yes": Option("", "Write without asking."),
    "--accounts": Option("N", "The number of accounts."),
    "--roles": Option("N", "The number of roles in each account."),
    "--home": Option("FOLDER", "Keep the home directory here instead of in a temporary folder."),
    "--demo": Option("", "Show a sign-in in your browser and credentials in boto3, and leave nothing behind."),
}  # fmt: skip


def option(*names: str, **settings: Any) -> Callable[[Command], Command]:  # noqa: ANN401  click's
    """Return click's decorator for an option of the table; `settings` are click's, and override the table."""
    meaning = OPTIONS[names[0].partition("/")[0]]
    defaults: dict[str, Any] = {
        "metavar": meaning.metavar or None,
        "help": meaning.help,
        "shell_complete": meaning.completer,
        "is_flag": (meaning.metavar == "" and "/" not in names[0]) or None,
    }
    return click.option(*names, **{**defaults, **settings})


def options(*names: str) -> Callable[[Command], Command]:
    """Return a decorator that adds these options in this order."""

    def decorate(command: Command) -> Command:
        for name in reversed(names):
            command = option(name)(command)
        return command

    return decorate
