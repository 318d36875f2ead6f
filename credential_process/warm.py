"""The warm path of `get`: arguments, one file, stdout. When in doubt, `get` takes the ask path.

It imports `sys`, `os`, `time`, `documents` and `paths` only: hundreds of SDK calls pay for every further module.
"""

import os
import time

from credential_process import documents, paths

TENANT, ACCESS_ARN = "--tenant-id", "--role-arn"
# Those of a role of account access manager; they become its name (see `role_of`).
ACCESS = (TENANT, ACCESS_ARN, "--role-session-name", "--role-session-duration")
VALUED = (
    *("--sso-session", "--start-url", "--sso-region", "--account-id", "--role-name", "--wait"),
    *ACCESS,
)
# Those of a chain of roles, which can be repeated; all of them become the value of the first (see `role_chain`).
CHAIN = "--assume-role-arn"
CHAINED = (
    CHAIN,
    "--assume-role-session-name",
    "--assume-role-duration-seconds",
    "--assume-role-external-id",
)
_CHAIN_WORD = len("--assume-role-")
FLAGS = ("--account-id-in-output", "--no-login", "--no-browser", "--device-code", "--debug")
# EINVAL, in place of EPIPE. `errno` and `system` are not loaded here.
_CLOSED_PIPE_OF_WINDOWS = 0 if paths.HAS_OWNERS else 22


def replay(argv: list[str]) -> str | None:
    """Return the line that `get` with these arguments prints, or None if it is not cached or not certainly valid."""
    try:
        options = split(argv)
        document = find(options)
    except (ValueError, OSError):
        return None
    return None if document is None else line_to_print(document, options)


def find(options: dict[str, str]) -> documents.Document | None:
    """Return the cached document for these options of `get`, without refreshing or prompting."""
    document = current(options)
    return document if document is not None and document.is_fresh(time.time()) else None


def current(options: dict[str, str]) -> documents.Document | None:
    """Return the document for these options if config, token and endpoints are unchanged, until it expires."""
    account, role = role_of(options)
    session, start_url = options.get("--sso-session", ""), options.get("--start-url", "")
    if not role or bool(session) == bool(start_url):
        return None
    wait = options.get("--wait", "0")
    if not (wait.isascii() and wait.isdigit()) or (session and "--sso-region" in options):
        return None
    root = paths.state_root()
    if not root:
        return None
    now = time.time()
    endpoints = paths.endpoints()
    folder = paths.session_folder(root, session, start_url, endpoints)
    chain = chain_of(options)
    document = documents.read(paths.role_path(folder, account, role, chain), now)
    if document is None or now >= document.expires_at:
        return None
    # The config file defines the session of this name, so its stamp is compared.
    region = document.region if session else options.get("--sso-region", "")
    asked = (
        documents.role_subject(account, role, chain),
        session,
        start_url or document.start_url,
        region,
    )
    found = (document.subject, document.session, document.start_url, document.region)
    if asked != found or endpoints != document.endpoints:
        return None
    config = paths.config_file() if session else ""
    return document if document.is_unchanged(config, root) else None


def split(argv: list[str]) -> dict[str, str]:
    """Split the arguments of `get` into options; flags have the value ``yes``, and a chain of roles is one option.

    Raises `ValueError` with a message for the user, and the argument if it is unknown.
    """
    options: dict[str, str] = {}
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if name in FLAGS and not equals:
            value = "yes"
        elif name not in VALUED and name not in CHAINED:
            raise ValueError(f"get: unknown argument {word!r}", word)
        elif not equals:
            following = next(words, None)
            if following is None:
                raise ValueError(f"get: {name} needs a value")
            value = following
        if name in CHAINED:
            value = f"{options.get(CHAIN, '')} {name[_CHAIN_WORD:]}={documents.escape(value)}"
            name = CHAIN
        elif name in options:
            raise ValueError(f"get: {name} is given twice")
        options[name] = value
    return options


def role_of(options: dict[str, str]) -> tuple[str, str]:
    """Return account and name of the role in the options; empty if they name none, or both kinds of roles.

    The name of a role of account access manager has all that it depends on in it (see `access_role`).
    """
    account, role = options.get("--account-id", ""), options.get("--role-name", "")
    arn = options.get(ACCESS_ARN, "")
    if not arn:
        # No name may lead out of the folder, not even on Windows; any other wrong value does not match the header.
        is_name = account.isalnum() and "/" not in role and " " not in role
        return (account, role) if is_name and TENANT not in options else ("", "")
    parts = arn.split(":", 5)
    if account or role or len(parts) < 6 or not parts[4].isalnum():
        return "", ""
    words = [(option[2:], options[option]) for option in ACCESS if option in options]
    endpoint = os.environ.get("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME")
    if endpoint:
        words.append(("endpoint", endpoint))
    label = documents.escape(parts[5].partition("/")[2])
    return parts[4], label + "".join(f" {name}={documents.escape(text)}" for name, text in words)


def chain_of(options: dict[str, str]) -> str:
    """Return the chain of roles in the options, with the endpoint of STS in it if that is overridden."""
    chain = options.get(CHAIN, "")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_STS") if chain else None
    return f" endpoint={documents.escape(endpoint)}{chain}" if endpoint else chain


def line_to_print(document: documents.Document, options: dict[str, str]) -> str:
    """Return the line of a document, with the account id if the options ask for it."""
    if "--account-id-in-output" not in options:
        return document.line
    return f'{document.line[:-2]},"AccountId":"{document.account_id}"}}\n'


def write(line: str, descriptor: int) -> None:
    """Write the whole line; raises `OSError`. A closed pipe is not an error: the credentials are already cached."""
    content = line.encode("ascii")
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    except BrokenPipeError:
        pass
    except OSError as error:
        if error.errno != _CLOSED_PIPE_OF_WINDOWS:
            raise
