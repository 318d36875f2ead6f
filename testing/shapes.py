"""Whether a document has the shape that botocore's model of a service gives it, more strictly than botocore itself."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "timestamp": (int, float),  # as it is in JSON
    "structure": dict,
    "map": dict,
    "list": list,
}


def problems(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Yield what is wrong with a value: types, members, patterns, lengths, choices, and the members of unions."""
    is_of_type = isinstance(value, _TYPES[shape.type_name]) and not isinstance(value, bool)
    if not is_of_type:
        yield f"{path}: {value!r} is not a {shape.type_name}"
    elif shape.type_name == "structure":
        yield from _of_members(shape, value, path)
    elif shape.type_name == "list":
        for number, each in enumerate(value):
            yield from problems(shape.member, each, f"{path}[{number}]")
    else:
        yield from _of_limits(shape, value, path)


def _of_members(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    unknown = set(value) - set(shape.members)
    missing = set(shape.required_members) - set(value)
    if unknown or missing:
        yield f"{path}: unknown {sorted(unknown)}, missing {sorted(missing)}"
    if shape.is_tagged_union and len(value) != 1:
        yield f"{path}: a union has one member, not {sorted(value)}"
    for name in set(value) & set(shape.members):
        yield from problems(shape.members[name], value[name], f"{path}.{name}")


def _of_limits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    limits: dict[str, Any] = shape.metadata
    size = len(value) if isinstance(value, str) else value
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        yield f"{path}: {value!r} does not match {limits['pattern']}"
    if "enum" in limits and value not in limits["enum"]:
        yield f"{path}: {value!r} is none of {limits['enum']}"
    if "min" in limits and not limits["min"] <= size <= limits.get("max", size):
        yield f"{path}: {value!r} is not within {limits['min']} and {limits.get('max')}"
