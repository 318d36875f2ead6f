"""``aws configure export-credentials``, for version 1: the credentials of any profile, in all formats of version 2."""

from __future__ import annotations

import csv
import io
import os
import sys
from typing import Any

from awscli.customizations.commands import BasicCommand

from credential_process.cli import export_formats
from credential_process.errors import UsageError

# As in version 2: a profile whose credential_process is this command can form a cycle.
_CHAIN = "_AWS_CLI_PROFILE_CHAIN"
_LONGEST_CHAIN = 4


class ExportCredentialsCommand(BasicCommand):  # type: ignore[misc]  # awscli is untyped
    """Print the credentials that a command with this profile would use."""

    NAME = "export-credentials"
    SYNOPSIS = "aws configure export-credentials --profile profile-name"
    DESCRIPTION = (
        "Export credentials in various formats. This command will retrieve AWS credentials using the AWS CLI's "
        "credential resolution process and display the credentials in the specified ``--format``. (From "
        "sso-credential-process.)"
    )
    ARG_TABLE = [  # noqa: RUF012  awscli reads it from the class
        {
            "name": "format",
            "help_text": "The output format to display credentials. Defaults to ``process``.",
            "action": "store",
            "choices": list(export_formats.FORMATS),
            "default": "process",
        }
    ]

    def _run_main(self, parsed_args: Any, parsed_globals: Any) -> int:  # noqa: ANN401, ARG002  awscli's signature
        _enter(self._session.get_config_variable("profile") or "default")
        try:
            credentials = self._session.get_credentials()
            frozen = None if credentials is None else credentials.get_frozen_credentials()
        except Exception as error:
            raise UsageError(f"Unable to retrieve credentials: {str(error).strip()}") from error
        if frozen is None:
            raise UsageError("Unable to retrieve credentials: no credentials found")
        variables = export_formats.variables(
            frozen.access_key,
            frozen.secret_key,
            frozen.token,
            getattr(credentials, "_expiry_time", None),  # botocore has no public attribute
        )
        sys.stdout.write(export_formats.export(parsed_args.format, variables))
        return 0


def _enter(profile: str) -> None:
    """Add a profile to the chain that child commands inherit; raises `UsageError` for a cycle."""
    seen = next(csv.reader([os.environ.get(_CHAIN, "")]), [])
    if profile in seen or len(seen) >= _LONGEST_CHAIN:
        raise UsageError(
            f"these profiles call each other as credential_process: {' -> '.join([*seen, profile])}",
            hint="change one of them",
        )
    line = io.StringIO()
    csv.writer(line).writerow([*seen, profile])
    os.environ[_CHAIN] = line.getvalue().strip()
