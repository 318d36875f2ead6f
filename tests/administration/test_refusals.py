"""What is reported for exceptions of botocore that no server can cause."""

import string
from typing import Any

import botocore
import botocore.exceptions
import botocore.session
import pytest

from credential_process.administration import refusals
from credential_process.administration.calls import Calls
from credential_process.errors import Refused, SignInNeeded, Unavailable, UsageError
from testing.executable import Executable
from testing.home import Home

KEYS = "aws_access_key_id = AKIA\naws_secret_access_key = secret"
ROLE = "role_arn = arn:aws:iam::111122220001:role/Auditor"
# What is below [profile org-admin], and a word of what is reported.
MISTAKES = [
    (f"{KEYS}\n[profile org-admin]", "Unable to parse"),
    (f"{ROLE}\nsource_profile = nosuch", "nosuch"),
    (f"{ROLE}\nsource_profile = org-admin", "loop"),
    (f"{ROLE}\ncredential_source = nosuch", "nosuch"),
    (ROLE, "source_profile"),
    (f"{ROLE}\nweb_identity_token_file = /nosuch/token", "/nosuch/token"),
    (f"role_arn = short\nsource_profile = keys\n[profile keys]\n{KEYS}", "RoleArn"),
    ("sso_session = nosuch\nsso_account_id = 111122220001\nsso_role_name = Auditor", "nosuch"),
    ("aws_access_key_id = AKIA", "aws_secret_access_key"),
    ("credential_process = /nosuch/program", "/nosuch/program"),
    ("credential_process = echo hello", "the profile cannot be used"),
    (f"{KEYS}\ndefaults_mode = nosuch", "nosuch"),
]
# What else a profile can cause, in some version of botocore, and what is raised instead.
OTHERS: list[tuple[str, type[Exception]]] = [
    ("ConfigNotFound", UsageError),
    ("EndpointProviderError", UsageError),
    ("InvalidChecksumConfigError", UsageError),
    ("InvalidIMDSEndpointError", UsageError),
    ("InvalidSTSRegionalEndpointsConfigError", UsageError),
    ("MissingDependencyException", UsageError),
    ("UnknownSignatureVersionError", UsageError),
    ("SSOTokenLoadError", SignInNeeded),
    ("UnauthorizedSSOTokenError", SignInNeeded),
    ("TokenRetrievalError", SignInNeeded),
    ("NoAuthTokenError", SignInNeeded),
    ("RefreshWithMFAUnsupportedError", SignInNeeded),
    ("LoginRefreshRequired", SignInNeeded),
    ("LoginInsufficientPermissions", Refused),
    ("EndpointConnectionError", Unavailable),
    ("ConnectTimeoutError", Unavailable),
]


def test_a_botocore_that_does_not_know_a_service_is_to_be_updated() -> None:
    """Account access manager is younger than the oldest botocore that works with the rest."""
    calls = Calls(botocore.session.get_session())
    with pytest.raises(UsageError) as caught:
        calls.call("account-access-2", "us-east-1", "ListApplications")
    assert str(caught.value) == (
        f"botocore {botocore.__version__} does not know the service account-access-2; "
        "update boto3 and botocore"
    )


@pytest.mark.parametrize(("lines", "shown"), MISTAKES)
def test_a_mistake_in_the_profile_is_a_usage_error(
    home: Home, environment: dict[str, str], lines: str, shown: str
) -> None:
    """Users looked for it in the network, where botocore has not been yet."""
    with home.config.open("a") as config:
        config.write(f"\n[profile org-admin]\nregion = us-east-1\n{lines}\n")
    unused = {"AWS_ENDPOINT_URL_SSO_ADMIN": "http://127.0.0.1:9"}
    variables = {**environment, **unused, "AWS_PROFILE": "org-admin"}
    done = Executable("admin", home.path, variables, ())("lookup", "user", "ada")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert shown in done.stderr
    assert "check the profile in ~/.aws/config" in done.stderr


@pytest.mark.parametrize(("name", "kind"), OTHERS)
def test_the_class_of_an_exception_decides(name: str, kind: type[Exception]) -> None:
    """Only what happens on the way to the service may be the network."""
    raised = getattr(botocore.exceptions, name)
    words: dict[str, Any] = {
        field: field for _, field, _, _ in string.Formatter().parse(raised.fmt) if field
    }
    assert type(refusals.from_botocore(raised(**words), "sso-admin", "ListInstances")) is kind
