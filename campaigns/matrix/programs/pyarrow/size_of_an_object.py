"""Print the size of an object of S3 for each line of stdin, with one client."""

import json
import os
import sys

from pyarrow.fs import S3FileSystem  # type: ignore[import-not-found,unused-ignore]

s3 = S3FileSystem(endpoint_override=os.environ["BUCKET_ADDRESS"], scheme="http", region="us-east-1")
for _ in sys.stdin:
    print(json.dumps({"Size": s3.get_file_info("bucket/object").size}), flush=True)
