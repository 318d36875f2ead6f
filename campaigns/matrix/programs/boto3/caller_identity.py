"""Print the caller identity of the profile for each line of stdin, with one client. It also runs on Python 2.7."""

import json
import os
import sys

import boto3

# Versions before 1.29 do not read the variable themselves.
sts = boto3.Session().client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL_STS"])
for _ in iter(sys.stdin.readline, ""):
    caller = sts.get_caller_identity()
    sys.stdout.write(json.dumps({name: caller[name] for name in ("Account", "Arn")}) + "\n")
    sys.stdout.flush()
