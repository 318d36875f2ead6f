"""Ready-made faults, by name: errors and failures that clients meet in practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLL = {"service": "oidc", "operation": "token", "grant_type": "device_code"}
_HTML = {"Content-Type": "text/html"}


def _html(status: int, phrase: str) -> dict[str, Any]:
    # The page of a load balancer whose backend does not respond.
    page = f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n</html>\r\n"
    return {"status": status, "headers": _HTML, "body": page}


def _portal(name: str, message: str, **headers: str) -> dict[str, Any]:
    members = {"service": "portal", "error": name, "message": message}
    return {**members, "headers": headers}


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "http_500": {"error": "InternalServerException", "message": "Internal error"},
    "http_500_html": _html(500, "Internal Server Error"),
    "http_502_html": _html(502, "Bad Gateway"),
    "http_503_html": _html(503, "Service Temporarily Unavailable"),
    "429_portal": _portal("TooManyRequestsException", "HTTP 429 Unknown Code"),
    "429_retry_after": _portal(
        "TooManyRequestsException", "HTTP 429 Unknown Code", **{"Retry-After": "1"}
    ),
    "403_no_access": _portal("ForbiddenException", "No access"),
    "401_session": _portal("UnauthorizedException", "Session token not found or invalid"),
    # AWS's message if the network policy of an instance does not allow the source of a request.
    "403_network": _portal(
        "ForbiddenException", "The source IP is not allowed by the network configuration"
    ),
    "404_resource": _portal("ResourceNotFoundException", "Resource not found"),
    "invalid_client": {
        "service": "oidc",
        "error": "InvalidClientException",
        "message": "Invalid client provided",
    },
    "invalid_grant": {
        "operation": "token",
        "error": "InvalidGrantException",
        "message": "Invalid grant provided",
    },
    "invalid_request_region": {
        "operation": "token",
        "error": "InvalidRequestException",
        "message": "Invalid token provided",
    },
    # A customer-managed KMS key that IAM Identity Center may not, or cannot, use.
    "kms_access_denied": {
        "operation": "token",
        "error": "AccessDeniedException",
        "message": "The KMS key policy does not allow this request",
        "reason": "KMS_AccessDeniedException",
    },
    "kms_disabled": {
        "operation": "token",
        "error": "InvalidRequestException",
        "message": "The KMS key is disabled",
        "reason": "KMS_DisabledException",
    },
    "network_denied": {
        "operation": "token",
        "error": "AccessDeniedException",
        "message": "The source IP is not allowed by the network configuration",
    },
    "pending": {
        **_POLL,
        "error": "AuthorizationPendingException",
        "message": "Authorization is still pending",
    },
    "slow_down": {**_POLL, "error": "SlowDownException", "message": "Slow down"},
    "expired": {**_POLL, "error": "ExpiredTokenException", "message": "Device code expired"},
    "denied": {**_POLL, "error": "AccessDeniedException", "message": "Access denied"},
    "hang": {"delivery": "hang"},
    "drop": {"delivery": "drop"},
    "commit_then_drop": {"delivery": "drop", "commit": True},
    "reset": {"delivery": "reset"},
    "reset_after_headers": {"delivery": "reset_after_headers"},
    "truncate": {"delivery": "truncate"},
    "cut_json": {"change": "cut_json"},
    "malformed_json": {"change": "malformed_json"},
    "empty_200": {"status": 200},
    "empty_object": {"status": 200, "body": {}},
    "missing_field": {"change": "missing_field"},
    "null_field": {"change": "null_field"},
    "wrong_type": {"change": "wrong_type"},
    "extra_fields": {"change": "extra_fields"},
    "no_errortype_header": {"change": "no_errortype_header"},
    "wrong_content_type": {"change": "wrong_content_type"},
    "huge_body": {"change": "huge_body"},
}
