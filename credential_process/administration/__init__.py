"""Read who has which permission set where: requests to sso-admin, identitystore and organizations.

They are signed with the credentials of a boto3 session that the caller passes. No access token of IAM Identity Center
gets here, so these clients may follow the endpoints and settings of a profile as any other boto3 client does.
"""
