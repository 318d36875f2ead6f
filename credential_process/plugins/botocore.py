"""A botocore plugin: profiles of IAM Identity Center sign in when needed, in programs that use botocore or boto3.

>>> import boto3
>>> from credential_process.plugins import botocore as plugin
>>> session = boto3.Session(profile_name="native")
>>> plugin.install(session)
>>> session.client("sts").get_caller_identity()["Account"]
'111122220001'
"""

from credential_process.library.profile_credentials import install

__all__ = ["install"]
