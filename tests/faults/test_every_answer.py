"""Every request of the road to credentials, with every wrong answer: what it may cost, and no more."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from campaigns.faults.answers import ANSWERS, Case, cases
from campaigns.faults.trial import deviations

# Trials mostly wait: for timeouts, and for the service to be asked again.
AT_ONCE = 6
# Of the device flow one answer of a kind; `make faults` gives them all.
CASES = [case for case in cases(ANSWERS) if case.answer.pairs or not case.request.is_of_device_flow]


@pytest.fixture(scope="module")
def trial(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Case], list[str]]]:
    """Begin the trials of all cases that were selected; return how to wait for the end of one."""
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
def test_a_wrong_answer_costs_what_it_must(trial: Callable[[Case], list[str]], case: Case) -> None:
    """Half a service, proxies and hotels: one line, nothing lost, and the next call is served."""
    assert trial(case) == []
