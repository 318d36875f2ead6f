"""The settings of the sandbox, which can change while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Literal, TypedDict, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

Style = Literal["sandbox", "device_sso", "start_hash", "portal", "signin_par"]
MissingScope = Literal["UnauthorizedException", "AccessDeniedException"]
Rotation = Literal["strict", "grace", "static", "omit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The lifetimes and options of the service.

    ``rotate`` is what a refresh does to the refresh token: ``strict`` ends the old one at once,
    ``grace`` after ``grace_seconds``; ``static`` returns the same one again, and ``omit`` leaves
    it out of the response (the old one stays valid).

    ``requests_per_second`` limits the portal, for all clients together; 0 means no limit. The limit of
    account access manager is the one that AWS documents. ``burst`` is how many requests may come at
    once (0: as many as in a second). A refusal has a ``Retry-After`` header unless
    ``retry_after_seconds`` is 0.

    Without ``permission_sets_enabled`` the portal shows no accounts, and gives no roles: those of account access
    manager remain. What AWS's portal answers then is not documented; this is its answer to a user without
    assignments.

    ``missing_scope`` is the error for a token without the scope of the operation: AWS documents
    that it is necessary, and not how a token without it is refused.

    With ``slow_down``, a client that polls for a device code too soon gets that error;
    ``verification_style`` is the form of the verification URIs (``verification_uris``); with
    ``wrong_region_silent`` only the page in the browser reports an unknown start URL.

    No caller may assume ``untrusting_roles``, which are ARNs; ``external_ids`` maps ARNs of roles to the
    external IDs that their trust policies require.

    ``vanity_urls`` maps host names to the start URLs that they redirect to.
    """

    start_url: str = "https://d-1234567890.awsapps.com/start"
    region: str = "us-east-1"
    page_size: int = 20
    access_token_seconds: int = 3600
    unscoped_access_token_seconds: int = 28_800
    role_session_seconds: int = 3600
    portal_session_seconds: int = 28_800
    authorization_code_seconds: int = 60
    authorization_request_seconds: int = 600
    registration_seconds: int = 90 * 86_400
    rotate: Rotation = "strict"
    grace_seconds: int = 30
    requests_per_second: int = 0
    account_access_requests_per_second: int = 20
    burst: int = 0
    retry_after_seconds: int = 0
    device_code_seconds: int = 600
    device_interval_seconds: int = 1
    slow_down: bool = False
    verification_style: Style = "sandbox"
    wrong_region_silent: bool = False
    vanity_urls: dict[str, str] = field(default_factory=dict)
    external_ids: dict[str, str] = field(default_factory=dict)
    untrusting_roles: tuple[str, ...] = ()
    loose_redirect: bool = False
    loose_start_url: bool = False
    permission_sets_enabled: bool = True
    missing_scope: MissingScope = "UnauthorizedException"

    def __post_init__(self) -> None:
        choices_by_name = {
            "rotate": Rotation,
            "verification_style": Style,
            "missing_scope": MissingScope,
        }
        for name, choices in choices_by_name.items():
            value = getattr(self, name)
            if value not in get_args(choices):
                raise ValueError(f"{name} is {value!r}; use one of: {', '.join(get_args(choices))}")


class Changes(TypedDict, total=False):
    """The settings as keywords, for type checkers."""

    start_url: str
    region: str
    page_size: int
    access_token_seconds: int
    unscoped_access_token_seconds: int
    role_session_seconds: int
    portal_session_seconds: int
    authorization_code_seconds: int
    authorization_request_seconds: int
    registration_seconds: int
    rotate: Rotation
    grace_seconds: int
    requests_per_second: int
    account_access_requests_per_second: int
    burst: int
    retry_after_seconds: int
    device_code_seconds: int
    device_interval_seconds: int
    slow_down: bool
    verification_style: Style
    wrong_region_silent: bool
    vanity_urls: dict[str, str]
    external_ids: dict[str, str]
    untrusting_roles: tuple[str, ...]
    loose_redirect: bool
    loose_start_url: bool
    permission_sets_enabled: bool
    missing_scope: MissingScope


def changed(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """Return the settings with some of them changed.

    Raises ValueError for an unknown name and for a value of another type than before.
    """
    names = {each.name for each in fields(settings)}
    for name, value in changes.items():
        if name not in names:
            raise ValueError(f"there is no setting {name!r}")
        if type(value) is not type(getattr(settings, name)):
            raise ValueError(f"{name} does not accept {value!r}")
    return replace(settings, **changes)  # type: ignore[arg-type]  # checked just above
