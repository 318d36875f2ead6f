"""An open sign-in as callers see it; only those that wait for one load it."""

from credential_process.errors import printable
from credential_process.identifiers import whole_number

_LONGEST_SHOWN = 2000  # enough for any address from the service


class SignInView:
    """An open sign-in as callers see it, read once from the fields of its file; missing values are empty, or 0.

    `who_asks` is a sentence for the user. `flow` is ``authorization_code``, ``device_code``, or ``elsewhere`` where its
    page is on another `host`; there is no `url` then. `begun_by` names the want that it was begun for. `opener` names
    the want whose caller opens the page now, and `opening` changes each time one is chosen. `browser` is the
    command that the session has for that, or ``never``.
    """

    __slots__ = (
        "begun_by", "browser", "ends_at", "flow", "host", "id", "opener", "opening", "url", "user_code", "who_asks",
    )  # fmt: skip

    def __init__(self, fields: dict[str, str]) -> None:
        self.id = fields.get("id", "")
        self.begun_by = fields.get("begun_by", "")
        self.opener = fields.get("appointed", "")
        self.opening = fields.get("appointment", "")
        self.ends_at = whole_number(fields.get("ends", "")) or 0
        # These are shown to users, and may come from the service or from a damaged file.
        self.flow, self.who_asks, self.url, self.user_code, self.host, self.browser = (
            printable(fields.get(key, ""), limit=_LONGEST_SHOWN)
            for key in ("flow", "who_asks", "url", "user_code", "host", "browser")
        )
