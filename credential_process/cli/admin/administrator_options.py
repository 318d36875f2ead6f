"""The options that name a profile, its regions and an instance."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

import click

from credential_process.cli.options import option

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def administrator_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Add these options, and pass an `Administrator`; raises `UsageError` before the command is called."""

    @wraps(command)
    def with_administrator(
        *, profile: str | None, region: tuple[str, ...], instance: str, **others: object
    ) -> Result:
        from credential_process.library.administrator import Administrator  # botocore, for requests

        program = click.get_current_context().command_path
        return command(Administrator(profile, region, instance, program=program), **others)

    decorated = option("--instance", default="")(with_administrator)
    help_of_region = "The region of IAM Identity Center. Can be repeated."
    default = "that of the profile"
    decorated = option("--region", multiple=True, help=help_of_region, show_default=default)(decorated)  # fmt: skip
    help_of_profile = "The profile that signs the requests."
    return option("--profile", help=help_of_profile, show_default="$AWS_PROFILE")(decorated)
