"""Doors into other people's programs: botocore's credential chain, and the AWS CLI version 1."""
