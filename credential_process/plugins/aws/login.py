"""``aws sso login``, for version 1."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from awscli.customizations.commands import BasicCommand
from awscli.customizations.utils import uni_print

from credential_process import library, paths
from credential_process.config import sessions, sso_session
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference

if TYPE_CHECKING:
    from credential_process.library import Prompt

LOGIN_ARGUMENTS = [
    {
        "name": "no-browser",
        "action": "store_true",
        "default": False,
        "help_text": "Disables automatically opening the verification URL in the default browser.",
    },
    {
        "name": "use-device-code",
        "action": "store_true",
        "default": False,
        "help_text": "Uses the OAuth 2.0 device authorization grant: a code is shown, to be typed in on any device.",
    },
]


class LoginCommand(BasicCommand):  # type: ignore[misc]  # awscli is untyped
    """Sign in to the session that is named, or that of the profile, even if signed in."""

    NAME = "login"
    DESCRIPTION = (
        "Retrieves and caches an AWS IAM Identity Center access token to exchange for AWS credentials. "
        "The requested profile must have first been set up using ``aws configure sso``. Each time the "
        "``login`` command is called, a new access token will be retrieved. (From sso-credential-process.)"
    )
    ARG_TABLE = [  # noqa: RUF012  awscli reads it from the class
        *LOGIN_ARGUMENTS,
        {
            "name": "sso-session",
            "help_text": "An explicit SSO session to use to login. By default, this command logs in to that of the "
            "requested profile.",
        },
    ]

    def _run_main(self, parsed_args: Any, parsed_globals: Any) -> int:  # noqa: ANN401, ARG002  awscli's signature
        session = _session(self._session.profile, parsed_args.sso_session)
        library.login(
            session.start_url,
            session.region,
            sso_session=session.name,
            force=True,
            device_code=parsed_args.use_device_code,
            open_browser=not parsed_args.no_browser,
            show=partial(show, opens_browser=not parsed_args.no_browser),
        )
        start_url = session.start_url
        if session.name:
            start_url = sso_session.read(paths.config_file(), session.name).start_url
        uni_print(f"Successfully logged into Start URL: {start_url}\n")
        return 0


def show(prompt: Prompt, *, opens_browser: bool) -> None:
    """Print the URL to sign in at, in the words of version 2."""
    if opens_browser and not prompt.user_code:
        uni_print(
            "Attempting to open your default browser.\n"
            f"If the browser does not open, open the following URL:\n\n{prompt.url}\n"
        )
        return
    uni_print(
        "Browser will not be automatically opened.\n"
        f"Please visit the following URL:\n\n{prompt.url}\n"
    )
    if prompt.user_code:
        uni_print(f"\nThen enter the code:\n\n{prompt.user_code}\n")


def _session(profile: str | None, named: str | None) -> SessionReference:
    if named is not None:
        return SessionReference(named)
    path = paths.config_file()
    session = sessions.of_profile(path, profile or "default")
    if session.start_url and not session.region:
        raise UsageError(
            f"[profile {profile}] in {path} has no sso_region", hint="run: aws configure sso"
        )
    return session
