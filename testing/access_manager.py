"""What administrators read of account access manager, which moto lacks: three operations, as botocore models them.

Requests and responses are checked against the shapes of the model; a response that does not have its shape is a defect
of this server, and raised as such.
"""

import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import botocore.session

from testing.shapes import problems

MODEL = botocore.session.get_session().get_service_model("account-access")
OPERATIONS = ("ListApplications", "GetApplication", "ListEntitlements")
_REGION = re.compile(r"Credential=[^/]+/[0-9]+/([^/]+)/account-access/")

Document = dict[str, Any]
Answer = tuple[int, Document]


@dataclass
class AccessManager:
    """Applications by their ARNs, with the entitlements of each, as the API describes them."""

    applications: dict[str, Document] = field(default_factory=dict)
    entitlements: dict[str, list[Document]] = field(default_factory=dict)

    def application(self, instance_arn: str, tenant_id: str, region: str) -> str:
        """Make an application for the users of an instance; return the ARN."""
        arn = f"arn:aws:account-access:{region}:123456789012:application/{uuid.uuid4()}"
        now = int(time.time())
        self.applications[arn] = {
            "identitySource": {"identityCenter": {"instanceArn": instance_arn}},
            "status": "ACTIVE",
            "tenantId": tenant_id,
            "createdAt": now,
            "updatedAt": now,
        }
        self.entitlements[arn] = []
        return arn

    def grant(
        self, application: str, role_arn: str, account_name: str, principal: dict[str, str]
    ) -> str:
        """Grant a role to ``{"userId": …}`` or ``{"groupId": …}``; return the id of the entitlement."""
        granted = {
            "principal": {"identityCenter": principal},
            "roleArn": role_arn,
            "account": role_arn.split(":")[4],
        }
        if account_name:
            granted["accountName"] = account_name
        entitlement = {
            "entitlementId": str(uuid.uuid4()),
            "entitlement": {"principalRole": granted},
            "createdAt": int(time.time()),
        }
        self.entitlements[application].append(entitlement)
        return str(entitlement["entitlementId"])

    def answer(self, operation: str, body: Document, headers: Mapping[str, str]) -> Answer:
        """Answer a request."""
        model = MODEL.operation_model(operation)
        wrong = list(problems(model.input_shape, body))
        if wrong:
            return _refusal("ValidationException", "; ".join(wrong))
        region = _REGION.search(headers["Authorization"])
        assert region, headers
        status, reply = self._answer(operation, body, region[1])
        defects = list(problems(model.output_shape, reply)) if status == 200 else []
        if defects:
            raise AssertionError(f"{operation}: {defects}")
        return status, reply

    def _answer(self, operation: str, body: Document, region: str) -> Answer:
        if operation == "ListApplications":
            members = ("tenantId", "createdAt", "updatedAt")
            listed = [
                {"applicationArn": arn, **{name: each[name] for name in members if name in each}}
                for arn, each in self.applications.items()
                if arn.split(":")[3] == region
            ]
            return 200, _page("applications", listed, body)
        application = self.applications.get(body["applicationArn"])
        if application is None or body["applicationArn"].split(":")[3] != region:
            return _refusal("ResourceNotFoundException", "The application does not exist", 404)
        if operation == "GetApplication":
            return 200, application
        wanted = body["filter"].get("principalRole", {})
        found = [
            each
            for each in self.entitlements[body["applicationArn"]]
            if wanted.items() <= each["entitlement"]["principalRole"].items()
        ]
        return 200, _page("entitlements", found, body)


def operation_of(method: str, path: str, body: Document) -> tuple[str, Document]:
    """Return the operation that a request is for, with its parameters."""
    for name in OPERATIONS:
        http = MODEL.operation_model(name).http
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", http["requestUri"])
        found = re.fullmatch(pattern, path)
        if found and http["method"] == method:
            in_path = {key: unquote(value) for key, value in found.groupdict().items()}
            return name, {**body, **in_path}
    raise LookupError(f"{method} {path}")


def _page(key: str, items: list[Document], body: Document) -> Document:
    start = int(body.get("nextToken", 0))
    end = start + int(body.get("maxResults", 100))
    more = {"nextToken": str(end)} if end < len(items) else {}
    return {key: items[start:end], **more}


def _refusal(code: str, message: str, status: int = 400) -> Answer:
    return status, {"__type": code, "message": message}
