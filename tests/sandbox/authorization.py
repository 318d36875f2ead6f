"""The authorization-code flow in steps, so that a test can get any one of them wrong."""

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
    """A registered client, which asks through a visitor."""

    visitor: Visitor
    client_id: str
    client_secret: str

    @classmethod
    def register(cls, visitor: Visitor, **changes: Any) -> "Client":
        """Register as the AWS CLI does, apart from the changes."""
        document = visitor.post("/client/register", REGISTRATION | changes).document
        return cls(visitor, document["clientId"], document["clientSecret"])

    def authorize(self, **changes: str | None) -> Reply:
        """Send the browser to ``/authorize``; a change to None leaves a parameter out."""
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
        """Go through the pages; return what the redirect to the client carries."""
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
        """Ask for a token."""
        document = {
            "grantType": grant_type,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            **members,
        }
        return self.visitor.post("/token", document)

    def signed_in(self) -> dict[str, Any]:
        """Go through the whole flow; return the reply of the token endpoint."""
        return self.redeem(self.answered()["code"]).document


def sign_in(visitor: Visitor, user_name: str = "alice") -> str:
    """Sign in at the page; return the cookie."""
    reply = visitor.submit("/sign-in", {"username": user_name, "password": "any"})
    return reply.headers["set-cookie"].partition(";")[0]
