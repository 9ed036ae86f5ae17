# Lists a bucket with boto3's paginator, and says how many objects it saw in how many seconds.
# Arguments: the endpoint, the region, and how many objects to stop after.
import json
import sys
import time

import boto3
from botocore.config import Config

endpoint, region, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = boto3.client("s3", endpoint_url=endpoint, region_name=region, config=Config(s3={"addressing_style": "path"}))


def count(most):
    objects = 0
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="media"):
        objects += len(page.get("Contents", []))
        if objects >= most:
            break
    return objects


count(1)
begin = time.perf_counter()
seen = count(limit)
print(json.dumps({"objects": seen, "seconds": time.perf_counter() - begin}))
