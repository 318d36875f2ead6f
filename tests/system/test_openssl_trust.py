"""Where a computer with Linux has its certificates: distributions differ, and so do builds of Python."""

import ssl
import subprocess
from pathlib import Path

import pytest

from credential_process.sandbox.http.certificates import Certificates
from credential_process.system import openssl_trust
from credential_process.system.openssl_trust import Places


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the certificate of one authority."""
    copy = tmp_path_factory.mktemp("authority") / "tls-ca-bundle.pem"
    made = Certificates()
    copy.write_text(made.ca_bundle.read_text())
    made.close()
    return copy


@pytest.fixture
def nowhere(tmp_path: Path) -> Places:
    """Return places of which none exists."""
    return Places(str(tmp_path / "cert.pem"), str(tmp_path / "certs"), ())


def trusted(places: Places) -> int:
    """Return how many authorities are trusted, as far as they are loaded already."""
    context = openssl_trust.context(places)
    return context.cert_store_stats()["x509_ca"] if context else 0


def test_the_file_of_openssl_is_used(nowhere: Places, authority: Path) -> None:
    """On most distributions OpenSSL and Python were built to look in the same place."""
    places = nowhere._replace(file=str(authority), others=("/nonexistent",))
    assert (openssl_trust.place(places), trusted(places)) == (str(authority), 1)


def test_the_folder_of_openssl_is_used(nowhere: Places, authority: Path) -> None:
    """Debian keeps one file for each authority, under the hash of its name."""
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(authority)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    folder = Path(nowhere.folder)
    folder.mkdir()
    (folder / f"{shown}.0").symlink_to(authority)
    assert openssl_trust.place(nowhere) == nowhere.folder
    assert openssl_trust.context(nowhere) is not None


def test_a_folder_that_openssl_reads_nothing_of_is_not_used(
    nowhere: Places, authority: Path
) -> None:
    """The Python of uv looks into this folder on Red Hat, where everything is in one file elsewhere."""
    folder = Path(nowhere.folder)
    folder.mkdir()
    (folder / "ca-bundle.crt").symlink_to(authority)
    places = nowhere._replace(others=("/nonexistent", str(authority)))
    assert (openssl_trust.place(places), trusted(places)) == (str(authority), 1)


def test_an_empty_file_is_not_used(nowhere: Places, authority: Path) -> None:
    """An image that was built without `update-ca-certificates` may have one."""
    Path(nowhere.file).touch()
    places = nowhere._replace(others=(str(authority),))
    assert openssl_trust.place(places) == str(authority)


def test_a_computer_without_certificates_is_found(nowhere: Places) -> None:
    """Small images of containers have none, and then those of botocore are used."""
    assert (openssl_trust.place(nowhere), openssl_trust.context(nowhere)) == ("", None)


def test_a_variable_of_one_caller_is_not_followed(
    nowhere: Places, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker serves all callers, and `check` has to report what it does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert ssl.get_default_verify_paths().cafile == str(authority)  # the positive control
    assert openssl_trust.place() != str(authority)
    assert openssl_trust.context(nowhere) is None
