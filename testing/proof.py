"""Proof of whose credentials a call printed: the sandbox knows the user of every access key."""

import json
import subprocess
from pathlib import Path

from credential_process.sandbox import Sandbox
from credential_process.sandbox.state.role_credentials import Issued
from testing.home import Home

Done = subprocess.CompletedProcess[str]


def issued(sandbox: Sandbox, done: Done) -> Issued:
    """Return the user that the printed credentials were issued to."""
    assert done.returncode == 0, done.stderr
    found = sandbox.issued(json.loads(done.stdout)["AccessKeyId"])
    assert found is not None, f"not of this portal: {done.stdout}"
    return found


def outcome(sandbox: Sandbox, done: Done) -> tuple[int, str]:
    """Return the exit code, and the user of the printed credentials, if there are any."""
    return done.returncode, issued(sandbox, done).user_name if done.stdout else ""


def files_with_tokens(home: Home, sandbox: Sandbox) -> list[Path]:
    """Return the files below ``.aws`` that contain an access token or refresh token of the sandbox."""
    tokens = [
        secret.encode()
        for secret in sandbox.secrets()
        if secret.startswith(("aoaAAAAAG", "aorAAAAAG"))
    ]
    return [
        path
        for path in sorted(home.aws.rglob("*"))
        if path.is_file() and holds(path.read_bytes(), tokens)
    ]


def holds(content: bytes, tokens: list[bytes]) -> bool:
    """Return whether a file contains a token, plain or escaped as in JSON or a URL."""
    return any(
        token in content or token.replace(b"/", b"%2F").replace(b"+", b"%2B") in content
        for token in tokens
    )
