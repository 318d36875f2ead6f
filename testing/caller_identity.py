"""Whose credentials these are, by the sandbox's STS, which verifies the signature."""

import json
from typing import Any

import boto3

from credential_process.sandbox import Sandbox


def caller_identity(sandbox: Sandbox, text: str) -> dict[str, Any]:
    """Return the answer of GetCallerIdentity to boto3 with the credentials in a JSON text, as `get` prints it."""
    keys = json.loads(text)
    sts = boto3.client(
        "sts",
        endpoint_url=sandbox.environment["AWS_ENDPOINT_URL_STS"],
        region_name=sandbox.region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    caller: dict[str, Any] = sts.get_caller_identity()
    return caller
