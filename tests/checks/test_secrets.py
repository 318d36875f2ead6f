"""Users paste the output of `check` into public issues: there is no secret in it."""

import json
from dataclasses import replace

import pytest

from testing.executable import Executable
from testing.home import Home

KEY_IN_CONFIG = "wJalrXUtnFEMI/K7MDENG/config"
KEY_IN_CREDENTIALS = "wJalrXUtnFEMI/K7MDENG/credentials"
KEY_IN_ENVIRONMENT = "wJalrXUtnFEMI/K7MDENG/environment"
PROXY_PASSWORD = "password-of-a-proxy"


@pytest.mark.parametrize("form", [("--json",), ()], ids=["as JSON", "as text"])
def test_check_prints_no_secret(get: Executable, home: Home, line: str, form: tuple[str]) -> None:
    """Keys in files and variables, tokens and role credentials are all there, and are reported without their values."""
    assert get().returncode == 0
    home.config.write_text(
        f"{home.config.read_text()}\n[profile dev]\n{line}\nregion = us-east-1\n"
        f"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {KEY_IN_CONFIG}\n"
    )
    credentials = home.aws / "credentials"
    credentials.write_text(
        f"[dev]\naws_access_key_id = AKIA\naws_secret_access_key = {KEY_IN_CREDENTIALS}\n"
    )
    variables = {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": KEY_IN_ENVIRONMENT,
        "AWS_SESSION_TOKEN": KEY_IN_ENVIRONMENT,
        "HTTP_PROXY": f"http://user:{PROXY_PASSWORD}@proxy.example.com:3128",
    }
    check = replace(get, command="check", environment={**get.environment, **variables})
    done = check("--all", *form)
    assert "environment-keys" in done.stdout + check("--all", "--json").stdout
    assert [secret for secret in secrets_of(home) if secret in done.stdout + done.stderr] == []


def secrets_of(home: Home) -> list[str]:
    """Return the secrets of a home whose user is signed in and has credentials of a role."""
    token = json.loads(home.token_file().read_text())
    (document,) = home.session_folder().glob("roles/*/*")
    role = json.loads(document.read_text().partition("\n")[2])
    found = [token["accessToken"], token["refreshToken"], token["clientSecret"]]
    found += [role["SecretAccessKey"], role["SessionToken"]]
    return [*found, KEY_IN_CONFIG, KEY_IN_CREDENTIALS, KEY_IN_ENVIRONMENT, PROXY_PASSWORD]
