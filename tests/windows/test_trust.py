"""What Windows trusts is trusted: a company's administrators install the certificate of their proxy there.

Wine verifies as Windows does, but for a chain without its root, which it takes for trusted; the sandbox sends its root.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.home import Home
from testing.wine import PYTHON, Executable, Windows, windows_path

# CertOpenStore with CERT_STORE_PROV_SYSTEM_W and CERT_SYSTEM_STORE_CURRENT_USER; a context that is not freed would
# keep the store from being written.
STORE = """
import ctypes, ssl, sys
crypt32 = ctypes.WinDLL("crypt32")
crypt32.CertOpenStore.restype = ctypes.c_void_p
root = crypt32.CertOpenStore(ctypes.c_void_p(10), 0, None, 0x10000, ctypes.c_wchar_p("Root"))
root, context = ctypes.c_void_p(root), ctypes.c_void_p()
with open(sys.argv[2]) as file:
    certificate = ssl.PEM_cert_to_DER_cert(file.read())
X509, USE_EXISTING = 1, 2
arguments = root, X509, certificate, len(certificate), USE_EXISTING, ctypes.byref(context)
assert crypt32.CertAddEncodedCertificateToStore(*arguments)
end = {"add": crypt32.CertFreeCertificateContext, "remove": crypt32.CertDeleteCertificateFromStore}
assert end[sys.argv[1]](context)
assert crypt32.CertCloseStore(root, 0)
"""


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
def store(
    windows: Windows, sandbox: Sandbox, tmp_path: Path, environment: dict[str, str]
) -> Iterator[Callable[[str], None]]:
    """Return a function that adds the certificate to the store of this user's roots, or removes it."""
    copy = tmp_path / "proxy.pem"
    copy.write_text(Path(sandbox.ca_bundle).read_text())

    def change(how: str) -> None:
        command = (windows_path(PYTHON), "-I", "-c", STORE, how, windows_path(copy))
        done = windows.start(command, environment).finish()
        assert (done.returncode, done.stderr) == (0, "")

    yield change
    change("remove")


@pytest.mark.usefixtures("signed_in")
def test_a_certificate_that_is_not_installed_is_refused(
    get: Executable, behind_proxy: dict[str, str], sandbox: Sandbox
) -> None:
    """An attacker between here and AWS must not get the token."""
    done = get(environment=behind_proxy)
    assert (done.returncode, done.stdout) == (5, "")
    assert "certificate is not trusted" in done.stderr
    assert sandbox.requests() == []


@pytest.mark.usefixtures("signed_in")
def test_a_certificate_that_is_installed_is_trusted(
    get: Executable, behind_proxy: dict[str, str], store: Callable[[str], None]
) -> None:
    """Users behind a proxy that inspects connections need no variable."""
    store("add")
    done = get(environment=behind_proxy)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_variable_replaces_what_windows_trusts(
    get: Executable,
    behind_proxy: dict[str, str],
    store: Callable[[str], None],
    signed_in: Home,
    sandbox: Sandbox,
) -> None:
    """As on other systems: a file of certificates is all that is trusted."""
    store("add")
    bundle = signed_in.path / "other.pem"
    with Sandbox(connect_proxy=True) as other:
        bundle.write_text(Path(other.ca_bundle).read_text())
    done = get(environment={**behind_proxy, "AWS_CA_BUNDLE": windows_path(bundle)})
    assert (done.returncode, done.stdout) == (5, "")
    assert "AWS_CA_BUNDLE" in done.stderr
    assert sandbox.requests() == []
