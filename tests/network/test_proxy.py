"""Behind a company's proxy: the certificate, the exceptions, and the messages when something is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from credential_process.sandbox import Sandbox
from testing.executable import Executable
from testing.home import Home
from tests.network.conftest import hosts

NOBODY_LISTENS = "http://127.0.0.1:9"
PASSWORD = "hunter2"


def assert_unreachable(get: Executable, home: Home, environment: dict[str, str]) -> str:
    """Run `get`, and expect exit 5, one line and an unchanged token; return the line."""
    token = home.token_file().read_text()
    done = get(environment=environment)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (5, "", 1)
    assert home.token_file().read_text() == token
    return done.stderr


def test_a_whole_sign_in_goes_through_the_proxy(get: Executable, sandbox: Sandbox) -> None:
    """Registration, page, exchange and credentials; but not the landing page."""
    done = get()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["Version"] == 1
    assert hosts(sandbox) == {
        "oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com",
    }  # fmt: skip


@pytest.mark.usefixtures("signed_in")
def test_the_variable_of_the_proxy_may_be_in_lower_case(get: Executable, sandbox: Sandbox) -> None:
    """Most Unix programs read it so, and some only that."""
    environment = {**get.environment, "https_proxy": get.environment["HTTPS_PROXY"]}
    del environment["HTTPS_PROXY"]
    assert get(environment=environment).returncode == 0
    assert len(hosts(sandbox)) == 2


@pytest.fixture
def other_ca(tmp_path: Path) -> Path:
    """Copy the certificate of another proxy."""
    with Sandbox(connect_proxy=True) as other:
        copy = tmp_path / "other.crt"
        copy.write_text(Path(other.ca_bundle).read_text())
    return copy


def test_another_ca_is_one_line(
    get: Executable, signed_in: Home, sandbox: Sandbox, other_ca: Path
) -> None:
    """An attacker between here and AWS must not get the token."""
    environment = {**get.environment, "AWS_CA_BUNDLE": str(other_ca)}
    line = assert_unreachable(get, signed_in, environment)
    assert "certificate is not trusted" in line
    assert "AWS_CA_BUNDLE (or REQUESTS_CA_BUNDLE) alone is trusted" in line
    assert sandbox.requests() == []


def test_a_file_of_certificates_that_was_corrected_is_read_again(
    get: Executable, signed_in: Home, sandbox: Sandbox, other_ca: Path
) -> None:
    """The broker stays for minutes, and a user who follows the hint tries again at once."""
    environment = {**get.environment, "AWS_CA_BUNDLE": str(other_ca)}
    assert_unreachable(get, signed_in, environment)
    other_ca.write_text(Path(sandbox.ca_bundle).read_text())
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_system_does_not_trust_the_proxy(
    get: Executable, signed_in: Home, sandbox: Sandbox
) -> None:
    """The most common mistake behind a proxy: its certificate is not configured."""
    environment = {**get.environment}
    del environment["AWS_CA_BUNDLE"]
    line = assert_unreachable(get, signed_in, environment)
    assert "install its certificate on this computer, or set AWS_CA_BUNDLE" in line
    assert len(line) < 500
    assert sandbox.requests() == []


@pytest.mark.usefixtures("signed_in")
def test_the_variable_of_requests_is_followed(get: Executable) -> None:
    """Botocore follows it, so users behind a proxy have set it for the AWS CLI."""
    environment = {**get.environment, "REQUESTS_CA_BUNDLE": get.environment["AWS_CA_BUNDLE"]}
    del environment["AWS_CA_BUNDLE"]
    assert get(environment=environment).returncode == 0


@pytest.mark.usefixtures("signed_in")
def test_the_variable_of_aws_comes_before_that_of_requests(get: Executable) -> None:
    """As botocore has it."""
    environment = {**get.environment, "REQUESTS_CA_BUNDLE": "/nonexistent"}
    assert get(environment=environment).returncode == 0


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("is_set", [True, False])
def test_check_reports_which_certificates_are_trusted_and_what_to_do(
    get: Executable, *, is_set: bool
) -> None:
    """The first command of a user whose proxy inspects connections, and of the colleague who helps."""
    environment = {**get.environment}
    bundle = environment.pop("AWS_CA_BUNDLE")
    if is_set:
        environment["AWS_CA_BUNDLE"] = bundle
    done = replace(get, command="check")("--sso-session", "corp", "--json", environment=environment)
    report = json.loads(done.stdout)
    (fact,) = [each for each in report["facts"] if each["message"].startswith("certificates in")]
    fixes = [each["fix"] for each in report["findings"] if each["code"] == "service-unreachable"]
    assert (bundle in fact["message"], len(fixes)) == (is_set, 0 if is_set else 1)
    assert all("install its certificate on this computer" in fix for fix in fixes)


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "", "no certificate\n"], ids=["gone", "empty", "text"])
def test_a_bundle_that_cannot_be_read_is_one_line(
    get: Executable, signed_in: Home, tmp_path: Path, content: str | None, name: str
) -> None:
    """The path may have been right on the old laptop."""
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    environment = {**get.environment}
    del environment["AWS_CA_BUNDLE"]
    line = assert_unreachable(get, signed_in, {**environment, name: str(bundle)})
    assert str(bundle) in line
    assert name in line


def test_a_proxy_that_is_not_there_is_one_line(get: Executable, signed_in: Home) -> None:
    """At home the company's proxy cannot be reached."""
    environment = {**get.environment, "HTTPS_PROXY": NOBODY_LISTENS}
    assert "proxy" in assert_unreachable(get, signed_in, environment)


@pytest.mark.parametrize("proxy", ["nonsense", "http://", "http://[::1", "ftp://127.0.0.1:9"])
def test_a_proxy_that_is_not_a_url_is_one_line(
    get: Executable, signed_in: Home, proxy: str
) -> None:
    """Whatever is in the variable, there is no traceback."""
    assert_unreachable(get, signed_in, {**get.environment, "HTTPS_PROXY": proxy})


def test_the_password_of_a_proxy_is_not_shown(get: Executable, signed_in: Home) -> None:
    """The line is copied into the logs of builds."""
    proxy = f"http://user:{PASSWORD}@127.0.0.1:9"
    line = assert_unreachable(get, signed_in, {**get.environment, "HTTPS_PROXY": proxy})
    logs = "".join(log.read_text() for log in signed_in.host_files("broker.log"))
    assert PASSWORD not in line + logs


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    "exceptions", ["127.0.0.1", "localhost, 127.0.0.1", "127.0.0.1:{port}", "*"]
)
def test_hosts_of_no_proxy_are_asked_directly(
    get: Executable, sandbox: Sandbox, name: str, exceptions: str
) -> None:
    """A private endpoint in the company's network is not behind its proxy."""
    port = sandbox.url.rpartition(":")[2]
    private = {**sandbox.environment, "HTTP_PROXY": NOBODY_LISTENS}
    environment = {**get.environment, **private, name: exceptions.format(port=port)}
    done = get(environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert hosts(sandbox) == set()


@pytest.mark.parametrize("exceptions", ["", "example.com", "27.0.0.1", "127.0.0.1:1"])
def test_other_hosts_are_asked_through_the_proxy(
    get: Executable, signed_in: Home, sandbox: Sandbox, exceptions: str
) -> None:
    """An exception for one host does not apply to another with a similar name."""
    private = {**sandbox.environment, "HTTP_PROXY": NOBODY_LISTENS, "NO_PROXY": exceptions}
    assert_unreachable(get, signed_in, {**get.environment, **private})


def test_two_callers_of_one_broker_may_have_different_proxies(
    get: Executable, signed_in: Home, sandbox: Sandbox
) -> None:
    """The broker must not keep the environment of the caller that started it."""
    broken = {**get.environment, "HTTPS_PROXY": NOBODY_LISTENS}
    assert_unreachable(get, signed_in, broken)
    assert get().returncode == 0
    done = get(*get.arguments[:-1], "Administrator", environment=broken)
    assert done.returncode == 5
    assert sandbox.counters()["role_credentials"] == 1
