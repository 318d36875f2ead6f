"""The device flow in steps, for a client that registers as the AWS CLI does."""

from dataclasses import dataclass
from typing import Any

from tests.sandbox.authorization import START_URL, Client
from tests.sandbox.visitor import Reply, Visitor

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPED = {"clientName": "corp", "clientType": "public", "scopes": ["sso:account:access"]}


@dataclass(frozen=True, slots=True)
class Device:
    """A client without a browser."""

    client: Client

    @classmethod
    def register(cls, visitor: Visitor, **changes: Any) -> "Device":
        """Register a device client, with scopes unless the changes remove them."""
        document = visitor.post("/client/register", SCOPED | changes).document
        return cls(Client(visitor, document["clientId"], document["clientSecret"]))

    @property
    def visitor(self) -> Visitor:
        """Return the connection that the client uses."""
        return self.client.visitor

    def start(self, start_url: str = START_URL) -> Reply:
        """Start a device authorization."""
        return self.visitor.post(
            "/device_authorization",
            {
                "clientId": self.client.client_id,
                "clientSecret": self.client.client_secret,
                "startUrl": start_url,
            },
        )

    def poll(self, device_code: str) -> Reply:
        """Ask for the token."""
        return self.client.token(GRANT, deviceCode=device_code)
