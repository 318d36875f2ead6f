"""``aws configure sso``, for version 1: ask, sign in, list accounts and roles, and write a profile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from awscli.customizations.commands import BasicCommand
from awscli.customizations.utils import uni_print

from credential_process import paths
from credential_process.config import profiles, reader, sessions
from credential_process.config.unwritten_session import readable
from credential_process.errors import Refused, UsageError
from credential_process.library.account_stream import Accounts
from credential_process.library.sign_in import sign_in
from credential_process.plugins.aws.login import LOGIN_ARGUMENTS, show
from credential_process.plugins.aws.new_session import ask_for_session, write
from credential_process.plugins.aws.prompts import ask, choose
from credential_process.system import command_lines

if TYPE_CHECKING:
    from credential_process.config.sso_session import SsoSession
    from credential_process.stores.account_list import Account


class ConfigureSsoCommand(BasicCommand):  # type: ignore[misc]  # awscli is untyped
    """Set up a profile by prompts, as version 2 does."""

    NAME = "sso"
    SYNOPSIS = "aws configure sso [--profile profile-name]"
    DESCRIPTION = (
        "The ``aws configure sso`` command interactively prompts for the configuration values required to create "
        "a profile that sources temporary AWS credentials from AWS IAM Identity Center. (From "
        "sso-credential-process.)"
    )
    ARG_TABLE = LOGIN_ARGUMENTS

    def _run_main(self, parsed_args: Any, parsed_globals: Any) -> int:  # noqa: ANN401, ARG002  awscli's signature
        path, given = paths.config_file(), self._session.profile
        profile = dict(reader.sections(path, "profile").get(given or "", {}))
        session = ask_for_session(path, profile)
        is_new = not sessions.is_configured(path, session)
        with readable(path, session) as fields:
            _sign_in(session, fields, parsed_args, is_new=is_new)
            account, role_name = _choose_role(session, fields)
        settings = {
            **session.reference.keys,
            "sso_account_id": account.account_id,
            "sso_role_name": role_name,
            "region": ask("Default client Region", profile.get("region")),
            "output": ask("CLI default output format", profile.get("output")),
        }
        name = given or ask(
            "Profile name",
            f"{role_name}-{account.account_id}",
            is_valid=_is_profile_name,
            otherwise="Use letters, digits and _ . @ + - / :",
        )
        write(path, session, name, {key: value for key, value in settings.items() if value})
        uni_print(
            "\nTo use this profile, specify the profile name using --profile, as shown:\n\n"
            f"aws sts get-caller-identity --profile {command_lines.HERE.quote(name)}\n"
        )
        return 0


def _sign_in(
    session: SsoSession,
    fields: dict[str, str],
    parsed_args: Any,  # noqa: ANN401  argparse is untyped
    *,
    is_new: bool,
) -> None:
    sign_in(
        session.reference,
        fields,
        force=is_new,
        device_code=parsed_args.use_device_code,
        open_browser=not parsed_args.no_browser,
        show=partial(show, opens_browser=not parsed_args.no_browser),
    )


def _choose_role(session: SsoSession, fields: dict[str, str]) -> tuple[Account, str]:
    listed = Accounts(session.reference, fields=fields)
    accounts = sorted((each for each in listed if each.roles), key=_display)
    if not accounts:
        raise Refused("No AWS accounts are available to you.")
    if len(accounts) == 1:
        uni_print(f"The only AWS account available to you is: {accounts[0].account_id}\n")
        account = accounts[0]
    else:
        uni_print(f"There are {len(accounts)} AWS accounts available to you.\n")
        account = accounts[choose("accounts", list(map(_display, accounts)))]
    uni_print(f"Using the account ID {account.account_id}\n")
    if len(account.roles) == 1:
        uni_print(f"The only role available to you is: {account.roles[0]}\n")
        role_name = account.roles[0]
    else:
        uni_print(f"There are {len(account.roles)} roles available to you.\n")
        names = sorted(account.roles)
        role_name = names[choose("roles", names)]
    uni_print(f'Using the role name "{role_name}"\n')
    return account, role_name


def _display(account: Account) -> str:
    names = ", ".join(filter(None, (account.name, account.email)))
    return f"{names} ({account.account_id})" if names else account.account_id


def _is_profile_name(name: str) -> bool:
    try:
        profiles.check_name(name)
    except UsageError:
        return False
    return True
