"""The tools that do the same work: how each is called, and its files and environment.

They have the profiles and settings that their users have, and an encrypted file in place of a keyring.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.testbed import EXECUTABLE

PEERS = Path(sys.prefix) / "peers"
BIN = PEERS / "bin"
NOT_BUILT = PEERS / "not-built"
ROLE, OTHER_ROLE = "Developer", "ReadOnly"
SETTINGS = {
    ".aws/config": "\n".join(
        f"""
[profile {role}]
sso_start_url = {{start_url}}
sso_region = {{region}}
sso_account_id = {{account_id}}
sso_role_name = {role}
region = {{region}}
"""
        for role in (ROLE, OTHER_ROLE)
    ),
    ".granted/config": 'DefaultBrowser = "STDOUT"\n[Keyring]\nBackend = "file"\n',
    ".config/aws-sso/config.yaml": """
SSOConfig:
  Default:
    SSORegion: {region}
    StartUrl: {start_url}
SecureStore: file
""",
}
PASSPHRASES = {
    "AWS_SSO_FILE_PASSWORD": "passphrase",
    "AWS_VAULT_BACKEND": "file",
    "AWS_VAULT_FILE_PASSPHRASE": "passphrase",
    "CF_KEYRING_FILE_PASSWORD": "passphrase",
    "GRANTED_DISABLE_UPDATE_CHECK": "true",  # once a day, at a host that is not available here
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: its executable, the rest of its command, and the arguments that print its version.

    A tool that does not use the token of `aws sso login` signs in itself, when it is first called.
    """

    name: str
    executable: str
    arguments: str
    version_arguments: str = "--version"
    uses_cli_token: bool = False


SESSION = "--start-url {start_url} --sso-region {region}"
OURS = Peer(
    "sso-credential-process",
    EXECUTABLE,
    f"get {SESSION} --account-id {{account_id}} --role-name {{role}}",
    uses_cli_token=True,
)
VAULT = "export --format=json {role}"
ALL = (
    OURS,
    Peer(
        "aws-sso-util",
        str(BIN / "aws-sso-util"),
        f"credential-process {SESSION} --account-id {{account_id}} --role-name {{role}}",
        uses_cli_token=True,
    ),
    Peer(
        "AWS CLI v2",
        "/usr/bin/aws",
        "configure export-credentials --profile {role}",
        uses_cli_token=True,
    ),
    Peer("aws-vault", str(BIN / "aws-vault"), VAULT),
    Peer("aws-vault (ByteNess)", str(BIN / "aws-vault-byteness"), VAULT),
    Peer("granted", str(BIN / "granted"), "credential-process --auto-login --profile {role}"),
    Peer(
        "aws-sso-cli",
        str(BIN / "aws-sso"),
        "process --account {account_id} --role {role}",
        version_arguments="version",
    ),
)


class CannotRunError(Exception):
    """A tool cannot be measured here; the text is the reason."""


def version(peer: Peer) -> str:
    """Return the version that a tool prints; raises CannotRunError."""
    if not Path(peer.executable).exists():
        note = NOT_BUILT / Path(peer.executable).name
        reason = (
            note.read_text().strip().rpartition("\n")[2].strip()
            if note.exists()
            else "not installed"
        )
        raise CannotRunError(f"could not be built: {reason}")
    told = subprocess.run(
        [peer.executable, *peer.version_arguments.split()],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"\d+\.\d+\.\d+", told.stdout + told.stderr)
    return found[0] if found else "of no version"
