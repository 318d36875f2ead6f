"""What Windows trusts is trusted: a company's administrators install the certificate of their proxy there.

Wine verifies as Windows does, but for a chain without its root, which it takes for trusted; the sandbox sends its root.
"""

import hashlib
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home
from testing.wine import PYTHON, Executable, Windows, windows_path

# CertOpenStore with CERT_STORE_PROV_SYSTEM_W and CERT_SYSTEM_STORE_CURRENT_USER.
INSTALL = """
import ctypes, ssl, sys
crypt32 = ctypes.WinDLL("crypt32")
crypt32.CertOpenStore.restype = ctypes.c_void_p
root = crypt32.CertOpenStore(ctypes.c_void_p(10), 0, None, 0x10000, ctypes.c_wchar_p("Root"))
with open(sys.argv[1]) as file:
    certificate = ssl.PEM_cert_to_DER_cert(file.read())
X509, ALWAYS = 1, 4
arguments = ctypes.c_void_p(root), X509, certificate, len(certificate), ALWAYS, None
assert crypt32.CertAddEncodedCertificateToStore(*arguments)
assert crypt32.CertCloseStore(ctypes.c_void_p(root), 0)
"""
INSTALLED = r"HKCU\Software\Microsoft\SystemCertificates\Root\Certificates"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as a proxy in front of AWS's names, with a certificate of its own."""
    with Sandbox(connect_proxy=True) as sandbox:
        yield sandbox
    assert sandbox.defects == []


@pytest.fixture
def behind_proxy(get: Executable, sandbox: Sandbox) -> dict[str, str]:
    """Return the environment of a user who knows of the proxy, and of no certificate."""
    kept = {name: text for name, text in get.environment.items() if name not in sandbox.environment}
    return {**kept, "HTTPS_PROXY": sandbox.proxy_url}


@pytest.fixture
def installed(
    windows: Windows, sandbox: Sandbox, tmp_path: Path, environment: dict[str, str]
) -> Iterator[None]:
    """Put the certificate of the proxy into the store of this user's roots, until the test ends."""
    text = Path(sandbox.ca_bundle).read_text()
    copy = tmp_path / "proxy.pem"
    copy.write_text(text)
    name = hashlib.sha1(ssl.PEM_cert_to_DER_cert(text)).hexdigest().upper()

    def run(*command: str) -> None:
        assert windows.start(command, environment).finish().returncode == 0

    run(windows_path(PYTHON), "-I", "-c", INSTALL, windows_path(copy))
    yield
    # The function that deletes it from a store does not in Wine 8.
    run("reg", "delete", rf"{INSTALLED}\{name}", "/f")


@pytest.mark.usefixtures("signed_in")
def test_a_certificate_that_is_not_installed_is_refused(
    get: Executable, behind_proxy: dict[str, str], sandbox: Sandbox
) -> None:
    """An attacker between here and AWS must not get the token."""
    done = get(environment=behind_proxy)
    assert (done.returncode, done.stdout) == (5, "")
    assert "certificate is not trusted" in done.stderr
    assert sandbox.requests() == []


@pytest.mark.usefixtures("signed_in", "installed")
def test_a_certificate_that_is_installed_is_trusted(
    get: Executable, behind_proxy: dict[str, str]
) -> None:
    """Users behind a proxy that inspects connections need no variable."""
    done = get(environment=behind_proxy)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("installed")
def test_a_variable_replaces_what_windows_trusts(
    get: Executable, behind_proxy: dict[str, str], signed_in: Home, sandbox: Sandbox
) -> None:
    """As on other systems: a file of certificates is all that is trusted."""
    bundle = signed_in.path / "other.pem"
    with Sandbox(connect_proxy=True) as other:
        bundle.write_text(Path(other.ca_bundle).read_text())
    done = get(environment={**behind_proxy, "AWS_CA_BUNDLE": windows_path(bundle)})
    assert (done.returncode, done.stdout) == (5, "")
    assert "AWS_CA_BUNDLE" in done.stderr
    assert sandbox.requests() == []


def test_check_names_the_stores_of_windows(
    command: Callable[[str], Executable], behind_proxy: dict[str, str]
) -> None:
    """It is where an administrator installs the certificate of a proxy."""
    done = command("check")("--sso-session", "corp", "--offline", environment=behind_proxy)
    assert "certificates in the system stores of Windows are trusted" in done.stdout
