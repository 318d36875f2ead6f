"""Print the caller identity of the profile for each line of stdin: the CRT only finds credentials and signs."""

import json
import os
import re
import sys
import urllib.request
from urllib.parse import urlsplit

from awscrt.auth import AwsCredentialsProvider, AwsSigningConfig, aws_sign_request  # type: ignore[import-not-found,unused-ignore]
from awscrt.http import HttpHeaders, HttpRequest  # type: ignore[import-not-found,unused-ignore]

STS = os.environ["AWS_ENDPOINT_URL_STS"]
GET_CALLER_IDENTITY = "/?Action=GetCallerIdentity&Version=2011-06-15"

provider = AwsCredentialsProvider.new_default_chain()
for _ in sys.stdin:
    request = HttpRequest("GET", GET_CALLER_IDENTITY, HttpHeaders([("Host", urlsplit(STS).netloc)]))
    signing = AwsSigningConfig(credentials_provider=provider, region="us-east-1", service="sts")
    aws_sign_request(request, signing).result()
    signed = urllib.request.Request(STS + request.path, headers=dict(request.headers))
    answer = urllib.request.urlopen(signed).read().decode()
    found = re.findall("<(Account|Arn)>([^<]*)<", answer)
    print(json.dumps(dict(found)), flush=True)
