"""Read who has which permission set or role where, as an administrator.

These are requests to sso-admin, account-access, identitystore and organizations, signed with the credentials of a boto3
session that the caller passes. No access token of IAM Identity Center gets here, so these clients may follow the
endpoints and settings of a profile as any other boto3 client does.
"""
