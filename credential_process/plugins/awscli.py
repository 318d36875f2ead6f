"""The plugin of the AWS CLI version 1: ``sso = credential_process.plugins.awscli`` in ``[plugins]`` of its config.

It is loaded with every ``aws`` command, so it imports nothing before it is needed, and after an error the command
works as without the plugin. Version 2 has these commands itself, so it gets none from here.
"""

import sys

_PARTS = {
    "session-initialized": "add_provider",
    "building-command-table.sso": "add_sso_commands",
    "building-command-table.configure": "add_configure_commands",
}


def awscli_initialize(cli: "Any") -> None:  # noqa: ANN401  awscli is untyped
    """Register the handlers; the AWS CLI passes its emitter of events."""
    if getattr(sys.modules.get("awscli"), "__version__", "1.").startswith("1."):
        for event, part in _PARTS.items():
            cli.register(event, _lazily(part))


def _lazily(part: str) -> "Callable[..., None]":
    def handle(**event: "Any") -> None:  # noqa: ANN401  the same
        try:
            from credential_process.plugins import aws

            getattr(aws, part)(event)
        except Exception:
            import logging

            logging.getLogger(__name__).debug("%s failed", part, exc_info=True)

    return handle


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
