"""The table of deliberate breaks can be carried out: `make breaks`."""

import ast

import pytest

import credential_process
from campaigns.breaks.stage import ROOT
from campaigns.breaks.table import BREAKS, Break
from campaigns.breaks.windows import SHARED_LOCK


@pytest.mark.parametrize("one", [*BREAKS, SHARED_LOCK], ids=lambda one: one.what)
def test_a_break_finds_what_it_breaks(one: Break) -> None:
    """Code that was rewritten has no break any more, and a protection of it no proof."""
    ast.parse(one.applied((ROOT / credential_process.__name__ / one.file).read_text()))


@pytest.mark.parametrize("one", [*BREAKS, SHARED_LOCK], ids=lambda one: one.what)
def test_the_tests_that_must_catch_a_break_are_there(one: Break) -> None:
    """A test that has another name now would not run, and so not fail."""
    for test in one.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text()


def test_no_break_is_made_twice() -> None:
    """The number of breaks is published."""
    assert len({one.what for one in BREAKS}) == len(BREAKS)
    assert len({(one.file, one.text, one.replacement) for one in BREAKS}) == len(BREAKS)
