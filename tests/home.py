"""A home directory of a test's own, and where things are in it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """A home with ``.aws/config``; folders as DESIGN lays them out."""

    path: Path

    @property
    def aws(self) -> Path:
        """The folder of the AWS tools."""
        return self.path / ".aws"

    @property
    def config(self) -> Path:
        """The config file of the AWS tools."""
        return self.aws / "config"

    @property
    def state(self) -> Path:
        """The state root of the product."""
        return self.aws / "sso-credential-process"

    def token_file(self, key: str = "corp") -> Path:
        """Return the token file of an SSO session's name, or of a start URL as written."""
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        return self.aws / "sso" / "cache" / f"{digest}.json"

    def document(self, account_id: str, role_name: str, session: str = "session-corp") -> Path:
        """Return the file that holds one role's credentials."""
        return self.state / session / "roles" / account_id / role_name

    def wants(self) -> list[Path]:
        """Return what callers are waiting for now, over all sessions and hosts."""
        return [want for want in self.state.glob("*/hosts/*/wants/*") if want.is_file()]

    def host_files(self, name: str) -> list[Path]:
        """Return the files of this name, such as ``broker.log``, in the host folders."""
        return list(self.state.glob(f"*/hosts/*/{name}"))
