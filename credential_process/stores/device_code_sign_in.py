"""An open sign-in by device code, which the user can finish on any device."""

from __future__ import annotations

from typing import ClassVar

from credential_process.stores.open_sign_in import OpenSignIn


class DeviceCodeSignIn(OpenSignIn):
    """A sign-in by device code (RFC 8628): an address, a user code to enter there, and a device code to poll with."""

    __slots__ = ("address", "device_code", "interval", "user_code")

    flow: ClassVar[str] = "device_code"

    device_code: str
    user_code: str
    address: str
    interval: int

    @property
    def url(self) -> str:
        """The address from the service, with or without the user code in it."""
        return self.address
