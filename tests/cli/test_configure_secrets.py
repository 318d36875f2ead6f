"""What `configure` shows of a file with keys in it."""

from collections.abc import Callable

import pytest

from testing.executable import PATH, Executable
from testing.home import Home

KEYS = """
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
"""


SECRET = "wJalrXUtnFEMI"
ROLE = ("--account-id", "111122220001", "--role-name", "Developer", "--region", "us-east-1")
DISCARD = ("--sso-session", "corp", *ROLE, "--existing-config-action", "discard")


@pytest.mark.parametrize(
    "text",
    [
        f"aws_secret_access_key: {SECRET}",
        f"AWS_SECRET_ACCESS_KEY:{SECRET}",
        f"# my old secret: {SECRET}",
        f"aws_session_token =\n  {SECRET}\n\n# mine\n\t# {SECRET}\n\t{SECRET}",
        f"aws_session_token = \u2028{SECRET}",
        f"s3 =\n  token : {SECRET}\n   {SECRET}",
        f"credential_process = vault --password {SECRET}",
        f"credential_process = vault --password='x {SECRET}' --role x",
        f"credential_process = vault --Token\n  {SECRET}",
        f"credential_process = env X=y VAULT_TOKEN={SECRET} vault",
        f"credential_process = sh -c 'VAULT_TOKEN={SECRET} vault'",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_no_secret_is_shown_however_it_is_written(
    command: Callable[[str], Executable], home: Home, text: str, newline: str
) -> None:
    """The AWS CLI and the SDKs read each of these."""
    whole = f"{home.config.read_text()}[profile keys]\n{text}\n# last\nregion = x\n"
    home.config.write_bytes(whole.replace("\n", newline).encode())
    done = command("configure")("profile", "keys", *DISCARD, "--dry-run")
    assert (done.returncode, "****" in done.stdout, "-region = x" in done.stdout) == (0, True, True)
    assert SECRET not in done.stdout + done.stderr


def test_what_is_no_secret_is_shown(command: Callable[[str], Executable], home: Home) -> None:
    """Users have to see what is written, and which line of another tool is replaced."""
    line = "/opt/token/tool read secret/aws --profile=password x"
    with home.config.open("a") as config:
        config.write(f"[profile keys]\ncredential_process = {line}\n  # mine\nregion = x\n")
    shown = command("configure")("profile", "keys", *DISCARD, "--dry-run").stdout.splitlines()
    assert shown[3:] == [
        f"-credential_process = {line}",
        "-  # mine",
        "-region = x",
        "+# sso-credential-process: configured for corp",
        f"+credential_process = {PATH} get --sso-session corp {' '.join(ROLE[:4])}",
        "+region = us-east-1",
    ]


def test_a_key_that_is_removed_is_not_shown(
    command: Callable[[str], Executable], home: Home
) -> None:
    """Users paste the output of commands into tickets and chats."""
    home.config.write_text(home.config.read_text() + KEYS)
    done = command("configure")("profile", "keys", *DISCARD, "--dry-run")
    assert (done.returncode, "-aws_secret_access_key = " in done.stdout) == (0, True)
    assert [key for key in KEYS.split()[4::3] if key in done.stdout + done.stderr] == []
