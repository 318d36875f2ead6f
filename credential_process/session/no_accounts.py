"""The error for users to whom the access portal shows no accounts.

The portal does not say why: the user has no assignment, or the instance of IAM Identity Center has no permission sets,
and roles are granted by account access manager instead (``PermissionSetsEnabled`` of DescribeInstance).
"""

from credential_process.config.tenants import KEY
from credential_process.errors import CredentialProcessError, Refused

SENTENCE = "no accounts are assigned to you through permission sets"
HINT = (
    "if account access manager grants your roles instead, give the ID of its tenant with --tenant-id, or as "
    f"{KEY} in the session; otherwise ask your administrator for an assignment"
)


def error(label: str) -> Refused:
    """Return the error for the session with this label."""
    return Refused(f"{label}: {SENTENCE}", hint=HINT)


def of_refusal(refusal: CredentialProcessError) -> Refused:
    """Return the error if the portal has refused the list of accounts."""
    return Refused(refusal.message, hint=refusal.hint or HINT)
