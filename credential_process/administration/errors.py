"""What can be wrong with a request about one thing, so that a listing continues without it."""

from __future__ import annotations

from credential_process.errors import Refused


class NotFound(Refused):
    """What the request is about does not exist, or not any more."""


class Unsupported(Refused):
    """The service cannot do this for what the request is about."""


class NoOrganization(Refused):
    """The account is in no organization."""
