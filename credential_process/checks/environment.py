"""Check the environment: what takes precedence over a profile, and what decides how AWS is reached."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from credential_process.checks import finding_kinds
from credential_process.checks.findings import ENVIRONMENT
from credential_process.client import browser_command
from credential_process.errors import printable
from credential_process.system import advice

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from credential_process.checks.findings import Finding

_KEYS = (
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
)
_ENDPOINTS = ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC")
_ALL_ENDPOINTS = (*_ENDPOINTS, "AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME")
_MODULES = {"boto3", "botocore", "click", "configupdater", "filelock", "rich", "urllib3"}
_PROXIES = {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"}


def check(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Run all checks that need only the variables, and the files that they name."""
    yield from keys(variables)
    yield from endpoints(variables)
    yield from proxies(variables)
    yield from python(variables)
    yield from browser(variables)


def keys(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find credentials in the environment, which take precedence over the profile in `AWS_PROFILE`."""
    for names in _KEYS:
        found = [name for name in names if variables.get(name)]
        if found:
            yield finding_kinds.ENVIRONMENT_KEYS.found(
                ENVIRONMENT,
                f"{' and '.join(found)} set: SDKs use that before the profile in AWS_PROFILE (JavaScript v3 and "
                ".NET v3 after it); --profile of the AWS CLI and profile_name of boto3 come before both",
                fix=advice.unset(*found),
            )


def profile(variables: Mapping[str, str], names: Container[str]) -> Iterator[Finding]:
    """Find a variable that chooses a profile that does not exist; boto3 and the AWS CLI fail then."""
    for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        name = variables.get(variable)
        if name and name not in names:
            yield finding_kinds.ENVIRONMENT_PROFILE.found(
                ENVIRONMENT,
                f"{variable} names the profile {name}, which does not exist",
                fix=f"{advice.unset(variable)}, or set it to another profile",
            )


def load_config(variables: Mapping[str, str], *, needs_copies: bool) -> Iterator[Finding]:
    """Note the variable that two old SDKs need to read the config file at all, if the user seems to have such tools.

    They are the reason to set it, and to copy lines into the credentials file: `needs_copies` is whether some are
    there and others are not.
    """
    value = variables.get("AWS_SDK_LOAD_CONFIG", "").lower()
    if value not in {"1", "true"} and (value or needs_copies):
        yield finding_kinds.LOAD_CONFIG.found(
            ENVIRONMENT,
            "JavaScript v2 and Go v1 read the config file only with AWS_SDK_LOAD_CONFIG=1",
            fix=f"for JavaScript v2 and Go v1, {advice.set_variable('AWS_SDK_LOAD_CONFIG', '1')}",
        )


def endpoints(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Report where the service is looked for, if not at AWS."""
    found = [name for name in _ALL_ENDPOINTS if variables.get(name)]
    if found:
        addresses = sorted({address(variables[name]) for name in found})
        is_here = all(_is_here(variables[name]) for name in found)
        unset = advice.unset(*found)
        yield finding_kinds.ENDPOINT_OVERRIDE.found(
            ENVIRONMENT,
            f"{', '.join(found)} set: sign-ins and tokens go to {', '.join(addresses)}"
            + (" on this computer, as for a sandbox" if is_here else ""),
            fix=f"none is needed for a sandbox; without one, {unset}"
            if is_here
            else f"{unset}, unless it is intended",
        )
    found = [name for name in _ENDPOINTS if variables.get(name)]
    if len(found) == 1:
        missing = next(name for name in _ENDPOINTS if name not in found)
        yield finding_kinds.ENDPOINT_HALF.found(
            ENVIRONMENT,
            f"{found[0]} is set without {missing}: neither service accepts tokens of the other",
            fix=f"set both, or {advice.unset(found[0])}",
        )
    if variables.get("AWS_ENDPOINT_URL"):
        yield finding_kinds.ENDPOINT_IGNORED.found(
            ENVIRONMENT,
            f"AWS_ENDPOINT_URL sends all requests of the SDKs to {address(variables['AWS_ENDPOINT_URL'])}; signing in "
            "ignores it, since that server would get your tokens",
            fix=f"{advice.unset('AWS_ENDPOINT_URL')}, unless it is intended, as for LocalStack",
        )


def _is_here(url: str) -> bool:
    from credential_process.identity_center.endpoints import LOOPBACK

    try:
        return urlsplit(url if "://" in url else f"http://{url}").hostname in LOOPBACK
    except ValueError:
        return False


def proxies(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find proxies whose address is not valid."""
    for name, value in variables.items():  # on Windows, each name is there once, in capitals
        if name in _PROXIES and value and address(value) == _NO_ADDRESS:
            yield finding_kinds.PROXY.found(
                ENVIRONMENT,
                f"{name} is not a valid proxy address",
                fix=f"set {name} to an address such as http://proxy.example.com:8080, or remove it",
            )


def python(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find variables that make every Python program load other modules than those it was installed with."""
    home = variables.get("PYTHONHOME")
    if home:
        yield finding_kinds.PYTHON_VARIABLES.found(
            ENVIRONMENT,
            f"PYTHONHOME makes every Python load its standard library from {home}; the broker ignores it",
            fix=advice.unset("PYTHONHOME"),
        )
    for folder in filter(None, variables.get("PYTHONPATH", "").split(os.pathsep)):
        found = sorted(_modules(folder) & (_MODULES | sys.stdlib_module_names))
        if found and not os.path.samefile(folder, _INSTALLATION):
            yield finding_kinds.PYTHON_VARIABLES.found(
                ENVIRONMENT,
                f"PYTHONPATH has {', '.join(found[:3])} in {folder}: Python programs load these instead of their "
                "own; sso-credential-process looks there last, and its broker never",
                fix=advice.unset_python_path(),
            )


def browser(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Note commands in `BROWSER` whose program does not exist."""
    for command in filter(str.strip, variables.get("BROWSER", "").split(os.pathsep)):
        program = browser_command.missing(command)
        if program:
            yield finding_kinds.BROWSER.found(
                ENVIRONMENT,
                f"BROWSER names {printable(program, limit=80)}, and there is no such program: another browser may open",
                fix="correct BROWSER, or remove it",
            )


def address(url: str) -> str:
    """Return scheme, host and port of a URL, never its user and password."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return _NO_ADDRESS
    is_host = bool(parts.hostname) and parts.scheme in {"http", "https"}
    return f"{parts.scheme}://{parts.hostname}{port}" if is_host else _NO_ADDRESS


_NO_ADDRESS = "no address"
_INSTALLATION = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _modules(folder: str) -> set[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return set()
    packages = {name for name in names if os.path.isfile(os.path.join(folder, name, "__init__.py"))}
    return packages | {name[:-3] for name in names if name.endswith(".py")}
