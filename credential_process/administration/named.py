"""A name with its id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and an id; `instance_arn` and `region` are empty for an account."""

    name: str
    id: str
    instance_arn: str = ""
    region: str = ""
