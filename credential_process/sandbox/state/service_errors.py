"""The errors of the services, with their statuses and codes."""

from __future__ import annotations

OIDC_ERRORS = {
    "AccessDeniedException": (400, "access_denied"),
    "AuthorizationPendingException": (400, "authorization_pending"),
    "ExpiredTokenException": (400, "expired_token"),
    "InternalServerException": (500, "server_error"),
    "InvalidClientException": (401, "invalid_client"),
    "InvalidClientMetadataException": (400, "invalid_client_metadata"),
    "InvalidGrantException": (400, "invalid_grant"),
    "InvalidRedirectUriException": (400, "invalid_redirect_uri"),
    "InvalidRequestException": (400, "invalid_request"),
    "InvalidScopeException": (400, "invalid_scope"),
    "SlowDownException": (400, "slow_down"),
    "UnauthorizedClientException": (400, "unauthorized_client"),
    "UnsupportedGrantTypeException": (400, "unsupported_grant_type"),
}
PORTAL_ERRORS = {
    "ForbiddenException": 403,
    "InternalServerException": 500,
    "InvalidRequestException": 400,
    "ResourceNotFoundException": 404,
    "TooManyRequestsException": 429,
    "UnauthorizedException": 401,
}
ACCOUNT_ACCESS_ERRORS = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ThrottlingException": 429,
    "UnauthorizedException": 401,
    "ValidationException": 400,
}


class OidcError(Exception):
    """An error of sso-oidc, by the name of its exception."""

    def __init__(self, name: str, description: str = "") -> None:
        super().__init__(f"{name}: {description}")
        self.name = name
        self.description = description
        self.status, self.error = OIDC_ERRORS[name]


class PortalError(Exception):
    """An error of the portal, by the name of its exception."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = PORTAL_ERRORS[name]


class AccountAccessError(Exception):
    """An error of account access manager, by the name of its exception."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = ACCOUNT_ACCESS_ERRORS[name]


class PageError(Exception):
    """An error that only the user at the browser sees, by its OAuth code."""

    def __init__(self, error: str, explanation: str, *, status: int = 400) -> None:
        super().__init__(f"{error}: {explanation}")
        self.error = error
        self.explanation = explanation
        self.status = status


class StsError(Exception):
    """An error of STS, by its code."""

    def __init__(self, code: str, message: str, *, status: int = 403) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
