"""Every SDK, in its own language, uses the `credential_process` line: `make matrix-sdks`, for docs/evidence/sdks.md.

With words, only the clients with one of them in their names are tried, and the tables are only printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.matrix import table
from campaigns.matrix.clients import CLIENTS, Client
from campaigns.matrix.installation import Built, NotBuilt, build
from campaigns.matrix.scenarios import SCENARIOS, Outcome, slow_sign_in
from testing.guard import guarded

if TYPE_CHECKING:
    from campaigns.matrix.table import Row


def main() -> int:
    """Build the clients and try them; return 1 if one fails or cannot run."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.matrix", description=__doc__)
    parser.add_argument("words", nargs="*", help="try the clients with one of these in the name")
    parser.add_argument("--at-once", type=int, default=2, help="scenarios at a time")
    options = parser.parse_args()
    chosen = [client for client in CLIENTS if _is_chosen(client, options.words)]
    rows = {client.name: _built(client) for client in chosen}
    with tempfile.TemporaryDirectory(prefix="matrix-") as folder, guarded(Path(folder)):
        results = _run(
            [one for one in rows.values() if isinstance(one, Built)], Path(folder), options.at_once
        )
    table_rows = [_row(name, built, results) for name, built in rows.items()]
    print(table.tables(table_rows))
    if not options.words:
        table.write(table_rows)
    return 0 if all(row.passed for row in table_rows) else 1


def _is_chosen(client: Client, words: list[str]) -> bool:
    return not words or any(word.lower() in client.name.lower() for word in words)


def _built(client: Client) -> Built | str:
    """Return the client, built, or the reason why it cannot be."""
    try:
        built = build(client)
    except NotBuilt as error:
        print(f"{client.name}: could not be built: {error}", flush=True)
        return str(error)
    print(f"{client.name}: {built.version}", flush=True)
    return built


def _run(clients: list[Built], folder: Path, at_once: int) -> dict[tuple[str, str], Outcome | str]:
    """Run all scenarios; those of 100 s run at once, because their clients only wait."""
    results: dict[tuple[str, str], Outcome | str] = {}

    def run(built: Built, scenario: str) -> None:
        place = folder / f"{built.folder.name}-{scenario.replace(' ', '-')}"
        place.mkdir()
        try:
            outcome: Outcome | str = SCENARIOS[scenario](built, place)
        except Exception as error:  # noqa: BLE001 - one failure must not end the run; the table has it
            outcome = f"failed: {error}"
        results[built.client.name, scenario] = outcome
        print(f"{built.client.name}, {scenario}: {outcome}", flush=True)

    for slow, workers in ((False, at_once), (True, max(1, len(clients)))):
        with ThreadPoolExecutor(workers) as pool:
            running: list[Future[None]] = [
                pool.submit(run, built, scenario)
                for built in clients
                for scenario, function in SCENARIOS.items()
                if (function is slow_sign_in) == slow
            ]
        for future in running:
            future.result()
    return results


def _row(name: str, built: Built | str, results: dict[tuple[str, str], Outcome | str]) -> Row:
    if isinstance(built, str):
        return table.Row(name, "", dict.fromkeys(SCENARIOS, f"not run: {built}"))
    return table.Row(name, built.version, {each: results[name, each] for each in SCENARIOS})


if __name__ == "__main__":
    sys.exit(main())
