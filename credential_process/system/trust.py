"""What this computer trusts, for connections with TLS; a separate module, since only they and `check` need it.

`context` returns a client's context that trusts it, or None if the computer has no certificates; `place` returns what
a user knows its certificates by: the path of a file or a folder, or the name of a store; empty if it has none.
"""

import sys

if sys.platform == "win32":
    from credential_process.system.native_trust import context

    def place() -> str:
        """Return what a user knows the certificates by."""
        return "the system stores of Windows"

elif sys.platform == "darwin":
    from credential_process.system.native_trust import context

    def place() -> str:
        """Return what a user knows the certificates by."""
        return "the keychains of macOS"

else:
    from credential_process.system.openssl_trust import context, place

__all__ = ("context", "place")
