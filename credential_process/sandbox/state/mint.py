"""Identifiers, secrets and tokens in the format and length of AWS's.

Lengths matter: a line of credential_process output is about 1,000 bytes with real ones, and a
client secret is longer than many buffers. Clients treat all of them as opaque.
"""

from __future__ import annotations

import base64
import json
import random
import uuid

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # without vowels, so that no code is a word
_SESSION_TOKEN_BYTES = 624  # 832 characters


class Mint:
    """Make every random value of one sandbox; the same seed makes the same values.

    ``secrets`` are all values so far that only the client may see.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing here guards anything real
        self.secrets: list[str] = []

    def request_id(self) -> str:
        """Make the value of ``x-amzn-RequestId``."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def opaque(self, size: int = 24) -> str:
        """Make a URL-safe identifier from this many random bytes."""
        return _base64url(self._random.randbytes(size))

    def client_id(self, region: str) -> str:
        """Make a client id; decoded, it ends in the Region."""
        return _base64url(self._random.randbytes(16) + region.encode())

    def client_secret(self, client_id: str, client_name: str, issued_at: int, ends_at: int) -> str:
        """Make a client secret that looks like a JWT and contains the registration."""
        registration = {
            "clientId": {"value": client_id},
            "idempotentKey": None,
            "tenantId": None,
            "clientName": client_name,
            "backfillVersion": None,
            "clientType": "PUBLIC",
            "templateArn": None,
            "templateContext": None,
            "expirationTimestamp": float(ends_at),
            "createdTimestamp": float(issued_at),
            "updatedTimestamp": float(issued_at),
            "createdBy": None,
            "updatedBy": None,
            "status": None,
            "initiateLoginUri": None,
            "entitledResourceId": None,
            "entitledResourceContainerId": None,
            "externalId": None,
            "softwareId": None,
            "scopes": None,
            "shouldGetValueFromTemplate": True,
        }
        head = json.dumps({"kid": "key-1564028099", "alg": "HS384"}, separators=(",", ":"))
        serialized = json.dumps(registration, separators=(",", ":"))
        body = json.dumps({"serialized": serialized}, separators=(",", ":"))
        parts = (head.encode(), body.encode(), self._random.randbytes(48))
        return self._secret(".".join(_base64url(part) for part in parts))

    def device_code(self) -> str:
        """Make a device code."""
        return self._secret(self.opaque(64))

    def authorization_code(self) -> str:
        """Make an authorization code of the length of AWS's."""
        head = {"kid": self.request_id(), "typ": "JWT", "alg": "dir", "enc": "A256CBC-HS512"}
        parts = (json.dumps(head).encode(), *(self._random.randbytes(n) for n in (16, 384, 32)))
        return self._secret(".".join(_base64url(part) for part in parts))

    def user_code(self) -> str:
        """Make a user code: twice four letters."""
        letters = "".join(self._random.choices(_LETTERS, k=8))
        return f"{letters[:4]}-{letters[4:]}"

    def access_token(self) -> str:
        """Make an access token; like AWS's, it contains a colon."""
        return self._secret(f"aoaAAAAAG{self._base64(120)}:{self._base64(102)}")

    def refresh_token(self) -> str:
        """Make a refresh token."""
        return self._secret(f"aorAAAAAG{self._base64(120)}:{self._base64(102)}")

    def access_key_id(self) -> str:
        """Make the access key id of temporary credentials."""
        return "ASIA" + "".join(self._random.choices(_BASE32, k=16))

    def secret_access_key(self) -> str:
        """Make a secret access key of 40 characters."""
        return self._secret(self._base64(30))

    def session_token(self) -> str:
        """Make a session token of 832 characters that begins like AWS's."""
        start = "IQoJb3JpZ2luX2VjE"
        return self._secret(start + self._base64(_SESSION_TOKEN_BYTES)[len(start) :])

    def _secret(self, value: str) -> str:
        self.secrets.append(value)
        return value

    def _base64(self, size: int) -> str:
        return base64.b64encode(self._random.randbytes(size)).decode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
