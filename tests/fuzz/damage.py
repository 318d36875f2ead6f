"""Strategies of hypothesis for unchecked content of files, replies and arguments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

# `make fuzz` tries more. The short run tries the same cases each time, so that only a change can make it fail.
CASES = int(os.environ.get("FUZZ_CASES", "50"))
fuzzed = settings(
    max_examples=CASES,
    derandomize="FUZZ_CASES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

ODD_TEXTS = (
    "", " ", "\0", "\r\n", "a\nb", "\x1b[31m", "é", "²", "٣", "\U0010ffff", "%", "%00", "%ZZ",
    "..", "../../..", "/", "=", "-1", "0", "+5", "1_0", "1e999", "nan", "9" * 20, "9" * 400, "9" * 5000,
    "a" * 2_000, "[", "{", '"', "'", "yes", "None", "2026-13-45T99:99:99Z", "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59", "http://[", "https://\0/", "javascript:alert(1)",
)  # fmt: skip
texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=20)
numbers = st.integers() | st.sampled_from((0, -1, 2**31, 2**63, 10**14, 10**400)) | st.floats()
json_values: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.just("\ud800"),  # half a character
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


# Where, how many bytes, and their replacement: text, or another whole content, by its number.
Edit = tuple[int, int, "bytes | int"]
edits: SearchStrategy[list[Edit]] = st.lists(
    st.tuples(
        st.integers(0, 1000),
        st.integers(0, 64) | st.just(10**6),
        st.binary(max_size=8) | texts.map(str.encode) | st.integers(0, 20),
    ),
    min_size=1,
    max_size=3,
)


def damaged(content: bytes, made: list[Edit], *others: bytes) -> bytes:
    """Overwrite, cut and join, like crashes, editors and concurrent writers do."""
    wholes = (*others, content)
    for at, length, piece in made:
        start = at % (len(content) + 1)
        put = wholes[piece % len(wholes)] if isinstance(piece, int) else piece
        content = content[:start] + put + content[start + length :]
    return content


@st.composite
def changed(
    draw: DrawFn, members: Mapping[str, Any], values: SearchStrategy[Any]
) -> dict[str, Any]:
    """Remove members, change the values of others, add unknown ones."""
    content = dict(members)
    for name in draw(st.lists(st.sampled_from(sorted(members)), max_size=3, unique=True)):
        if draw(st.booleans()):
            content[name] = draw(values)
        else:
            del content[name]
    return content | draw(st.dictionaries(st.sampled_from(("extra", "é", "")), values, max_size=1))
