"""docs/agents.md: its commands as the programs start them, and what these programs contain for signing in."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from credential_process.sandbox import Sandbox
from testing.events import until
from testing.executable import Executable
from testing.home import Home
from testing.people import Pause, Person
from tests.page_blocks import PAGES, Reader, blocks, here

PAGE = (PAGES / "docs" / "agents.md").read_text()
JAVASCRIPT = Path(__file__).parent / "sdks" / "javascript"
# What `fromNodeProviderChain` of @aws-sdk/credential-providers returns.
CHAIN = """
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
const credentials = defaultProvider(JSON.parse(process.argv[1]));
const { Arn } = await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}));
console.log(Arn);
"""
BOTO3 = "import boto3; print(boto3.Session().client('sts').get_caller_identity()['Arn'])"
Environment = dict[str, str]


def block(kind: str) -> str:
    """Return the only block of a kind."""
    (text,) = [text for found, text in blocks(PAGE) if found == kind]
    return text


def settings(name: str) -> Any:
    """Return the content of a JSON block."""
    return json.loads(block(f"json {name}"))


@pytest.fixture
def environment_of_agent(get: Executable, home: Home) -> Environment:
    """Add the profile of the page, and return the environment that an agent is started in."""
    Reader(home, dict(get.environment)).follow(f"```ini\n{block('ini')}```\n")
    return dict(get.environment)


@pytest.fixture
def production(environment_of_agent: Environment, home: Home) -> Environment:
    """Add the session for production, too."""
    Reader(home, environment_of_agent).follow(f"```ini\n{block('ini production')}```\n")
    return environment_of_agent


def run(environment: Environment, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as agents do: through a shell, with pipes, and without a terminal."""
    return subprocess.run(
        command,
        shell=True,
        env=environment,
        cwd=environment["HOME"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        start_new_session=True,
    )


def javascript(environment: Environment, options: dict[str, str]) -> str:
    """Return the identity that the AWS SDK for JavaScript finds."""
    assert shutil.which("node"), "node is missing: run make test"
    command = ["node", "--input-type=module", "-e", CHAIN, json.dumps(options)]
    done = subprocess.run(
        command, env=environment, cwd=JAVASCRIPT, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_claude_code_signs_in_once_however_often_it_is_started(
    environment_of_agent: Environment, sandbox: Sandbox, person: Person
) -> None:
    """A page at every start is what users of agents complain about most."""
    command = settings("claude")["awsAuthRefresh"]
    first = run(environment_of_agent, command)
    assert (first.returncode, len(person.arrivals())) == (0, 1)
    assert person.arrivals()[0] in first.stderr  # Claude Code shows it
    before = sandbox.requests()
    assert [run(environment_of_agent, command).returncode for _ in range(3)] == [0, 0, 0]
    assert (sandbox.requests(), len(person.arrivals())) == (before, 1)


def test_the_settings_of_claude_code_choose_the_role(
    environment_of_agent: Environment, person: Person
) -> None:
    """Its SDK reads the profile that the settings put into its environment."""
    chosen = settings("claude")
    assert run(environment_of_agent, chosen["awsAuthRefresh"]).returncode == 0
    arn = javascript({**environment_of_agent, **chosen["env"]}, {})
    assert ":111122220001:assumed-role/AWSReservedSSO_Developer_" in arn
    assert len(person.arrivals()) == 1


def test_the_sdk_of_claude_code_signs_in_itself(
    environment_of_agent: Environment, person: Person
) -> None:
    """The line asks, so `awsAuthRefresh` is needed for a longer wait and a visible address only."""
    assert "Developer" in javascript({**environment_of_agent, **settings("claude")["env"]}, {})
    assert len(person.arrivals()) == 1


def test_the_exported_credentials_are_those_that_claude_code_reads(
    environment_of_agent: Environment,
) -> None:
    """Its documentation has the form; STS verifies what they sign."""
    chosen = settings("claude-export")
    assert run(environment_of_agent, chosen["awsAuthRefresh"]).returncode == 0
    exported = json.loads(run(environment_of_agent, chosen["awsCredentialExport"]).stdout)
    credentials = exported["Credentials"]
    assert {"AccessKeyId", "SecretAccessKey", "SessionToken"} <= credentials.keys()
    keys = {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }
    environment = {**environment_of_agent, **chosen["env"], **keys}
    assert "Developer" in javascript(environment, {})


def test_an_export_without_a_sign_in_opens_no_page(
    environment_of_agent: Environment, nobody: Person
) -> None:
    """Its output is not shown, so the user would not know which program asks."""
    environment = {**environment_of_agent, "BROWSER": nobody.browser}
    done = run(environment, settings("claude-export")["awsCredentialExport"])
    assert (done.returncode, done.stdout) == (3, "")


def test_a_sign_in_outlives_the_three_minutes_of_claude_code(
    environment_of_agent: Environment,
    people: Callable[..., Person],
    pause: Pause,
    nobody: Person,
    home: Home,
) -> None:
    """A user who looks for a second factor must not have to begin again."""
    slow = people("--wait-for", str(pause.path))
    process = subprocess.Popen(
        settings("claude")["awsAuthRefresh"],
        shell=True,
        env={**environment_of_agent, "BROWSER": slow.browser},
        start_new_session=True,
    )
    until(slow.arrivals, "the page is open")
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=60)
    until(pause.end, "the user answers")
    until(home.token_file().exists, "the user is signed in")
    command = settings("claude-export")["awsCredentialExport"]
    done = run({**environment_of_agent, "BROWSER": nobody.browser}, command)
    assert (done.returncode, len(slow.arrivals())) == (0, 1)


def test_opencode_uses_the_profile_of_its_file(
    environment_of_agent: Environment, person: Person
) -> None:
    """It passes the profile to the chain of the SDK for JavaScript."""
    options = settings("opencode")["provider"]["amazon-bedrock"]["options"]
    environment = {**environment_of_agent, "AWS_REGION": options["region"]}
    assert "Developer" in javascript(environment, {"profile": options["profile"]})
    assert len(person.arrivals()) == 1


def test_codex_names_a_profile_that_exists(environment_of_agent: Environment) -> None:
    """Its own SDK is tried in another program."""
    tomllib = pytest.importorskip("tomllib")
    chosen = tomllib.loads(block("toml codex"))["model_providers"]["amazon-bedrock"]["aws"]
    done = run(environment_of_agent, f"sso-credential-process export --profile {chosen['profile']}")
    assert done.returncode == 0


def test_an_mcp_server_has_the_profile_in_its_environment(
    environment_of_agent: Environment, person: Person
) -> None:
    """The proxy of AWS signs with the credentials of a boto3 session."""
    server = settings("mcp")["mcpServers"]["aws"]
    environment = {**environment_of_agent, **server["env"]}
    done = subprocess.run(
        [sys.executable, "-I", "-c", BOTO3],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert "Developer" in done.stdout
    assert len(person.arrivals()) == 1


def test_the_session_for_production_never_opens_a_page(
    production: Environment, person: Person, sandbox: Sandbox
) -> None:
    """The agent is signed in to its own session, and may not get into this one."""
    assert run(production, settings("claude")["awsAuthRefresh"]).returncode == 0
    before = len(sandbox.requests())
    done = run(production, "sso-credential-process export --profile production")
    assert (done.returncode, done.stdout) == (3, "")
    assert "the session allows only explicit sign-ins" in done.stderr
    assert (len(person.arrivals()), len(sandbox.requests())) == (1, before)


def test_production_is_open_from_login_to_logout(production: Environment, person: Person) -> None:
    """Everything on the page works, and the agent stays signed in to its own session."""
    assert run(production, settings("claude")["awsAuthRefresh"]).returncode == 0
    done = run(production, f"bash -euo pipefail -c '{block('sh production')}'")
    assert done.returncode == 0, done.stderr
    assert "AWSReservedSSO_Administrator_" in done.stdout
    assert len(person.arrivals()) == 2
    export = "sso-credential-process export --profile"
    assert run(production, f"{export} production").returncode == 3
    assert run(production, f"{export} bedrock --no-login").returncode == 0


def test_an_agent_that_never_opens_a_page_can_be_signed_in(
    environment_of_agent: Environment, person: Person
) -> None:
    """`awsAuthRefresh` is the user's own wish."""
    chosen = settings("claude-never")
    environment = {**environment_of_agent, **chosen["env"]}
    export = "sso-credential-process export --profile bedrock"
    assert (run(environment, export).returncode, person.arrivals()) == (3, [])
    assert run(environment, settings("claude")["awsAuthRefresh"]).returncode == 0
    assert run(environment, export).returncode == 0


@pytest.mark.parametrize("rule", settings("claude-never")["permissions"]["deny"])
def test_what_an_agent_must_not_run_opens_a_page(
    environment_of_agent: Environment, person: Person, rule: str
) -> None:
    """Users type these commands, so the variable does not stop them."""
    more = {
        "sso-credential-process login": "",
        "sso-credential-process roles": "",
        "sso-credential-process configure": "populate --region us-east-1 --yes",
    }
    command = rule.removeprefix("Bash(").removesuffix(":*)")
    environment = {**environment_of_agent, **settings("claude-never")["env"]}
    done = run(environment, f"{command} {more[command]} --profile bedrock")
    assert (done.returncode, len(person.arrivals())) == (0, 1)


def test_a_config_file_of_its_own_hides_production(production: Environment, home: Home) -> None:
    """What is not in it does not exist for the agent, but the sign-in is shared."""
    for_agent = Home(home.path)
    own = home.aws / "agent-config"
    kept = home.config.read_text()
    home.config.write_text("")
    Reader(for_agent, production).follow(f"```ini\n{block('ini agent')}```\n")
    own.write_text(home.config.read_text())
    home.config.write_text(kept)
    assert run(production, settings("claude")["awsAuthRefresh"]).returncode == 0
    done = run(production, f"bash -euo pipefail -c '{block('sh agent')}'")
    assert done.returncode == 0, done.stderr
    assert "AWSReservedSSO_Developer_" in done.stdout
    environment = {**production, "AWS_CONFIG_FILE": str(own)}
    hidden = run(environment, "sso-credential-process export --profile production")
    assert (hidden.returncode, "there is no profile 'production'" in hidden.stderr) == (2, True)


def test_every_command_of_the_page_runs_in_its_order(
    get: Executable, home: Home, person: Person
) -> None:
    """A new block is run too, or fails here for its kind."""
    reader = Reader(home, dict(get.environment))
    for kind, text in blocks(PAGE):
        match kind.split(" "):
            case ["ini", "agent"]:
                (home.aws / "agent-config").write_text(here(text))
            case ["sh" | "ini" as language, *_]:
                reader.follow(f"```{language}\n{text}```\n")
            case ["json", _]:
                json.loads(text)
            case ["toml", _]:
                assert "profile = " in text
            case _:
                raise AssertionError(f"what is a block of {kind!r}?")
    assert len(person.arrivals()) == 2  # for each session


def test_every_block_is_one_that_a_test_uses() -> None:
    """A recipe that is not run goes wrong unnoticed."""
    source = Path(__file__).read_text()
    for kind, _ in blocks(PAGE):
        name = kind.partition(" ")[2]
        assert f'"{kind}"' in source or f"'{kind}'" in source or f'("{name}")' in source, kind
