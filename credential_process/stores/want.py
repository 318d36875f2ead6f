"""The want: the request of one caller to the broker, read from its file; missing keys have defaults.

Callers and brokers may be of different versions: keys that are not known here are kept in `fields`, and a value that is
damaged counts as missing. Keys in files keep their older names: `asker` is the caller, `reach` the interaction.
"""

import os

from credential_process.identifiers import is_account_id, whole_number
from credential_process.session_reference import SessionReference

_LOGGED = frozenset(
    {"kind", "account", "accounts", "role", "session", "start_url", "region", "asker", "reach"}
)
_PORTS = 65536
ACCOUNT_ACCESS = "account-access"


class Want:
    """A caller's request, read once from the `fields` of its file at `path`.

    `kind` is ``role``, ``token``, ``accounts``, ``account_roles`` or ``cancel``. A `chain` of roles (`role_chain`) is
    to be assumed with the credentials of the role. `interaction` is how the user can be asked to sign in (see
    `client.interaction`), and `off` why not at all, where that is known. `flow` is the only flow that the user accepts,
    or empty. A caller that `avoids_browser` opens no page; `port` is the one to listen on, 0 for any. If the want
    `is_forced`, its sign-in replaces an open one.

    A ``token`` has to be valid for `min_remaining` seconds. If the want `needs_account_access`, it has to have the
    scopes of account access manager, and not to be the one whose digest is `lacking`, which the service has refused.
    For ``accounts``, only a list that was started at `since` (epoch seconds) or later will do; for ``account_roles``,
    the same holds for the list of each of the `account_ids`. A ``cancel`` ends the sign-in that was begun for the want
    named `begun_by`.
    """

    __slots__ = (
        "account_id", "account_ids", "avoids_browser", "begun_by", "caller", "chain", "fields", "flow", "has_terminal",
        "interaction", "is_forced", "kind", "lacking", "min_remaining", "name", "needs_account_access", "off", "path",
        "port", "role_name", "session", "since", "version", "wants_debug_log",
    )  # fmt: skip

    def __init__(self, path: str, fields: dict[str, str]) -> None:
        self.path = path
        self.name = os.path.basename(path)
        self.fields = fields
        self.version = fields.get("version", "")
        self.kind = fields.get("kind", "")
        self.session = SessionReference(
            fields.get("session", ""), fields.get("start_url", ""), fields.get("region", "")
        )
        self.account_id = fields.get("account", "")
        self.account_ids = tuple(filter(is_account_id, fields.get("accounts", "").split(",")))
        self.role_name = fields.get("role", "")
        self.chain = fields.get("chain", "")
        self.caller = fields.get("asker", "")
        self.interaction = fields.get("reach", "")
        self.off = fields.get("off", "")
        self.has_terminal = fields.get("terminal") == "yes"
        self.flow = fields.get("flow", "")
        self.avoids_browser = fields.get("browser") == "no"
        self.port = _port(fields.get("port", ""))
        self.is_forced = bool(fields.get("force"))
        self.min_remaining = whole_number(fields.get("min_remaining", "")) or 0
        self.needs_account_access = fields.get("scopes") == ACCOUNT_ACCESS
        self.lacking = fields.get("lacking", "")
        self.since = _time(fields.get("since", ""))
        self.begun_by = fields.get("begun_by", "")
        self.wants_debug_log = bool(fields.get("debug"))

    @property
    def is_explicit(self) -> bool:
        """Whether the user typed a command that may sign in, such as ``login`` or ``roles``."""
        return self.kind == "token"

    @property
    def loggable(self) -> dict[str, str]:
        """The fields that may be logged: no environment, which can hold a proxy's password."""
        logged = {key: value for key, value in self.fields.items() if key in _LOGGED}
        if "role" in logged:
            from credential_process.stores import access_role  # callers do not log

            logged["role"] = access_role.label(logged["role"])
        return logged


def _port(text: str) -> int:
    number = whole_number(text) or 0
    return number if number < _PORTS else 0


def _time(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
