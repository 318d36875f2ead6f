"""What `credential_process.library` has for administrators, in Python programs."""

import pytest

from credential_process.library import __all__ as public
from testing.organisation import instead, refusal
from tests.administration.conftest import Company
from tests.programs import DOCTEST, Programs

ADMINISTRATIVE = ("lookup_", "list_assignments", "list_applications", "list_entitlements")
FUNCTIONS = [name for name in public if name.startswith(ADMINISTRATIVE)]
MISTAKES = [
    ("list_assignments(users='ada')", "UsageError users is not a list of str"),
    ("list_assignments(users=['nosuch'])", "UsageError there is no user 'nosuch'"),
    ("list_assignments(users=iter(['nosuch']))", "UsageError there is no user 'nosuch'"),
    ("list_entitlements(roles='Release')", "UsageError roles is not a list of str"),
    ("list_applications(regions=['eu-south-2'])", "UsageError there is no application of account"),
    ("lookup_groups('nosuch')", "UsageError there is no group 'nosuch'"),
    ("lookup_users('ada', profile='nosuch')", "UsageError "),
]
MISTAKE = """
import sys
from credential_process import library
try:
    list(eval("library." + sys.argv[1]))
except library.CredentialProcessError as error:
    print(type(error).__name__, error)
"""
FIRST = """
from credential_process import library
assignments = library.list_assignments()
print(next(assignments).permission_set_name)
assignments.close()
"""
SKIPPED = """
from credential_process import library
print(len(list(library.list_assignments(on_skip=print))))
"""
# Prints the folders of botocore's models that were listed.
LISTING = """
import os
listdir = os.listdir
def look(folder="."):
    if "/botocore/data" in str(folder):
        print("listed:", folder.partition("/botocore/data")[2])
    return listdir(folder)
os.listdir = look
from credential_process import library
list(library.list_assignments(accounts=["Lab"]))
"""
# Runs a command; prints a line if the interpreter is shut down at its end.
ENDING = """
import atexit, sys
atexit.register(print, "shut down")
from credential_process.__main__ import main
sys.argv[0:1] = ["sso-credential-process", "admin"]
sys.exit(main())
"""


@pytest.fixture
def programs(variables: dict[str, str]) -> Programs:
    """Run programs of an administrator."""
    # A program ends without waiting for the requests of its threads, whose connections are open then.
    return Programs(variables, ignored="ResourceWarning")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_example_of_a_function_works(programs: Programs, function: str) -> None:
    """People copy the example before they read the text."""
    printed = programs.lines(DOCTEST, function)[-1]
    assert printed.startswith("TestResults(failed=0, attempted=")


@pytest.mark.parametrize(("call", "shown"), MISTAKES)
def test_a_mistake_is_named(programs: Programs, call: str, shown: str) -> None:
    """Programs catch `CredentialProcessError`, and no exceptions of botocore."""
    (line,) = programs.lines(MISTAKE, call)
    assert line.startswith(shown)


def test_a_program_may_stop_before_the_end(programs: Programs) -> None:
    """Its threads end, and keep no program from ending."""
    assert programs.lines(FIRST) == ["Developer"]


def test_what_was_left_out_is_passed_on(programs: Programs, company: Company) -> None:
    """A program cannot read stderr."""
    gone = refusal("ResourceNotFoundException", "no such account")
    company.organisation.answers.append(
        instead(
            "ListAccountAssignments",
            lambda body: gone if body["AccountId"] == company.lab else None,
        )
    )
    skipped, number = programs.lines(SKIPPED)
    assert skipped.startswith(f"account {company.lab}: ")
    assert number == "3"


def test_models_of_other_services_are_not_looked_for(programs: Programs) -> None:
    """There are more than 400 folders, and listing them takes longer than making the first client."""
    services = {"sso-admin", "identitystore", "organizations"}
    assert {line.split("/")[1] for line in programs.lines(LISTING)} == services


def test_a_list_ends_without_shutting_down_the_interpreter(programs: Programs) -> None:
    """Threads that wait for the next request are no reason to: it takes a sixth of the time of a command."""
    done = programs(ENDING, "assignments", "--no-names")
    assert (done.returncode, done.stderr) == (0, "4 assignments\n")
    assert "shut down" not in done.stdout
