"""The CONNECT mode: the sandbox under AWS's own host names, for clients without endpoint overrides."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ProxyConnectionError
from botocore.session import get_session

from credential_process.sandbox import Sandbox, Tenant
from tests.sandbox.authorization import START_URL
from tests.sandbox.visitor import Visitor

OIDC = "oidc.us-east-1.amazonaws.com"
PORTAL = "portal.sso.us-east-1.amazonaws.com"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve as a proxy, too."""
    vanity_urls = {"sso.example.com": START_URL}
    replica = Tenant(START_URL, "eu-west-1")
    with Sandbox(seed=1, connect_proxy=True, vanity_urls=vanity_urls, tenants=[replica]) as sandbox:
        yield sandbox
    assert sandbox.defects == []


def connect(sandbox: Sandbox, host: str, port: int = 443) -> http.client.HTTPSConnection:
    """Connect to a host through the proxy, with TLS as strict as in Python 3.13."""
    proxy = urlsplit(sandbox.proxy_url)
    context = ssl.create_default_context(cafile=sandbox.ca_bundle)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    connection = http.client.HTTPSConnection(
        str(proxy.hostname), proxy.port, context=context, timeout=120
    )
    connection.set_tunnel(host, port)
    return connection


def ask(sandbox: Sandbox, host: str, method: str, target: str) -> tuple[int, str | None]:
    """Ask a host through the proxy; return the status and the address of a redirect."""
    connection = connect(sandbox, host)
    connection.request(method, target)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, response.headers["Location"]


def aws_client(
    sandbox: Sandbox,
    service: str,
    region: str = "us-east-1",
    options: Mapping[str, Any] = MappingProxyType({}),
    **keys: str,
) -> Any:
    """Return a botocore client that is configured with the proxy alone."""
    config = Config(
        **options,
        proxies={"https": sandbox.proxy_url},
        retries={"total_max_attempts": 1},
        signature_version=None if keys else UNSIGNED,
    )
    return get_session().create_client(
        service, region, config=config, verify=sandbox.ca_bundle, **keys
    )


def test_a_client_without_overrides_reaches_all_three_services(sandbox: Sandbox) -> None:
    """Debian's AWS CLI has no endpoint overrides, and must be tested, too."""
    registered = aws_client(sandbox, "sso-oidc").register_client(
        clientName="corp", clientType="public"
    )
    token = sandbox.sign_in()["accessToken"]
    role = {"accountId": "111122220001", "roleName": "Developer"}
    credentials = aws_client(sandbox, "sso").get_role_credentials(accessToken=token, **role)
    keys = credentials["roleCredentials"]
    identity = aws_client(
        sandbox,
        "sts",
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    ).get_caller_identity()

    assert (bool(registered["clientId"]), identity["Account"]) == (True, "111122220001")
    hosts = [tunnel.host for tunnel in sandbox.tunnels()]
    assert hosts == [OIDC, PORTAL, "sts.us-east-1.amazonaws.com"]
    assert {record.host for record in sandbox.requests()} == set(hosts)


def test_the_host_name_determines_the_region(sandbox: Sandbox) -> None:
    """So a token of one Region fails at the portal of another, as at AWS."""
    token = sandbox.sign_in(tenant=Tenant(START_URL, "eu-west-1"))["accessToken"]

    assert aws_client(sandbox, "sso", "eu-west-1").list_accounts(accessToken=token)["accountList"]
    portal = aws_client(sandbox, "sso")
    with pytest.raises(portal.exceptions.UnauthorizedException):
        portal.list_accounts(accessToken=token)


@pytest.mark.parametrize(
    ("region", "options"),
    [
        ("us-east-1", {}),
        ("us-east-1", {"use_fips_endpoint": True}),
        ("eu-west-1", {"use_dualstack_endpoint": True}),
        ("eu-west-1", {"use_dualstack_endpoint": True, "use_fips_endpoint": True}),
        ("cn-north-1", {}),
        ("cn-north-1", {"use_dualstack_endpoint": True}),
        ("us-gov-west-1", {}),
        ("us-gov-west-1", {"use_fips_endpoint": True}),
        ("eusc-de-east-1", {}),
        ("eusc-de-east-1", {"use_dualstack_endpoint": True}),
    ],
)
@pytest.mark.parametrize("operation", ["logout", "register"])
def test_every_name_that_botocore_asks_for_is_known(
    sandbox: Sandbox, operation: str, region: str, options: dict[str, bool]
) -> None:
    """AWS's rule sets define the names; the sandbox has a copy of them."""
    if operation == "logout":
        portal = aws_client(sandbox, "sso", region, options)
        with pytest.raises(portal.exceptions.UnauthorizedException):
            portal.logout(accessToken="any")
    else:
        oidc = aws_client(sandbox, "sso-oidc", region, options)
        oidc.register_client(clientName="corp", clientType="public")

    assert [tunnel.opened for tunnel in sandbox.tunnels()] == [True]
    assert [(one.operation, one.region) for one in sandbox.requests()] == [(operation, region)]


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "s3.us-east-1.amazonaws.com",
        "oidc.us-east-1.amazonaws.com.cn",
        "oidc.cn-north-1.amazonaws.com",
        "oidc.eusc-de-east-1.amazonaws.com",
        "oidc-fips.us-gov-west-1.amazonaws.com",
        "oidc.here.amazonaws.com",
        "oidc.us-east-1.amazonaws.com.evil.example",
        "evil-oidc.us-east-1.amazonaws.com",
    ],
)
def test_a_host_that_aws_does_not_have_is_refused(sandbox: Sandbox, host: str) -> None:
    """A client that builds host names wrongly for China or Europe fails here at once."""
    with pytest.raises(OSError, match="403"):
        ask(sandbox, host, "GET", "/")

    assert [(one.host, one.opened) for one in sandbox.tunnels()] == [(host, False)]


def test_the_global_name_of_sts_is_known(sandbox: Sandbox) -> None:
    """Clients with the legacy setting for Regional endpoints use it."""
    assert ask(sandbox, "sts.amazonaws.com", "GET", "/?Action=GetCallerIdentity")[0] == 403
    assert [(one.region, one.status) for one in sandbox.requests()] == [("us-east-1", 403)]


@pytest.mark.parametrize("target", [f"{OIDC}:80", f"{OIDC}:x", OIDC])
def test_only_the_https_port_is_served(visitor: Visitor, target: str) -> None:
    """Any other port is an error of the client."""
    assert visitor.send("CONNECT", target).status == 403


def test_botocore_reports_that_the_proxy_refused(sandbox: Sandbox) -> None:
    """Users behind a corporate proxy read this."""
    with pytest.raises(ProxyConnectionError):
        aws_client(sandbox, "s3").list_buckets()


def test_a_name_serves_its_own_service_alone(sandbox: Sandbox) -> None:
    """A client that sends the right path to the wrong host must fail."""
    assert ask(sandbox, OIDC, "GET", "/assignment/accounts")[0] == 404
    assert ask(sandbox, PORTAL, "GET", "/assignment/accounts")[0] == 401
    assert ask(sandbox, PORTAL, "GET", "/sign-in")[0] == 404
    assert ask(sandbox, OIDC, "GET", "/sign-in")[0] == 200


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_vanity_url_redirects_to_the_start_url(sandbox: Sandbox, method: str) -> None:
    """The CLI resolves it with one HEAD, and takes the Region from the target."""
    assert ask(sandbox, "sso.example.com", method, "/") == (302, START_URL)


def test_a_vanity_host_can_be_made_to_refuse_head(sandbox: Sandbox) -> None:
    """Some do, and then clients send a GET."""
    sandbox.set_faults({"operation": "vanity", "method": "HEAD", "status": 405})

    assert ask(sandbox, "sso.example.com", "HEAD", "/")[0] == 405
    assert ask(sandbox, "sso.example.com", "GET", "/")[0] == 302


def test_vanity_urls_change_while_it_serves(sandbox: Sandbox) -> None:
    """A client must refuse a redirect to a stranger."""
    sandbox.configure(vanity_urls={"other.example.com": "https://evil.example/start"})

    assert ask(sandbox, "other.example.com", "HEAD", "/") == (302, "https://evil.example/start")


def test_the_start_page_is_served_under_its_own_name(sandbox: Sandbox) -> None:
    """A browser behind the proxy can open it."""
    host = str(urlsplit(START_URL).hostname)

    assert ask(sandbox, host, "GET", "/start") == (302, "/sign-in?next=%2Fstart%2F")


def test_a_tunnel_is_kept_for_many_requests(sandbox: Sandbox) -> None:
    """Every SDK reuses its tunnels."""
    connection = connect(sandbox, PORTAL)
    for _ in range(3):
        connection.request("GET", "/assignment/accounts")
        assert connection.getresponse().read()
    connection.close()

    assert (len(sandbox.tunnels()), len(sandbox.requests())) == (1, 3)


@pytest.mark.parametrize("preset", ["drop", "reset", "truncate", "reset_after_headers"])
def test_faults_strike_inside_a_tunnel(sandbox: Sandbox, preset: str) -> None:
    """TLS fails in ways of its own."""
    sandbox.set_faults({"preset": preset})
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(sandbox, PORTAL, "GET", "/assignment/accounts")

    assert ask(sandbox, PORTAL, "GET", "/assignment/accounts")[0] == 401


def test_a_client_that_does_not_trust_it_is_no_defect(
    sandbox: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    """The most common error behind a proxy is the client's alone."""
    port = urlsplit(sandbox.url).port
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=120)
    connection.set_tunnel(OIDC)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/")
    connection.close()
    sandbox.stop()

    assert (capfd.readouterr(), sandbox.requests()) == (("", ""), [])


def test_a_stop_ends_open_tunnels_and_removes_the_keys(sandbox: Sandbox) -> None:
    """Neither an idle tunnel nor an unfinished handshake may delay it."""
    bundle = Path(sandbox.ca_bundle)
    idle = connect(sandbox, OIDC)
    idle.request("GET", "/.health")
    assert idle.getresponse().read()
    address = ("127.0.0.1", urlsplit(sandbox.url).port or 0)
    with socket.create_connection(address, timeout=120) as silent:
        silent.sendall(f"CONNECT {PORTAL}:443 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert silent.recv(100).startswith(b"HTTP/1.1 200")
        threads = list(sandbox._running._connections.values())
        sandbox.stop()
        assert silent.recv(1) == b""
    idle.close()

    assert ([thread.is_alive() for thread in threads], bundle.exists()) == ([False] * 3, False)


def test_it_is_a_proxy_on_request_only() -> None:
    """No client may use it by accident."""
    with Sandbox() as plain, Visitor(plain.url) as other:
        assert other.send("CONNECT", f"{OIDC}:443").status == 403
        with pytest.raises(RuntimeError, match="proxy"):
            _ = plain.proxy_url


def test_the_environment_has_the_proxy_and_the_certificate(sandbox: Sandbox) -> None:
    """A client without overrides needs only these variables."""
    assert sandbox.proxy_environment == {
        "HTTPS_PROXY": sandbox.url,
        "AWS_CA_BUNDLE": sandbox.ca_bundle,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_a_reset_forgets_the_tunnels(sandbox: Sandbox) -> None:
    """One sandbox can serve many tests."""
    ask(sandbox, PORTAL, "GET", "/")
    before = sandbox.tunnels()
    sandbox.reset()

    assert [tunnel.host for tunnel in before] == [PORTAL]
    assert sandbox.tunnels() == []
