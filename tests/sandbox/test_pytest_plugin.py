"""The pytest plugin, in another project."""

import subprocess
import sys
from pathlib import Path

CONFTEST = 'pytest_plugins = ["credential_process.sandbox.pytest_plugin"]\n'
TESTS = '''
import subprocess, sys
import botocore.session

CODE = """
import botocore.session
session = botocore.session.Session(profile="dev")
print(session.create_client("sts").get_caller_identity()["Account"])
"""


def test_a_child_process_uses_the_profile(sso_home, sso_sandbox):
    sso_home.sign_in()
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=sso_home.environment, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("111122220001\\n", "")
    assert sso_sandbox.counters()["role_credentials"] == 1


def test_the_environment_has_nothing_of_the_outside(sso_home, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert "AWS_PROFILE" not in sso_home.environment
    assert sso_home.environment["HOME"] == str(sso_home.path)


def test_each_test_has_a_sandbox_of_its_own(sso_sandbox):
    assert sso_sandbox.requests() == []
'''


def pytest_of(project: Path) -> subprocess.CompletedProcess[str]:
    """Run a project's tests."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(project)],
        cwd=project,
        capture_output=True,
        check=False,
        text=True,
    )


def test_another_project_can_use_the_fixtures(tmp_path: Path) -> None:
    """The example of the docstring in full: a config, a sign-in, a call, a count."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_theirs.py").write_text(TESTS)
    done = pytest_of(tmp_path)

    assert "3 passed" in done.stdout, done.stdout
    assert done.returncode == 0


def test_a_defect_of_the_sandbox_fails_the_test(tmp_path: Path) -> None:
    """A wrong response of the sandbox must not pass as one of AWS's."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_theirs.py").write_text(
        "def test_it(sso_sandbox):\n    sso_sandbox._application.defects.append('a traceback')\n"
    )
    done = pytest_of(tmp_path)

    assert (done.returncode, "1 passed, 1 error" in done.stdout) == (1, True)


def test_nothing_is_loaded_unless_it_is_named(tmp_path: Path) -> None:
    """An installed product must not slow down, or change, every test run on the machine."""
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n\ndef test_it():\n    assert 'credential_process' not in sys.modules\n"
    )

    assert pytest_of(tmp_path).returncode == 0
