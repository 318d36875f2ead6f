"""Credentials as ``aws configure export-credentials`` of the AWS CLI v2 prints them, byte for byte, or ``aws sts``.

https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from credential_process.errors import Unavailable

if TYPE_CHECKING:
    from datetime import datetime

_LINES = {
    "env": "export {name}={value}\n",
    "env-no-export": "{name}={value}\n",
    "powershell": '$Env:{name}="{value}"\n',
    "windows-cmd": "set {name}={value}\n",
    "fish": 'set -gx {name} "{value}"\n',
}
_KEYS = {
    "AWS_ACCESS_KEY_ID": "AccessKeyId",
    "AWS_SECRET_ACCESS_KEY": "SecretAccessKey",
    "AWS_SESSION_TOKEN": "SessionToken",
    "AWS_CREDENTIAL_EXPIRATION": "Expiration",
}
FORMATS = ("process", *_LINES)
# The answer of `aws sts assume-role`, which coding agents read: awsCredentialExport of Claude Code.
STS = "credential-export"
# AWS keys and tokens have no other characters, and none of these is special at their place in the lines above. Special
# are: to sh, in a word, blanks, quotation marks and $ ` \ ; & | < > ( ) * ? [ ] { } # !, and a ~ at the beginning; to
# PowerShell, in double quotes, $ and `; to fish, in double quotes, $ and \; to cmd, after `set NAME=`, % ^ & | < > "
# and, with delayed expansion, ! (a quotation mark would not help there: it becomes a part of the value).
_PLAIN = re.compile(r"[A-Za-z0-9+/=_.:@-]*")


def variables(
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None,
    expires_at: datetime | None,
) -> dict[str, str]:
    """Return credentials as environment variables; keys that never expire have neither token nor expiration."""
    expiration = None if expires_at is None else expires_at.isoformat()
    values = (access_key_id, secret_access_key, session_token, expiration)
    return {name: value for name, value in zip(_KEYS, values, strict=True) if value is not None}


def export(form: str, variables: dict[str, str]) -> str:
    """Return variables in one of `FORMATS` or as `STS`; raises `Unavailable` for a value that a shell would misread.

    Shells evaluate these lines, so a value that contains shell code would be executed.
    """
    keys = {_KEYS[name]: value for name, value in variables.items()}
    if form == STS:
        return json.dumps({"Credentials": keys}, indent=4) + "\n"
    if form == "process":
        return json.dumps({"Version": 1, **keys}, indent=2, separators=(",", ": ")) + "\n"
    for name, value in variables.items():
        if _PLAIN.fullmatch(value) is None:
            raise Unavailable(
                f"{name} has characters that a shell would misread", hint="use --format process"
            )
    line = _LINES[form]
    return "".join(line.format(name=name, value=value) for name, value in variables.items())
