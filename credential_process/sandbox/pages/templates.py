"""The pages as plain HTML forms, which work without JavaScript.

They have the element ids that public browser automation for AWS's pages uses.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from credential_process.sandbox.http.exchange import Response

from .style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_SCOPE_WORDS = {"sso:account:access": "Your AWS accounts and roles"}


def sign_in_page(*, next_target: str, user_name: str = "", complaint: str = "") -> Response:
    """Return the sign-in page, with a complaint after an incomplete form."""
    return page(
        "Sign in",
        f"""<h1>Sign in</h1>
<p><strong>Any user name and any password will do.</strong> This is a pretend access portal on
this machine, so please do not type a real password.</p>
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(next_target)}">
<label for="awsui-input-0">User name</label>
<input id="awsui-input-0" name="username" value="{escape(user_name)}" autocomplete="off"
 autocapitalize="none" spellcheck="false" autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off">
{complaint_line(complaint)}
<button id="password-submit-button" type="submit">Sign in</button>
</form>""",
        status=400 if complaint else 200,
    )


def consent_page(
    *,
    authorization_id: str,
    client_name: str,
    user_name: str,
    scopes: Iterable[str],
    return_to: str,
) -> Response:
    """Return the page that asks whether a client on this machine may act for the user."""
    return consent_form(
        action="/authorize/decision",
        hidden=("authorization", authorization_id),
        client_name=client_name,
        user_name=user_name,
        scopes=scopes,
        lead="A program on this machine asks to act for you. "
        "Allow it only if you have just started it.",
        further=("The answer goes to", return_to.partition("//")[2]),
        # Chromium also applies form-action to the redirect that follows the form.
        form_targets=f"'self' {return_to}",
    )


def consent_form(
    *,
    action: str,
    hidden: tuple[str, str],
    client_name: str,
    user_name: str,
    scopes: Iterable[str],
    lead: str,
    further: tuple[str, str],
    form_targets: str = "'self'",
) -> Response:
    """Return a page that asks whether a client may act for the user."""
    access = ", ".join(_SCOPE_WORDS.get(scope, scope) for scope in scopes)
    facts = (("Signed in as", user_name), ("It may use", access), further)
    rows = "\n".join(f"<div><dt>{term}</dt><dd>{escape(fact)}</dd></div>" for term, fact in facts)
    return page(
        "Allow access",
        f"""<h1>Allow <span>{escape(client_name)}</span> to access your data?</h1>
<p>{lead}</p>
<dl>
{rows}
</dl>
<form method="post" action="{action}">
<input type="hidden" name="{hidden[0]}" value="{escape(hidden[1])}">
<button id="cli_login_button" data-testid="allow-access-button" type="submit" name="decision"
 value="allow">Allow access</button>
<button class="quiet" data-testid="deny-access-button" type="submit" name="decision"
 value="deny">Deny access</button>
</form>""",
        form_targets=form_targets,
    )


def complaint_line(complaint: str) -> str:
    """Return the line that describes the error in a form; empty if there is none."""
    return f'<p class="complaint" role="alert">{escape(complaint)}</p>' if complaint else ""


def result_page(*, heading: str, text: str, status: int = 200) -> Response:
    """Return a page that shows a result."""
    return page(
        heading,
        f'<div id="result"><h1>{escape(heading)}</h1><p>{escape(text)}</p></div>',
        status=status,
    )


def error_page(*, error: str, explanation: str, status: int) -> Response:
    """Return a page with an OAuth error that cannot be sent back to a client."""
    return page(
        "Something is wrong",
        f"""<div id="result"><h1>This request cannot continue</h1>
<p>{escape(explanation)}</p><p><code>{escape(error)}</code></p></div>""",
        status=status,
    )


def page(title: str, body: str, *, status: int = 200, form_targets: str = "'self'") -> Response:
    """Return a page of the sandbox."""
    document = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Sandbox</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<main>
<div class="mark">Sandbox &ndash; not AWS</div>
{body}
</main>
<footer>Pretend IAM Identity Center of <span>sso-credential-process</span></footer>
</body>
</html>
"""
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
        f"form-action {form_targets}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    )
    return Response(status, headers, document.encode())
