"""The operations by method and path, and the format of their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credential_process.sandbox.http.exchange import Request, Response, json_response, redirect
from credential_process.sandbox.pages.authorize import authorize, consent, decide
from credential_process.sandbox.pages.device import consent as device_consent
from credential_process.sandbox.pages.device import decide as device_decide
from credential_process.sandbox.pages.device import device, verify
from credential_process.sandbox.pages.sign_in import show_portal, show_sign_in, sign_in
from credential_process.sandbox.pages.templates import error_page
from credential_process.sandbox.pages.vanity import vanity
from credential_process.sandbox.state.service_errors import (
    AccountAccessError,
    OidcError,
    PageError,
    PortalError,
    StsError,
)

from . import account_access
from .create_token import create_token
from .portal import get_role_credentials, list_account_roles, list_accounts, log_out
from .refusals import account_access_error, oidc_error, portal_error
from .register_client import register_client
from .start_device_authorization import start_device_authorization
from .sts import sts, sts_error

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from credential_process.sandbox.state.realm import Realm


class Operation(NamedTuple):
    """An operation: its service (oidc, portal, account_access, sts, pages), and its name in the counters."""

    service: str
    name: str
    answer: Callable[[Realm, Request], Response]


def operation_for(request: Request, vanity_hosts: Container[str] = ()) -> Operation:
    """Return the operation of a request, if its host name serves it."""
    if request.host in vanity_hosts:
        return _VANITY
    operation = _ROUTES.get((request.method, request.path), _UNKNOWN)
    if operation.service == "sts" and request.form.get("Action") == "AssumeRole":
        operation = _ASSUME_ROLE
    is_served = operation.service in _SERVED[request.service]
    return operation if is_served else _UNKNOWN


def answer(realm: Realm, request: Request, operation: Operation) -> Response:
    """Return the response to a request, processed under the lock; errors have their service's format."""
    with realm.lock:
        try:
            return operation.answer(realm, request)
        except OidcError as error:
            return oidc_error(error)
        except PortalError as error:
            return portal_error(error)
        except AccountAccessError as error:
            return account_access_error(error)
        except PageError as error:
            return error_page(error=error.error, explanation=error.explanation, status=error.status)
        except StsError as error:
            return sts_error(realm, error)


def _health(_realm: Realm, _request: Request) -> Response:
    return json_response({"status": "ok"})


def _root(realm: Realm, request: Request) -> Response:
    """Answer a GET of STS, or redirect a user who typed the address."""
    return sts(realm, request) if "Action" in request.query else redirect("/start/")


def _unknown(_realm: Realm, _request: Request) -> Response:
    document = {"__type": "com.amazon.coral.service#UnknownOperationException"}
    return json_response(document, status=404)


_UNKNOWN = Operation("none", "unknown", _unknown)
_VANITY = Operation("pages", "vanity", vanity)
_ASSUME_ROLE = Operation("sts", "assume_role", sts)
_SERVED = {
    "": ("oidc", "portal", "account_access", "sts", "pages", "none"),
    "oidc": ("oidc", "pages"),
    "portal": ("portal",),
    "account_access": ("account_access",),
    "sts": ("sts",),
}
_ROUTES = {
    ("POST", "/client/register"): Operation("oidc", "register", register_client),
    ("POST", "/device_authorization"): Operation(
        "oidc", "device_authorization", start_device_authorization
    ),
    ("POST", "/token"): Operation("oidc", "token", create_token),
    ("GET", "/authorize"): Operation("oidc", "authorize", authorize),
    ("GET", "/authorize/consent"): Operation("pages", "consent", consent),
    ("POST", "/authorize/decision"): Operation("pages", "decision", decide),
    ("GET", "/device"): Operation("pages", "device", device),
    ("POST", "/device/verify"): Operation("pages", "verify", verify),
    ("GET", "/device/consent"): Operation("pages", "consent", device_consent),
    ("POST", "/device/decision"): Operation("pages", "decision", device_decide),
    ("GET", "/sign-in"): Operation("pages", "sign_in", show_sign_in),
    ("POST", "/sign-in"): Operation("pages", "sign_in", sign_in),
    ("GET", "/start"): Operation("pages", "start", show_portal),
    ("GET", "/start/"): Operation("pages", "start", show_portal),
    ("GET", "/federation/credentials"): Operation(
        "portal", "role_credentials", get_role_credentials
    ),
    ("GET", "/assignment/accounts"): Operation("portal", "list_accounts", list_accounts),
    ("GET", "/assignment/roles"): Operation("portal", "list_account_roles", list_account_roles),
    ("GET", "/access"): Operation("account_access", "access_roles", account_access.list_roles),
    ("GET", "/access/credentials"): Operation(
        "account_access", "access_credentials", account_access.get_role_credentials
    ),
    ("POST", "/logout"): Operation("portal", "logout", log_out),
    ("GET", "/"): Operation("sts", "caller_identity", _root),
    ("POST", "/"): Operation("sts", "caller_identity", sts),
    ("GET", "/.health"): Operation("none", "health", _health),
}
