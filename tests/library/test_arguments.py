"""Arguments of the wrong type, for every function of `credential_process.library`."""

import re

import pytest

from credential_process.library import __all__ as public
from tests.programs import Programs

FUNCTIONS = [name for name in public if name[0].islower()]
# Prints what each function raises for wrong values of each argument that is a text, or has several.
EACH = """
import inspect, sys
from credential_process import library
VALID = {
    "sso_session": "corp", "account_id": "111122220001", "role_name": "Developer", "region": "us-east-1",
    "tenant_id": "aa-1234567890abcdef", "role_arn": "arn:aws:iam::111122220001:role/Developer",
}
function = getattr(library, sys.argv[1])
parameters = inspect.signature(function).parameters
valid = {name: value for name, value in VALID.items() if name in parameters}
for name, parameter in parameters.items():
    if "str" not in parameter.annotation or "Callable" in parameter.annotation:
        continue
    for wrong in (5, 5.5, b"text", [5], {5: 5}):
        is_variadic = parameter.kind is parameter.VAR_POSITIONAL
        try:
            made = function(wrong) if is_variadic else function(**{**valid, name: wrong})
            list(made or ())
        except Exception as error:
            print(name, type(error).__name__, error)
        else:
            print(name, "nothing")
"""
NONE = """
import sys
from credential_process import library
more = {"region": "us-east-1"} if "boto3" in sys.argv[1] else {}
role = {"account_id": "111122220001", "role_name": None, **more}
try:
    getattr(library, sys.argv[1])(sso_session="corp", **role)
except library.CredentialProcessError as error:
    print(type(error).__name__, str(error).partition(";")[0])
"""


@pytest.fixture
def programs(environment: dict[str, str]) -> Programs:
    """Run programs in the home of the test."""
    return Programs(environment)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_argument_of_another_type_is_named(programs: Programs, function: str) -> None:
    """Account ids are often read as numbers, and programs catch `CredentialProcessError` alone."""
    lines = programs.lines(EACH, function)
    wrong = [line for line in lines if not re.match(r"(\w+) UsageError \1\b", line)]
    assert (lines != [], wrong) == (True, [])


@pytest.mark.parametrize("function", ["get_credentials", "get_boto3_session", "get_console_url"])
def test_none_is_an_argument_that_is_not_given(programs: Programs, function: str) -> None:
    """It is what a dictionary returns for a key that it does not have."""
    assert programs.lines(NONE, function) == ["UsageError no --role-name is given"]
