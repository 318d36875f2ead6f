"""The parts of the plugin of the AWS CLI version 1, each imported when it is needed.

Each function takes an event of the AWS CLI. https://docs.aws.amazon.com/cli/latest/reference/sso/ describes the
same commands of version 2.
"""

from __future__ import annotations

import os
from typing import Any


def add_provider(event: dict[str, Any]) -> None:
    """Let profiles of IAM Identity Center sign in when needed, in every command."""
    from credential_process.plugins import botocore

    bundle = getattr(event["parsed_args"], "ca_bundle", None)
    if bundle:
        os.environ["AWS_CA_BUNDLE"] = bundle  # wants pass it to the broker
    botocore.install(event["session"], program="aws")


def add_sso_commands(event: dict[str, Any]) -> None:
    """Add ``aws sso login``, and let ``aws sso logout`` work as in version 2."""
    commands, session = event["command_table"], event["session"]
    if "get-role-credentials" not in commands:
        return  # `aws configure sso` has an event of the same name
    from credential_process.plugins.aws.login import LoginCommand
    from credential_process.plugins.aws.logout import LogoutCommand

    commands["login"] = LoginCommand(session)
    commands["logout"] = LogoutCommand(session, commands["logout"])


def add_configure_commands(event: dict[str, Any]) -> None:
    """Add ``aws configure sso`` and ``aws configure export-credentials``."""
    from credential_process.plugins.aws.configure_sso import ConfigureSsoCommand
    from credential_process.plugins.aws.export_credentials import ExportCredentialsCommand

    event["command_table"]["sso"] = ConfigureSsoCommand(event["session"])
    event["command_table"]["export-credentials"] = ExportCredentialsCommand(event["session"])
