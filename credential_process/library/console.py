"""The address of the AWS console in an account, as a shortcut link of the access portal.

https://docs.aws.amazon.com/singlesignon/latest/userguide/createshortcutlink.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from credential_process import identifiers, paths
from credential_process.client import arguments
from credential_process.config import sso_session as configured_session
from credential_process.errors import UsageError, printable
from credential_process.library.argument_types import require_texts
from credential_process.library.credentials import role_options
from credential_process.stores import access_role

if TYPE_CHECKING:
    from credential_process.session_reference import SessionReference


def get_console_url(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str = "",
    role_name: str = "",
    *,
    sso_session: str | None = None,
    destination: str | None = None,
) -> str:
    """Return the URL that opens the AWS console with a role, in a browser that signs in to the access portal.

    The role is named as for `get_credentials`. `destination` is the https URL of the page of the console to open, by
    default its home page. AWS is not contacted, and the URL contains no secret. Raises `UsageError`.

    >>> from credential_process import library
    >>> library.get_console_url(
    ...     "https://d-1234567890.awsapps.com/start", "us-east-1", "111122220001", "Developer"
    ... )
    'https://d-1234567890.awsapps.com/start/#/console?account_id=111122220001&role_name=Developer'
    """
    options = role_options(start_url, sso_region, account_id, role_name, sso_session, login=False)
    require_texts(destination=destination)
    return of_role(options, destination)


def of_role(options: dict[str, str], destination: str | None = None) -> str:
    """Return the URL for a role as options of ``get``; raises `UsageError`."""
    request = arguments.Request(options)
    if request.chain:
        raise UsageError(
            "the access portal opens the console with its own roles only, not with a role that another one assumes",
            hint="open it with the first role, and switch roles there",
        )
    if access_role.of(request.role_name) is not None:
        raise UsageError(
            "the links of the access portal open roles of permission sets only, not those of account access manager",
            hint="open the access portal, and choose the role there",
        )
    keys = {"account_id": request.account_id, "role_name": request.role_name}
    if destination is not None:
        keys["destination"] = _checked(destination)
    # In a fragment, a plus sign is a plus sign: a blank has to be %20.
    query = urlencode(keys, safe="", quote_via=quote)
    return f"{_portal(request.session)}/#/console?{query}"


def _portal(session: SessionReference) -> str:
    start_url = session.start_url
    if session.name:
        start_url = configured_session.read(paths.config_file(), session.name).start_url
    return identifiers.clean_start_url(start_url)


def _checked(destination: str) -> str:
    if not destination.startswith("https://") or not destination.isprintable():
        raise UsageError(
            f"destination: {printable(destination, limit=80)!r} is not an https URL",
            hint="give one such as https://eu-west-1.console.aws.amazon.com/s3/home",
        )
    return destination
