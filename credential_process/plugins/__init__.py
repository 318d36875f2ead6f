"""Plugins for other programs: botocore's credential chain, and the AWS CLI version 1."""
