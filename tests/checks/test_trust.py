"""Which certificates are trusted, and files of certificates that cannot be."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from credential_process.checks import trust
from credential_process.checks.findings import Fact
from credential_process.sandbox.http.certificates import Certificates


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with one certificate."""
    copy = tmp_path_factory.mktemp("bundle") / "ca.pem"
    made = Certificates()
    copy.write_text(made.ca_bundle.read_text())
    made.close()
    return copy


def found(variables: Mapping[str, str]) -> str:
    """Return the one thing that was found: the message of a fact, or the code and the message of a finding."""
    (each,) = trust.check(variables)
    return each.message if isinstance(each, Fact) else f"{each.kind.code}: {each.message}"


def test_without_a_variable_the_computer_decides() -> None:
    """The message names the place, so that an administrator knows where a certificate belongs."""
    message = found({"AWS_CA_BUNDLE": ""})
    assert message.startswith("certificates in /")
    assert message.endswith(" are trusted")


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_variable_replaces_them(bundle: Path, name: str) -> None:
    """Users who set it for one proxy are surprised at home."""
    assert found({name: str(bundle)}) == (
        f"certificates in {bundle} are trusted, and no others ({name})"
    )


def test_the_variable_of_aws_comes_first(bundle: Path) -> None:
    """As botocore has it."""
    both = {"AWS_CA_BUNDLE": str(bundle), "REQUESTS_CA_BUNDLE": "/nonexistent"}
    assert "AWS_CA_BUNDLE" in found(both)


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "no certificate in PEM"),
        (b"no certificate\n", "no certificate in PEM"),
        (
            b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
            "no certificate in PEM",
        ),
    ],
    ids=["gone", "empty", "text", "cut"],
)
def test_a_file_that_is_no_bundle_is_a_finding(
    tmp_path: Path, name: str, content: bytes | None, problem: str
) -> None:
    """The path may have been right on the old laptop."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    message = found({name: str(file)})
    assert message.startswith(f"ca-bundle: {name} is {file}: ")
    assert problem in message


def test_a_certificate_in_der_is_a_finding(tmp_path: Path, bundle: Path) -> None:
    """As Windows exports it, unless it is asked for Base64."""
    file = tmp_path / "ca.cer"
    command = ["openssl", "x509", "-in", str(bundle), "-outform", "der", "-out", str(file)]
    subprocess.run(command, check=True)
    assert "no certificate in PEM" in found({"AWS_CA_BUNDLE": str(file)})


def test_a_folder_needs_the_names_that_openssl_looks_for(tmp_path: Path, bundle: Path) -> None:
    """Otherwise it trusts no certificate at all, and without a message."""
    (tmp_path / "ca.pem").write_text(bundle.read_text())
    assert "c_rehash" in found({"AWS_CA_BUNDLE": str(tmp_path)})
    (tmp_path / "0123abcd.0").symlink_to(tmp_path / "ca.pem")
    assert "are trusted" in found({"AWS_CA_BUNDLE": str(tmp_path)})
