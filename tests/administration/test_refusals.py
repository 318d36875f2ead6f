"""What is reported for exceptions of botocore that no server can cause."""

import botocore
import botocore.exceptions
import botocore.session
import pytest

from credential_process.administration.refusals import from_botocore
from credential_process.errors import UsageError


def test_a_botocore_that_does_not_know_a_service_is_to_be_updated() -> None:
    """Account access manager is younger than the oldest botocore that works with the rest."""
    with pytest.raises(botocore.exceptions.UnknownServiceError) as caught:
        botocore.session.get_session().create_client("account-access-2", "us-east-1")
    error = from_botocore(caught.value, "account-access", "ListApplications")
    assert isinstance(error, UsageError)
    assert str(error) == (
        f"botocore {botocore.__version__} does not know the service account-access; "
        "update boto3 and botocore"
    )
