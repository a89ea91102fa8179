"""The short forms of the long runs, which are commands: `python -m tests.history --help`.

HISTORY_SEED repeats one; HISTORY_OPERATIONS, HISTORY_INJECTIONS and HISTORY_CLIENTS make them longer.
"""

from __future__ import annotations

import os

from tests.history.plans.documents import DOCUMENTS
from tests.history.writes import Report, write_history

SEED = int(os.environ.get("HISTORY_SEED", "7"))
OPERATIONS = int(os.environ.get("HISTORY_OPERATIONS", "400"))
CLIENTS = int(os.environ.get("HISTORY_CLIENTS", "16"))
INJECTIONS = int(os.environ.get("HISTORY_INJECTIONS", "400"))


def nothing_wrong(report: Report) -> None:
    print(*report.summary(), sep="\n")  # noqa: T201 - shown by pytest when it fails
    assert report.violations == []


async def test_the_data_is_explained_by_what_clients_were_told_under_any_fault() -> None:
    report = await write_history(seed=SEED, clients=CLIENTS, operations=OPERATIONS)

    nothing_wrong(report)
    assert set(report.history.fates) == {"ok", "refused", "unknown"}
    assert set(report.history.fields) <= set(DOCUMENTS)
    assert report.history.replays
    assert report.shop.events


async def test_no_write_without_key_is_repeated_however_many_resets_and_timeouts_strike() -> None:
    report = await write_history(seed=SEED, clients=CLIENTS, injections=INJECTIONS)

    nothing_wrong(report)
    assert report.arrived["once only"]
    assert report.arrived["once only repeated"] == 0
    assert report.arrived["keyed repeated"]
