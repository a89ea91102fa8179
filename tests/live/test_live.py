"""Short histories of subscribers over a bad network. The long ones are run by hand: see `python -m tests.live`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.histories import Plan, live_history


@pytest.mark.parametrize(
    "plan",
    [
        Plan(seed=7, events=150, subscribers=24, objects=16, writers=4, filters=12),
        Plan(seed=8, events=80, subscribers=16, objects=16, writers=2, filters=8, deaths=1, lost=True),
    ],
    ids=["shuffled, twice and stale", "killed, and what came meanwhile is lost"],
)
async def test_nobody_sees_an_older_state_after_a_newer_one_or_misses_the_last(tmp_path: Path, plan: Plan) -> None:
    report = await live_history(tmp_path, plan)

    assert report.violations == [], report.summary()
    assert report.shown > plan.subscribers
    assert bool(report.restarts) == bool(plan.deaths)
    assert bool(report.network["dropped"]) == plan.lost
    # Of what is lost nothing comes twice, and little may be left.
    assert plan.lost or (report.network["stale"] and report.network["duplicated"])
