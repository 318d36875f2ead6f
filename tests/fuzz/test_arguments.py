"""The command line of `get`: a valid request, or one line that names the problem."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from credential_process import identifiers, paths, warm
from credential_process.client import arguments, streams
from credential_process.errors import UsageError
from credential_process.session_reference import SessionReference
from credential_process.stores import access_role, role_chain
from tests.fuzz.conftest import REGION, START_URL, Place
from tests.fuzz.damage import fuzzed, texts

if TYPE_CHECKING:
    import pytest

VALUES = {
    "--sso-session": "corp", "--start-url": START_URL, "--sso-region": REGION,
    "--account-id": "111122220001", "--role-name": "Developer", "--wait": "5",
}  # fmt: skip
NAMED, BY_ITS_URL = SessionReference("corp"), SessionReference("", START_URL, REGION)
BY_NAME, BY_URL = (
    [word for pair in VALUES.items() if pair[0] not in left_out for word in pair]
    for left_out in ({"--start-url", "--sso-region"}, {"--sso-session"})
)
# As Python passes them: no zero, and bytes that are not UTF-8 as lone surrogates.
odd = st.binary(max_size=12).map(
    lambda text: text.replace(b"\0", b"").decode(errors="surrogateescape")
) | texts.filter(lambda text: "\0" not in text)
CHAINED = dict(
    zip(warm.CHAINED, (f"arn:aws:iam::{'1' * 12}:role/a/B", "ada", "900", "x-1"), strict=True)
)
ACCESS = dict(
    zip(
        warm.ACCESS,
        ("aa-1234567890abcdef", f"arn:aws:iam::{'1' * 12}:role/a/B", "ada", "900"),
        strict=True,
    )
)
BY_ARN = ["--sso-session", "corp", *(word for pair in ACCESS.items() for word in pair)]
KNOWN = VALUES | CHAINED | ACCESS
words = st.sampled_from((*warm.VALUED, *warm.CHAINED, *warm.FLAGS, *VALUES.values())) | odd
pairs = st.sampled_from(sorted(KNOWN)).flatmap(
    lambda name: st.tuples(st.just(name), st.just(KNOWN[name]) | odd)
)
equal = pairs.map(lambda pair: ("=".join(pair),))
argvs = st.lists(pairs | equal | words.map(lambda word: (word,)), max_size=7).map(
    lambda parts: [word for part in parts for word in part]
) | st.dictionaries(st.sampled_from(sorted(KNOWN)), odd, max_size=2).map(
    lambda changes: [
        word
        for pair in ({**VALUES, **CHAINED, **changes}).items()
        if pair[0] not in {"--start-url", "--sso-region"}
        for word in pair
    ]
)


@fuzzed
@given(argv=argvs)
@example(argv=BY_NAME)
@example(argv=BY_URL)
@example(argv=BY_ARN)
def test_arguments_are_valid_or_refused(
    place: Place, capfd: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    """Account and role become names of files, the Region a part of a host name, and all are printed on terminals."""
    assert warm.replay(argv) is None
    request = None
    try:
        request = arguments.parse(argv)
    except UsageError as error:
        streams.complain(error)
        said = capfd.readouterr().err
        assert (said.count("\n"), len(said.encode()) < 500) == (1, True)
        assert said[:-1].isprintable()
    if argv in (BY_NAME, BY_URL):
        assert request is not None
        assert (request.account_id, request.role_name) == ("111122220001", "Developer")
        assert request.session == (NAMED if argv == BY_NAME else BY_ITS_URL)
        assert request.wait_seconds == 5
    if argv == BY_ARN:
        assert request is not None
        assert (request.account_id, access_role.of(request.role_name)) == (
            "1" * 12,
            tuple(ACCESS.values()),
        )
    if request is None:
        return
    for assumed in role_chain.roles(request.chain):
        assert identifiers.is_account_id(assumed.arn.split(":")[4])
    path = paths.role_path("", request.account_id, request.role_name, request.chain)
    assert path.count(os.sep) == 2
    session = request.session
    assert identifiers.is_account_id(request.account_id)
    role = access_role.of(request.role_name)
    if role is None:
        assert identifiers.is_role_name(request.role_name)
    else:
        assert (identifiers.is_tenant_id(role.tenant_id), identifiers.is_role_arn(role.arn)) == (
            True,
            True,
        )
    assert bool(session.name) != bool(session.start_url)
    assert session.name or (
        identifiers.is_start_url(session.start_url) and identifiers.is_region(session.region)
    )
    folder = session.folder(place.state)
    assert os.path.dirname(os.path.realpath(folder)) == os.path.realpath(place.state)
    assert len(os.path.basename(folder).encode()) < 256
