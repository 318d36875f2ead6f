"""A botocore that is older than what we say to the service, as an AWS CLI of some years brings it."""

import pytest

from credential_process.errors import Refused
from credential_process.identity_center.calls import Calls
from credential_process.identity_center.environment import ServiceEnvironment
from credential_process.identity_center.limiter import Limiter
from credential_process.identity_center.older_models import config
from credential_process.sandbox import Sandbox


def test_what_a_model_does_not_know_is_sent_all_the_same(sandbox: Sandbox) -> None:
    """Without the code verifier no browser's sign-in would come to an end."""
    environment = ServiceEnvironment(oidc_endpoint=sandbox.url)
    calls = Calls(sandbox.region, environment, Limiter())
    with pytest.raises(Refused):
        calls.call("sso-oidc", "register_client", 1, clientName="test", newerThanAnyModel="yes")
    (request,) = sandbox.requests()
    assert request.body == {"clientName": "test", "newerThanAnyModel": "yes"}


def test_what_is_off_may_be_unknown() -> None:
    """FIPS and dual-stack are newer than the oldest botocore that can sign in."""
    assert config({"connect_timeout": 3, "unknown_yet": False}).connect_timeout == 3


def test_what_is_on_must_be_known() -> None:
    """Whoever asks for FIPS must not be taken elsewhere without a word."""
    with pytest.raises(ValueError, match="too old for unknown_yet"):
        config({"unknown_yet": True})
