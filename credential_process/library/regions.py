"""The regions that botocore knows."""

from __future__ import annotations

import functools

from credential_process.spelling import closest


@functools.cache
def known() -> frozenset[str]:
    """Return the regions of all partitions; empty for a botocore without a list of them."""
    import botocore.exceptions  # takes long, and not every command needs it
    import botocore.loaders

    try:
        partitions = botocore.loaders.create_loader().load_data("partitions")["partitions"]
    except botocore.exceptions.DataNotFoundError:
        return frozenset()
    return frozenset(region for partition in partitions for region in partition["regions"])


def is_unknown(region: str) -> bool:
    """Return whether botocore has a list of regions without this one, which may be newer than botocore."""
    return bool(known()) and region not in known()


def alike(region: str) -> str:
    """Return the known region that is spelled most alike; empty if there is none."""
    return closest(region, sorted(known()))
