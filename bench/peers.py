"""The tools that do the same work: how each is called, and its files and environment.

They have the profiles and settings that their users have, and an encrypted file in place of a keyring.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bench.testbed import EXECUTABLE

PEERS = Path(sys.prefix) / "peers"
BIN = PEERS / "bin"
NOT_BUILT = PEERS / "not-built"
ROLE, OTHER_ROLE = "Developer", "ReadOnly"
ROLES = (ROLE, *(f"{ROLE}-{number}" for number in range(2, 51)))
PROFILE = """
[profile {role}]
sso_start_url = {start_url}
sso_region = {region}
sso_account_id = {account_id}
sso_role_name = {role}
region = {region}
"""
SETTINGS = {
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

    A tool that does not use the token of `aws sso login` signs in itself, when it is first called. ``elsewhere``: the
    executable is not one that `.ci/install` provides.
    """

    name: str
    executable: str
    arguments: str
    version_arguments: str = "--version"
    uses_cli_token: bool = False
    elsewhere: bool = False

    @property
    def command(self) -> str:
        """Return the name of the executable."""
        return Path(self.executable).name


SESSION = "--start-url {start_url} --sso-region {region}"
OURS = Peer(
    "sso-credential-process",
    EXECUTABLE,
    f"get {SESSION} --account-id {{account_id}} --role-name {{role}}",
    uses_cli_token=True,
)
AWS_SSO_UTIL = "aws-sso-util"
VAULT = "export --format=json {role}"
ALL = (
    OURS,
    Peer(
        AWS_SSO_UTIL,
        str(BIN / "aws-sso-util"),
        f"credential-process {SESSION} --account-id {{account_id}} --role-name {{role}}",
        uses_cli_token=True,
    ),
    Peer(
        "AWS CLI",
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


def tools(folder: Path | None = None) -> tuple[Peer, ...]:
    """Return all tools; an executable in the folder takes the place of the one of the same name that is installed.

    Raises SystemExit if the folder has none of them.
    """
    if not folder:
        return ALL
    folder = folder.expanduser()
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not a folder")
    found = tuple(_from(folder.resolve(), peer) for peer in ALL)
    if not any(peer.elsewhere for peer in found):
        names = ", ".join(peer.command for peer in ALL if peer != OURS)
        raise SystemExit(f"{folder} has none of these executables: {names}")
    return found


def _from(folder: Path, peer: Peer) -> Peer:
    executable = folder / peer.command
    if peer == OURS or not executable.is_file():
        return peer
    return replace(peer, executable=str(executable), elsewhere=True)


def version(peer: Peer) -> str:
    """Return the version that a tool prints; raises CannotRunError."""
    try:
        printed = subprocess.run(
            [peer.executable, *peer.version_arguments.split()],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as exc:
        note = NOT_BUILT / peer.command
        reason = note.read_text().strip() if note.exists() else "not installed"
        last_line = reason.rpartition("\n")[2].strip()
        raise CannotRunError(f"could not be built: {last_line}") from exc
    except OSError as exc:
        raise CannotRunError(str(exc)) from exc
    found = re.search(r"\d+\.\d+\.\d+", printed.stdout + printed.stderr)
    return found[0] if found else "of no version"
