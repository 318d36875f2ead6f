"""Every request on the way to credentials, with every wrong response: what it may cost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from campaigns.faults.answers import ANSWERS, Case, cases
from campaigns.faults.trial import deviations

# Trials mostly wait: for timeouts, and between requests.
AT_ONCE = 6
# All of them to the two requests of each hour, one of each kind to those of a sign-in; `make faults` sends all to each.
CASES = [case for case in cases(ANSWERS) if case.answer.pairs or not case.request.needs_a_sign_in]


@pytest.fixture(scope="module")
def trial(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Case], list[str]]]:
    """Begin the trials of all selected cases; return a function that waits for the end of one."""
    chosen = [
        cast("Case", item.callspec.params["case"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # The longest first.
        trials = {
            case: pool.submit(deviations, tmp_path_factory.mktemp("trial"), case)
            for case in sorted(chosen, key=lambda case: not case.answer.slow)
        }
        yield lambda case: trials[case].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_wrong_response_costs_no_more_than_it_must(
    trial: Callable[[Case], list[str]], case: Case
) -> None:
    """Broken services, proxies, hotels: one line, nothing lost, and the next call succeeds."""
    assert trial(case) == []
