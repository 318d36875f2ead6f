"""What a command of administrators does besides its requests: most of them make few."""

import pytest

from tests.programs import Programs

# Runs a command; prints the folders of botocore's models that were listed.
LISTING = """
import sys
def look(event, arguments):
    if event == "os.listdir" and "/botocore/data" in str(arguments[0]):
        print("listed:", arguments[0].partition("/botocore/data")[2])
sys.addaudithook(look)
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
    return Programs(variables)


def test_models_of_other_services_are_not_looked_for(programs: Programs) -> None:
    """There are more than 400 folders, and listing them takes longer than making the first client."""
    services = {"sso-admin", "identitystore", "organizations"}
    assert {line.split("/")[1] for line in programs.lines(LISTING)} == services


def test_a_list_ends_without_shutting_down_the_interpreter(programs: Programs) -> None:
    """Threads that wait for the next request are no reason to: it takes a sixth of the time of a command."""
    done = programs(ENDING, "assignments", "--no-names")
    assert (done.returncode, done.stderr) == (0, "4 assignments\n")
    assert "shut down" not in done.stdout
