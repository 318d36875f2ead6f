"""The option `--debug` of commands that ask a broker; for commands that name a role it is in `role_options`."""

from __future__ import annotations

from functools import wraps

from credential_process.cli.options import Command, option


def debug_option(command: Command) -> Command:
    """Add `--debug`, and pass what it adds to a want as `debug_fields`."""

    @wraps(command)
    def with_fields(*args: object, debug: bool, **kwargs: object) -> object:
        return command(*args, debug_fields={"debug": "yes"} if debug else {}, **kwargs)

    return option("--debug")(with_fields)  # type: ignore[return-value]  # click adds no more than attributes
