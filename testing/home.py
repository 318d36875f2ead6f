"""A home directory for one test, and the paths in it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from credential_process import documents, paths
from credential_process.sandbox import Sandbox, Tenant
from credential_process.stores import document_store, sign_in_record

SESSION = """\
[sso-session {name}]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access
"""


@dataclass(slots=True)
class Home:
    """A home with ``.aws/config``; folders as DESIGN lays them out.

    `endpoints` are those at which its callers reach the sandbox that was added last.
    """

    path: Path
    endpoints: tuple[str, str] = ("", "")

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

    def add_session(self, sandbox: Sandbox, name: str = "corp") -> None:
        """Configure an SSO session, as the last section."""
        self.endpoints = (
            sandbox.environment["AWS_ENDPOINT_URL_SSO"],
            sandbox.environment["AWS_ENDPOINT_URL_SSO_OIDC"],
        )
        self.aws.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.config.open("a") as config:
            config.write(
                SESSION.format(name=name, start_url=sandbox.start_url, region=sandbox.region)
            )

    def set_tenant(self, tenant_id: str) -> None:
        """Let the last session of the config file name a tenant of account access manager."""
        with self.config.open("a") as config:
            config.write(f"credential_process_tenant_id = {tenant_id}\n")

    def sign_in(
        self,
        sandbox: Sandbox,
        key: str = "corp",
        *,
        user_name: str = "alice",
        tenant: Tenant | None = None,
        scopes: tuple[str, ...] = ("sso:account:access",),
        **changes: str,
    ) -> None:
        """Store a valid token in the cache, like ``aws sso login`` does; no user is asked."""
        file = self.token_file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        token = sandbox.sign_in(user_name, scopes, tenant)
        file.write_text(json.dumps({**token, **changes}))
        file.chmod(0o600)

    def sign_out(self, sandbox: Sandbox, key: str = "corp") -> None:
        """End the session and remove the token, like ``aws sso logout`` does, without running the product."""
        end_session(sandbox, json.loads(self.token_file(key).read_text())["accessToken"])
        self.token_file(key).unlink()

    def token_file(self, key: str = "corp") -> Path:
        """Return the token file of an SSO session's name, or of a start URL as written."""
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        return self.aws / "sso" / "cache" / f"{digest}.json"

    def session_folder(self, name: str = "corp", *, start_url: str = "") -> Path:
        """Return the folder of a session's state at the sandbox."""
        return Path(
            paths.session_folder(
                str(self.state), "" if start_url else name, start_url, self.endpoints
            )
        )

    def document(self, account_id: str, role_name: str, session: str = "corp") -> Path:
        """Return the path of one role's document."""
        return Path(paths.role_path(str(self.session_folder(session)), account_id, role_name))

    def store_document(
        self,
        account_id: str,
        role_name: str,
        *,
        sandbox: Sandbox,
        session: str,
        refresh_at: int,
        expires_at: int,
        line: str,
        seen: Path | None = None,
    ) -> None:
        """Store credentials as if they had been fetched with the current token; times are epoch seconds.

        `seen` is the path at which the callers see this home, if it differs.
        """
        token = json.loads(self.token_file(session).read_text())["accessToken"]

        def stamp(path: Path) -> str:
            return documents.stamp(str(path)).replace(str(self.path), str(seen or self.path))

        document = documents.Document(
            subject=documents.role_subject(account_id, role_name),
            refresh_at=refresh_at,
            expires_at=expires_at,
            session=session,
            start_url=sandbox.start_url,
            region=sandbox.region,
            endpoints=self.endpoints,
            sign_in=sign_in_record.digest(token),
            config=stamp(self.config),
            token=stamp(self.token_file(session)),
            line=line,
        )
        self.state.mkdir(mode=0o700, exist_ok=True)
        document_store.store(str(self.document(account_id, role_name, session)), document)

    def wants(self) -> list[Path]:
        """Return the wants that callers wait for now, in all sessions and on all hosts."""
        return [want for want in self.state.glob("*/hosts/*/wants/*") if want.is_file()]

    def host_files(self, name: str) -> list[Path]:
        """Return the files of this name, such as ``broker.log``, in the host folders."""
        return list(self.state.glob(f"*/hosts/*/{name}"))


def end_session(sandbox: Sandbox, access_token: str) -> None:
    """End the session of an access token at the portal; raises HTTPError for an invalid one."""
    headers = {"x-amz-sso_bearer_token": access_token}
    request = Request(f"{sandbox.url}/logout", b"", headers, method="POST")
    with build_opener(ProxyHandler({})).open(request, timeout=60):
        pass
