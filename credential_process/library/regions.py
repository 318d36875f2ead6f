"""The regions that botocore knows."""

from __future__ import annotations

import functools
import importlib.util
import json
import os

from credential_process import files
from credential_process.identifiers import closest


@functools.cache
def known() -> frozenset[str]:
    """Return the regions of all partitions; empty for a botocore without a list of them."""
    # Without importing botocore, which takes fifty times as long as reading its file.
    found = importlib.util.find_spec("botocore")
    path = os.path.join(os.path.dirname((found and found.origin) or ""), "data", "partitions.json")
    listed = json.loads(files.read(path) or '{"partitions": []}')
    return frozenset(
        region for partition in listed["partitions"] for region in partition["regions"]
    )


def is_unknown(region: str) -> bool:
    """Return whether botocore has a list of regions without this one, which may be newer than botocore."""
    return bool(known()) and region not in known()


def alike(region: str) -> str:
    """Return the known region that is spelled most alike; empty if there is none."""
    return closest(region, sorted(known()))
