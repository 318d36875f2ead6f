"""Which certificates are trusted where the environment names none, or a file or folder of its own."""

import ssl
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


def count(context: ssl.SSLContext) -> int:
    """Return how many authorities are trusted, as far as they are loaded already."""
    return context.cert_store_stats()["x509_ca"]


def test_what_the_computer_trusts_is_trusted(authority: Path) -> None:
    """An administrator has installed the certificate of the company's proxy, and nothing else is added to it."""
    context = certificates.context("", lambda: ssl.create_default_context(cafile=str(authority)))
    assert count(context) == 1


def test_a_computer_without_certificates_trusts_those_of_botocore() -> None:
    """An image of a container may have no ca-certificates."""
    assert count(certificates.context("", lambda: None)) > 50


def test_a_file_replaces_what_the_computer_trusts(authority: Path) -> None:
    """A user who names certificates wants no others."""
    assert count(certificates.context(str(authority))) == 1


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
    assert "AWS_CA_BUNDLE (or REQUESTS_CA_BUNDLE)" in failure.value.hint


@pytest.mark.parametrize("code", [9, 10, 0x800B0101])
def test_a_date_that_is_wrong_is_probably_the_clock(code: int) -> None:
    """A computer whose clock is a year behind trusts no new certificate."""
    error = ssl.SSLCertVerificationError("expired")
    error.verify_code, error.verify_message = code, "certificate has expired"
    reason, hint = certificates.refusal(error, "")
    assert reason.endswith("certificate has expired")
    assert "clock" in hint


def test_another_failure_of_tls_is_not_called_distrust() -> None:
    """A proxy that answers without TLS has no certificate that could be trusted."""
    reason, hint = certificates.refusal(ssl.SSLError(1, "wrong version number"), "")
    assert "certificate" not in reason + hint
