"""Profiles of every kind that the plugins support."""

PROFILES = """
[profile native]
sso_session = corp
sso_account_id = 111122220001
sso_role_name = Developer

[profile legacy]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122220001
sso_role_name = Developer

[profile managed]
credential_process = /opt/none/sso-credential-process get --sso-session corp --account-id 111122220001 \
--role-name Developer

[profile release]
role_arn = arn:aws:iam::111122220003:role/Release
role_session_name = release-7
source_profile = native

[profile half]
sso_account_id = 111122220001
sso_role_name = Developer
sso_region = us-east-1

[profile keys]
aws_access_key_id = AKIDKEYS
aws_secret_access_key = secret
"""
