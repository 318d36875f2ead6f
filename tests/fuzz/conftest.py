"""Fixtures of the targets: a state folder, a config file and a token, in the environment of this process."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credential_process import paths
from credential_process.stores import mailbox, token_cache
from credential_process.stores.token_cache import Registration, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

START_URL, REGION = "https://d-1234567890.awsapps.com/start", "us-east-1"
CONFIG = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n"


@dataclass(frozen=True, slots=True)
class Place:
    """A home of the target, with a user who is signed in."""

    home: Path

    @property
    def state(self) -> str:
        """The state root."""
        return str(self.home / "state")

    @property
    def config(self) -> str:
        """The config file."""
        return str(self.home / "config")

    @property
    def cache(self) -> str:
        """The folder of the token cache."""
        return str(self.home / ".aws" / "sso" / "cache")

    @property
    def token_file(self) -> str:
        """The token of the session corp."""
        return token_cache.path(self.cache, "corp")

    @property
    def session(self) -> str:
        """The folder of the session corp."""
        return paths.session_folder(self.state, "corp", "")

    @property
    def host(self) -> str:
        """The folder of this host in it."""
        return mailbox.host_folder(self.session)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Make the home, and make it the home of this process."""
    place = Place(tmp_path_factory.mktemp("home"))
    Path(place.state).mkdir(0o700)
    Path(place.config).write_text(CONFIG)
    token_cache.store(place.token_file, a_token())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSO_CREDENTIAL_PROCESS_HOME", place.state)
        environment.setenv("AWS_CONFIG_FILE", place.config)
        for name in ("HOME", "USERPROFILE"):  # the variable of Windows
            environment.setenv(name, str(place.home))
        for name in ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"):
            environment.delenv(name, raising=False)
        yield place


def a_token() -> Token:
    """Return a valid token that can be refreshed."""
    ends = int(time.time()) + 8 * 3600
    return Token(
        start_url=START_URL,
        region=REGION,
        access_token="aoa-access",
        expires_at=ends,
        registration=Registration(client_id="id", client_secret="secret", expires_at=ends),
        refresh_token="aor-refresh",
    )


def put(path: str, content: bytes) -> None:
    """Write a file there, whatever it was before."""
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    Path(path).write_bytes(content)
