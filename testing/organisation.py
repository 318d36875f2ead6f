"""An organisation that can be administered: moto's server, behind a small HTTP server of this project.

moto 5.2 answers two operations without looking at assignments, and knows no groups of users in a third. The server in
front answers these as AWS does, from what was made through it, and hands everything else on to moto:
``ListAccountsForProvisionedPermissionSet``, ``ListPermissionSetsProvisionedToAccount`` and
``ListAccountAssignmentsForPrincipal``. It also serves account access manager, which moto lacks. It writes ARNs of
permission sets as AWS does, and moto does not. It also counts requests, and can be asked to answer otherwise.
"""

import contextlib
import http.client
import http.server
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3

from testing.access_manager import AccessManager, operation_of
from testing.serving import serving

# What .ci/install has made, in an environment of its own: it is large, and nothing else needs it.
MOTO = Path(sys.prefix) / "moto" / "bin" / "moto_server"
MANAGEMENT = "123456789012"  # moto's account
REGION = "us-east-1"
_KEYS = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
# As in the model of the service; an ARN of another form is invalid, and not one of something that was deleted.
_PERMISSION_SET = re.compile(
    r"arn:aws:sso:::permissionSet/(sso)?ins-[a-zA-Z0-9.-]{16}/ps-[a-zA-Z0-9./-]{16}"
)
_MOTOS_ARN = re.compile(r":instance/(ssoins-\w+/ps-)")

Body = dict[str, Any]
# Answers a request, or returns None to leave it to the next.
Answer = Callable[[str, Body], tuple[int, Body] | None]


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """Run moto's server; yield its address."""
    assert MOTO.exists(), "moto is missing: run make test"
    server = subprocess.Popen(
        [str(MOTO), "--host", "127.0.0.1", "--port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    draining = threading.Thread(target=server.stderr.read)
    with server:
        try:
            address = next(line.split()[-1] for line in server.stderr if "Running on" in line)
            draining.start()
            yield address
        finally:
            server.terminate()
            if draining.ident is not None:  # otherwise it has not started
                draining.join()


def refusal(code: str, message: str = "", status: int = 400) -> tuple[int, Body]:
    """Return an error response of a JSON service."""
    return status, {"__type": code, "message": message}


def instead(operation: str, answer: Callable[[Body], tuple[int, Body] | None]) -> Answer:
    """Return what answers one operation."""
    return lambda asked, body: answer(body) if asked == operation else None


def at_first(reply: tuple[int, Body]) -> Answer:
    """Return what answers each request when it comes for the first time."""
    seen: set[str] = set()

    def answer(operation: str, body: Body) -> tuple[int, Body] | None:
        request = f"{operation} {body}"
        if request in seen:
            return None
        seen.add(request)
        return reply

    return answer


@dataclass
class Organisation:
    """The services at `url`; `requests` are those since the last `forget`, with their headers."""

    url: str = ""
    moto: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[tuple[str, Body, dict[str, str]]] = field(default_factory=list)
    assigned: list[Body] = field(default_factory=list)
    groups_of: dict[str, list[str]] = field(default_factory=dict)
    access_manager: AccessManager = field(default_factory=AccessManager)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What leads the product's clients here."""
        services = ("SSO_ADMIN", "IDENTITYSTORE", "ORGANIZATIONS", "ACCOUNT_ACCESS")
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in services}

    def forget(self) -> None:
        """Forget the requests and the other answers."""
        self.answers.clear()
        self.requests.clear()

    def counts(self) -> Counter[str]:
        """Count the requests by operation."""
        return Counter(operation for operation, _, _ in self.requests)

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client for making things: always the same, since it takes long to make."""
        if (service, region) not in self._clients:
            where = {"endpoint_url": self.url, "region_name": region}
            self._clients[service, region] = boto3.client(service, **where, **_KEYS)
        return self._clients[service, region]

    def answer(
        self, method: str, path: str, body: Body, headers: dict[str, str]
    ) -> tuple[int, Body]:
        """Answer a request, which names its operation in a header, or else by method and path."""
        operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
        is_of_access_manager = not operation
        if is_of_access_manager:
            operation, body = operation_of(method, path, body)
        self.requests.append((operation, body, headers))
        for answer in list(self.answers):
            answered = answer(operation, body)
            if answered is not None:
                return answered
        if is_of_access_manager:
            return self.access_manager.answer(operation, body, headers)
        match operation:
            case "CreateAccountAssignment":
                self.assigned.append(body)
            case "ListAccountsForProvisionedPermissionSet":
                return self._page("AccountIds", "TargetId", ("PermissionSetArn",), body)
            case "ListPermissionSetsProvisionedToAccount":
                return self._page("PermissionSets", "PermissionSetArn", ("AccountId",), body)
            case "ListAccountAssignmentsForPrincipal" if body["PrincipalType"] == "USER":
                return self._with_groups(body, headers)
        return self._of_moto(body, headers)

    def _page(self, key: str, listed: str, by: tuple[str, ...], body: Body) -> tuple[int, Body]:
        """List one field of the assignments that have these fields, a page at a time."""
        names = {"AccountId": "TargetId"}
        wanted = {names.get(name, name): body[name] for name in (*by, "InstanceArn")}
        found = dict.fromkeys(
            each[listed] for each in self.assigned if wanted.items() <= each.items()
        )
        start = int(body.get("NextToken", 0))
        end = start + body.get("MaxResults", 100)
        more = {"NextToken": str(end)} if end < len(found) else {}
        return 200, {key: list(found)[start:end], **more}

    def _with_groups(self, body: Body, headers: dict[str, str]) -> tuple[int, Body]:
        status, reply = self._of_moto(body, headers)
        for group in self.groups_of.get(body["PrincipalId"], []):
            of_group = {**body, "PrincipalType": "GROUP", "PrincipalId": group}
            reply["AccountAssignments"] += self._of_moto(of_group, headers)[1]["AccountAssignments"]
        return status, reply

    def _of_moto(self, body: Body, headers: dict[str, str]) -> tuple[int, Body]:
        if "PermissionSetArn" in body and not _PERMISSION_SET.fullmatch(body["PermissionSetArn"]):
            return refusal("ValidationException", "the ARN does not match the pattern")
        moto = http.client.HTTPConnection(urlsplit(self.moto).netloc, timeout=60)
        with contextlib.closing(moto):
            kept = {
                name: value
                for name, value in headers.items()
                if name.lower() not in {"host", "content-length"}
            }
            text = json.dumps(body).replace(":permissionSet/", ":instance/")
            moto.request("POST", "/", text, kept)
            reply = moto.getresponse()
            text = _MOTOS_ARN.sub(r":permissionSet/\1", reply.read().decode())
            return reply.status, json.loads(text)


@contextlib.contextmanager
def organisation() -> Iterator[Organisation]:
    """Serve an organisation that has a management account, and an instance of Identity Center in each region."""
    served = Organisation()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Otherwise the body waits until the client has acknowledged the headers: 40 ms.
        wbufsize = -1

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a client that has seen enough
                super().handle()

        def do_GET(self) -> None:
            headers = dict(self.headers)
            length = int(headers.get("Content-Length", 0))
            sent = self.rfile.read(length)
            if len(sent) < length:
                return  # the client has ended
            body = json.loads(sent or "{}")
            status, reply = served.answer(self.command, self.path, body, headers)
            text = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(text)))
            if "__type" in reply:  # where clients of REST APIs look for it
                self.send_header("X-Amzn-ErrorType", reply["__type"])
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with moto_server() as served.moto, serving(server):
        served.url = f"http://127.0.0.1:{server.server_port}"
        served.client("organizations").create_organization(FeatureSet="ALL")
        yield served


@dataclass
class Instance:
    """An instance of an organisation, in which users, groups and assignments are made."""

    organisation: Organisation
    region: str = REGION

    def __post_init__(self) -> None:
        self.admin = self.organisation.client("sso-admin", self.region)
        self.store = self.organisation.client("identitystore", self.region)
        (instance,) = self.admin.list_instances()["Instances"]
        self.arn: str = instance["InstanceArn"]
        self.store_id: str = instance["IdentityStoreId"]

    def user(self, name: str) -> str:
        """Make a user; return the id."""
        person = {"DisplayName": name, "Name": {"GivenName": name, "FamilyName": "L"}}
        made = self.store.create_user(IdentityStoreId=self.store_id, UserName=name, **person)
        return str(made["UserId"])

    def group(self, name: str) -> str:
        """Make a group; return the id."""
        made = self.store.create_group(IdentityStoreId=self.store_id, DisplayName=name)
        return str(made["GroupId"])

    def permission_set(self, name: str) -> str:
        """Make a permission set; return the ARN."""
        made = self.admin.create_permission_set(InstanceArn=self.arn, Name=name)
        return str(made["PermissionSet"]["PermissionSetArn"])

    def assign(self, permission_set: str, account: str, kind: str, principal: str) -> None:
        """Assign a permission set in an account to a USER or a GROUP."""
        self.admin.create_account_assignment(
            InstanceArn=self.arn,
            PermissionSetArn=permission_set,
            TargetId=account,
            TargetType="AWS_ACCOUNT",
            PrincipalType=kind,
            PrincipalId=principal,
        )


def account(organisation: Organisation, name: str, unit: str = "") -> str:
    """Make an account, in an organizational unit if one is given; return the id."""
    organizations = organisation.client("organizations")
    made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
    account_id = str(made["CreateAccountStatus"]["AccountId"])
    if unit:
        parents = organizations.list_parents(ChildId=account_id)["Parents"]
        organizations.move_account(
            AccountId=account_id, SourceParentId=parents[0]["Id"], DestinationParentId=unit
        )
    return account_id


def unit(organisation: Organisation, name: str, parent: str = "") -> str:
    """Make an organizational unit, in the root if no parent is given; return the id."""
    organizations = organisation.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    made = organizations.create_organizational_unit(ParentId=parent or root, Name=name)
    return str(made["OrganizationalUnit"]["Id"])
