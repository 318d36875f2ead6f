"""docs/administration.md, executed: users sign in at the sandbox, and administer moto's server."""

import csv
import json

from testing.home import Home
from tests.administration.conftest import TENANT, Company
from tests.page_blocks import PAGES, Reader

PAGE = PAGES / "docs" / "administration.md"


def test_the_administration_page_works(
    home: Home, environment: dict[str, str], company: Company
) -> None:
    """Administrators sign in through a profile, and need no other credentials."""
    home.config.write_text("")
    served = {**environment, **company.organisation.environment}
    printed = Reader(home, served).read(PAGE)
    lines = printed.splitlines()
    instance = company.instance.arn.rpartition("/")[2]
    assert lines[1].split() == [instance, company.instance.arn]
    assert lines[2:4] == [company.ada, "readers"]
    found = [json.loads(line)["name"] for line in lines[4:6]]
    assert found == ["Developer", "ReadOnly"]
    assert f"Lab         {company.lab}  ReadOnly        group  readers" in printed
    assert "2 assignments" in printed  # those in Production, which are in the file
    assert sorted(principals(home, "production.csv")) == ["ada", "readers"]
    shown = [" ".join(line.split()) for line in lines]
    assert f"{TENANT} {company.application} {instance} ACTIVE" in shown
    assert f"Lab {company.lab} Audit group readers" in shown
    assert principals(home, "staging.csv") == ["ada"]
    *_, last = [line for line in lines if line.startswith("{")]
    assert json.loads(last)["role_arn"] == company.roles["Production"]
    assert lines[-5:] == [
        "Production Developer USER ada",
        "Staging Developer USER ada",
        company.ada,
        f"Production Release {TENANT}",
        f"Staging Release {TENANT}",
    ]


def principals(home: Home, name: str) -> list[str]:
    """Return the names of users and groups in a CSV file."""
    with (home.path / name).open() as file:
        return [row["principal_name"] for row in csv.DictReader(file)]
