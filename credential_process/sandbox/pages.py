"""The pages a person sees: plain HTML forms, which work without JavaScript.

The element ids are those that public browser automation for AWS's pages looks for.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from .exchange import Response
from .page_style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_SCOPE_WORDS = {"sso:account:access": "Your AWS accounts and roles"}


def sign_in_page(*, next_target: str, user_name: str = "", complaint: str = "") -> Response:
    """Return the page that asks who is there; with a complaint, after a form left empty."""
    complaint_line = f'<p class="complaint" role="alert">{escape(complaint)}</p>'
    return _page(
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
{complaint_line if complaint else ""}
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
    """Return the page that asks whether a client may act for the person."""
    access = ", ".join(_SCOPE_WORDS.get(scope, scope) for scope in scopes)
    return _page(
        "Allow access",
        f"""<h1>Allow {escape(client_name)} to access your data?</h1>
<p>A program on this machine asks to act for you. Allow it only if you have just started it.</p>
<dl>
<div><dt>Signed in as</dt><dd>{escape(user_name)}</dd></div>
<div><dt>It may use</dt><dd>{escape(access)}</dd></div>
<div><dt>The answer goes to</dt><dd>{escape(return_to.partition("//")[2])}</dd></div>
</dl>
<form method="post" action="/authorize/decision">
<input type="hidden" name="authorization" value="{escape(authorization_id)}">
<button id="cli_login_button" data-testid="allow-access-button" type="submit" name="decision"
 value="allow">Allow access</button>
<button class="quiet" data-testid="deny-access-button" type="submit" name="decision"
 value="deny">Deny access</button>
</form>""",
        # Chromium applies form-action to the redirect that answers the form, too.
        form_targets=f"'self' {return_to}",
    )


def result_page(*, heading: str, text: str, status: int = 200) -> Response:
    """Return a page that says how it ended."""
    return _page(
        heading,
        f'<div id="result"><h1>{escape(heading)}</h1><p>{escape(text)}</p></div>',
        status=status,
    )


def error_page(*, error: str, explanation: str, status: int) -> Response:
    """Return a page with an OAuth error that cannot be sent back to a client."""
    return _page(
        "Something is wrong",
        f"""<div id="result"><h1>This request cannot go on</h1>
<p>{escape(explanation)}</p><p><code>{escape(error)}</code></p></div>""",
        status=status,
    )


def _page(title: str, body: str, *, status: int = 200, form_targets: str = "'self'") -> Response:
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
<footer>Pretend IAM Identity Center of sso-credential-process</footer>
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
