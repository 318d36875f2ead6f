"""Each deliberate break of `make breaks` can be carried out."""

import ast

import pytest

import credential_process
from campaigns.breaks.stage import ROOT
from campaigns.breaks.table import BREAKS, Break
from campaigns.breaks.windows import SHARED_LOCK
from tests.defined_names import names


@pytest.mark.parametrize("one", [*BREAKS, SHARED_LOCK], ids=lambda one: one.what)
def test_a_break_finds_what_it_breaks(one: Break) -> None:
    """If the code was rewritten, the break does nothing, and the protection has no proof."""
    ast.parse(one.applied((ROOT / credential_process.__name__ / one.file).read_text()))


@pytest.mark.parametrize("one", [*BREAKS, SHARED_LOCK], ids=lambda one: one.what)
def test_the_code_that_has_the_protection_is_there(one: Break) -> None:
    """The page has a link to it, and would be written with a name that nothing has."""
    assert one.code in names(ROOT / credential_process.__name__ / one.file)


@pytest.mark.parametrize("one", [*BREAKS, SHARED_LOCK], ids=lambda one: one.what)
def test_the_tests_that_must_catch_a_break_are_there(one: Break) -> None:
    """A renamed test would not run, and so could not fail."""
    for test in one.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text()


def test_no_break_is_made_twice() -> None:
    """The number of breaks is published."""
    assert len({one.what for one in BREAKS}) == len(BREAKS)
    assert len({(one.file, one.text, one.replacement) for one in BREAKS}) == len(BREAKS)
