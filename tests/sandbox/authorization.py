"""The authorization-code flow in steps, so that a test can change any of them."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.sandbox.visitor import Reply, Visitor

REDIRECT_URI = "http://127.0.0.1:38271/oauth/callback"
START_URL = "https://d-1234567890.awsapps.com/start"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())[:43].decode()
REGISTRATION: dict[str, Any] = {
    "clientName": "botocore-client-corp",
    "clientType": "public",
    "grantTypes": ["authorization_code", "refresh_token"],
    "redirectUris": ["http://127.0.0.1/oauth/callback"],
    "issuerUrl": START_URL,
    "scopes": ["sso:account:access"],
}


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client that sends its requests through a visitor."""

    visitor: Visitor
    client_id: str
    client_secret: str

    @classmethod
    def register(cls, visitor: Visitor, **changes: Any) -> "Client":
        """Register as the AWS CLI does, except for the changes."""
        document = visitor.post("/client/register", REGISTRATION | changes).document
        return cls(visitor, document["clientId"], document["clientSecret"])

    def authorize(self, **changes: str | None) -> Reply:
        """Send the browser to ``/authorize``; a parameter changed to None is omitted."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT_URI,
            "state": "the-state",
            "code_challenge_method": "S256",
            "scopes": "sso:account:access",
            "code_challenge": CHALLENGE,
            **changes,
        }
        kept = {name: value for name, value in query.items() if value is not None}
        return self.visitor.send("GET", f"/authorize?{urlencode(kept)}")

    def answered(self, decision: str = "allow", **changes: str | None) -> dict[str, str]:
        """Sign in and allow; return the parameters of the redirect to the client."""
        consent = self.authorize(**changes).headers["location"]
        cookie = sign_in(self.visitor)
        fields = {"authorization": consent.partition("=")[2], "decision": decision}
        reply = self.visitor.submit("/authorize/decision", fields, cookie)
        return dict(parse_qsl(urlsplit(reply.headers["location"]).query))

    def redeem(self, code: str, **changes: Any) -> Reply:
        """Exchange a code."""
        return self.token(
            "authorization_code",
            **{"code": code, "redirectUri": REDIRECT_URI, "codeVerifier": VERIFIER, **changes},
        )

    def refresh(self, refresh_token: str) -> Reply:
        """Exchange a refresh token."""
        return self.token("refresh_token", refreshToken=refresh_token)

    def token(self, grant_type: str, **members: Any) -> Reply:
        """Post a token request."""
        document = {
            "grantType": grant_type,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            **members,
        }
        return self.visitor.post("/token", document)

    def signed_in(self) -> dict[str, Any]:
        """Run the whole flow; return the token endpoint's response."""
        return self.redeem(self.answered()["code"]).document


def sign_in(visitor: Visitor, user_name: str = "alice") -> str:
    """Submit the sign-in page; return the cookie."""
    reply = visitor.submit("/sign-in", {"username": user_name, "password": "any"})
    return reply.headers["set-cookie"].partition(";")[0]
