"""Which certificates are trusted where the environment names none, or a file or folder of its own."""

import subprocess
from pathlib import Path

import pytest

from credential_process.errors import Unavailable
from credential_process.identity_center import certificates
from credential_process.identity_center.connections import Connections
from credential_process.identity_center.endpoints import PORTAL, endpoint
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.sandbox import Sandbox


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the certificate of an authority that no system knows."""
    copy = tmp_path_factory.mktemp("authority") / "authority.crt"
    with Sandbox(connect_proxy=True) as sandbox:
        copy.write_text(Path(sandbox.ca_bundle).read_text())
    return copy


@pytest.fixture
def no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OpenSSL look where there is nothing, as in small images of containers."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))


def count(bundle: str) -> int:
    """Return how many authorities are trusted, as far as they are loaded already."""
    return certificates.context(bundle).cert_store_stats()["x509_ca"]


@pytest.mark.usefixtures("no_store")
def test_what_the_computer_trusts_is_trusted(
    authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator has installed the certificate of the company's proxy, and nothing else is added to it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert count("") == 1


@pytest.mark.usefixtures("no_store")
def test_a_computer_without_certificates_trusts_those_of_botocore() -> None:
    """An image of a container may have no ca-certificates."""
    assert count("") > 50


def test_a_file_replaces_what_the_computer_trusts(authority: Path) -> None:
    """Whoever names certificates wants no others."""
    assert count(str(authority)) == 1


def test_a_folder_of_certificates_may_be_named(tmp_path: Path) -> None:
    """As made by c_rehash(1); OpenSSL reads from it what it needs."""
    with Sandbox(connect_proxy=True) as sandbox:
        shown = subprocess.run(
            ["openssl", "x509", "-noout", "-subject_hash", "-in", sandbox.ca_bundle],
            capture_output=True,
            text=True,
            check=True,
        )
        link = tmp_path / f"{shown.stdout.strip()}.0"
        link.symlink_to(sandbox.ca_bundle)
        environment = ServiceEnvironment(ca_bundle=str(tmp_path), https_proxy=sandbox.proxy_url)
        portal = Connections(endpoint(PORTAL, sandbox.region, environment), environment)
        assert portal.send("GET", "/assignment/accounts", {}).status == 401


@pytest.mark.parametrize("content", [None, "", "no certificate\n"], ids=["gone", "empty", "text"])
def test_a_file_that_is_no_bundle_is_named(tmp_path: Path, content: str | None) -> None:
    """In one line, with the variable to change."""
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(Unavailable) as failure:
        certificates.context(str(bundle))
    assert str(bundle) in failure.value.message
    assert "AWS_CA_BUNDLE" in failure.value.hint
