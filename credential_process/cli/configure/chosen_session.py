"""Choose the session of a profile: one in the config file, a new one, or a start URL."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from credential_process.cli.configure.profile_options import checked_region
from credential_process.cli.configure.prompts import ask, pick
from credential_process.client import arguments
from credential_process.config import profiles, session_sections, sessions, sso_session
from credential_process.config.sso_session import SsoSession
from credential_process.errors import UsageError, printable
from credential_process.identifiers import is_directory_id, is_start_url
from credential_process.identity_center import portal_addresses, start_urls

if TYPE_CHECKING:
    from credential_process.config.forms import Form
    from credential_process.config.sections import Sections
    from credential_process.session_reference import SessionReference

_START_URL = "Start URL (such as d-1234567890.awsapps.com)"
_REGION = "Region of IAM Identity Center"
_DEFAULT_REGION = "us-east-1"
_DEFAULT_NAME = "corp"


def put(config: str, sections: Sections, session: SsoSession, *, form: Form | None) -> None:
    """Add a session to the `config` file if it is new.

    One in the machine's config file is not, unless the profile is native: SDKs do not read that file.
    """
    if form == "native" or not sessions.is_of_machine(config, session):
        session_sections.add(sections, session, profiles.mark(profiles.CONFIGURED, session.name))


def choose(config: str, given: SessionReference, *, can_ask: bool) -> SsoSession:
    """Return the session that was given, or ask for it; raises `UsageError` if that is not possible."""
    can_ask = can_ask and sys.stdin.isatty()
    known = sessions.names(config)
    if given.options:
        return (
            _known(config, given)
            if given.name in known
            else _completed(config, given, can_ask=can_ask)
        )
    if len(known) == 1:
        return sso_session.read(config, known[0])
    if not can_ask:
        raise UsageError(
            "which session?", hint="give --sso-session, or --start-url and --sso-region"
        )
    return _asked(config, known)


def _known(config: str, given: SessionReference) -> SsoSession:
    session = sso_session.read(config, given.name)
    start_url, region = session.start_url, session.region
    if (given.start_url or start_url, given.region or region) != (start_url, region):
        raise UsageError(
            f"[sso-session {given.name}] already exists, with another start URL or region",
            hint="omit --start-url and --sso-region, or choose another name",
        )
    return session


def _completed(config: str, given: SessionReference, *, can_ask: bool) -> SsoSession:
    """Return a new session of these options; prompts for the start URL and the region if they are missing."""
    start_url, region = given.start_url, given.region
    if not start_url and can_ask:
        start_url, its_region = ask(_START_URL, portal_addresses.find)
        region = region or its_region
    if given.name and not start_url:
        raise UsageError(
            f"there is no [sso-session {printable(given.name, limit=60)}] in {config}",
            hint="give --start-url and --sso-region for a new one",
        )
    its_region = start_urls.region_of(start_url) if is_start_url(start_url) else ""
    region = region or its_region
    if start_url and not region and can_ask:
        region = _asked_region()
    session = SsoSession(given.name, start_url, region)
    arguments.check_session(session.without_name)
    if given.region:
        checked_region(given.region, named_by="--sso-region")
    if its_region not in {"", region} and start_urls.is_owned(start_url):
        raise UsageError(
            f"--sso-region: the start URL is in {its_region}, not in {region}",
            hint="omit --sso-region",
        )
    if given.name:
        _checked_name(given.name)
    return session


def _asked(config: str, known: list[str]) -> SsoSession:
    if known:
        number = pick("sessions", [*((each,) for each in known), ("a new one",)])
        if number < len(known):
            return sso_session.read(config, known[number])
    start_url, region = ask(_START_URL, portal_addresses.find)
    there = _with_start_url(config, known, start_url)
    if there is not None:
        click.echo(f"[sso-session {there.name}] has this start URL, so it is used.", err=True)
        return there
    region = region or _asked_region()
    return SsoSession(_asked_name(start_url, known), start_url, region)


def _with_start_url(config: str, known: list[str], start_url: str) -> SsoSession | None:
    for name in known:
        try:
            session = sso_session.read(config, name)
        except UsageError:
            continue  # a section with a mistake must not keep the user from another session
        if session.service_url == start_url:
            return session
    return None


def _asked_region() -> str:
    return ask(_REGION, lambda answer: checked_region(answer, named_by=""), default=_DEFAULT_REGION)


def _asked_name(start_url: str, known: list[str]) -> str:
    def checked(name: str) -> str:
        if name in known:
            raise UsageError(f"[sso-session {name}] already exists", hint="choose another name")
        return _checked_name(name)

    name = _name_from(start_url)
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    return ask(
        "Name for the session", checked, default=next(each for each in names if each not in known)
    )


def _name_from(start_url: str) -> str:
    """Return a name for a session: the alias of the portal, or the company in its domain."""
    labels = (urlsplit(start_url).hostname or "").split(".")
    if not start_urls.is_owned(start_url):
        return max(reversed(labels[:-1]), key=len)
    is_alias = labels[1:] == ["awsapps", "com"] and not is_directory_id(labels[0])
    return labels[0] if is_alias else _DEFAULT_NAME


def _checked_name(name: str) -> str:
    if not profiles.NAME_CHARACTERS.issuperset(name):
        raise UsageError(
            f"{printable(name, limit=60)!r} is not a valid name for a session",
            hint="use letters, digits and _ . @ + -",
        )
    return profiles.check_name(name)
