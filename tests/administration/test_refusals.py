"""What is reported for exceptions of botocore that no server can cause."""

import botocore
import botocore.session
import pytest

from credential_process.administration.calls import Calls
from credential_process.errors import UsageError


def test_a_botocore_that_does_not_know_a_service_is_to_be_updated() -> None:
    """Account access manager is younger than the oldest botocore that works with the rest."""
    calls = Calls(botocore.session.get_session())
    with pytest.raises(UsageError) as caught:
        calls.call("account-access-2", "us-east-1", "ListApplications")
    assert str(caught.value) == (
        f"botocore {botocore.__version__} does not know the service account-access-2; "
        "update boto3 and botocore"
    )
