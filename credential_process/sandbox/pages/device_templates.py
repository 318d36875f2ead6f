"""The two pages of the device flow, with the element ids that public browser automation uses."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .templates import complaint_line, consent_form, page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.sandbox.http.exchange import Response


def code_page(*, user_code: str = "", complaint: str = "") -> Response:
    """Return the page that shows a user code to compare, or asks for it."""
    if user_code:
        lead = "A program asks to act for you. Confirm this code matches the one given to you."
        code = f"""<p class="code" id="verification_code">{escape(user_code)}</p>
<input type="hidden" name="user_code" value="{escape(user_code)}">"""
    else:
        lead = "Type the code that the program shows you."
        code = """<label for="verification_code">Code</label>
<input id="verification_code" name="user_code" placeholder="ABCD-EFGH" autocomplete="off"
 autocapitalize="characters" spellcheck="false" autofocus>"""
    cancel = """<button class="quiet" id="cli_cancel" type="submit" name="decision"
 value="cancel">Cancel</button>"""
    return page(
        "Authorization requested",
        f"""<h1>Authorization requested</h1>
<p>{lead}</p>
<form method="post" action="/device/verify">
{code}
{complaint_line(complaint)}
<button id="cli_verification_btn" type="submit" name="decision"
 value="confirm">Confirm and continue</button>
{cancel if user_code else ""}
</form>""",
        status=400 if complaint else 200,
    )


def device_consent_page(
    *, user_code: str, client_name: str, user_name: str, scopes: Iterable[str]
) -> Response:
    """Return the page that asks whether a client may act for the user."""
    return consent_form(
        action="/device/decision",
        hidden=("user_code", user_code),
        client_name=client_name,
        user_name=user_name,
        # A legacy registration has no scopes, and grants the same access.
        scopes=tuple(scopes) or ("sso:account:access",),
        lead="A program asks to act for you. Allow it only if you have just started it.",
        further=("Code", user_code),
    )
