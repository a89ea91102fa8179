"""A short run of two replicas behind a balancer. The long ones are run by hand: see `python -m tests.many`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.many.balancer import PROGRAM
from tests.many.plan import Plan
from tests.many.run import many_history
from tests.redis_server import needs_redis


@needs_redis
@pytest.mark.skipif(PROGRAM is None, reason="needs haproxy (Debian: apt-get install haproxy)")
async def test_nothing_is_lost_or_done_twice_while_a_replica_dies_and_redis_hangs(tmp_path: Path) -> None:
    plan = Plan(
        seconds=4, subscribers=40, workers=1, objects=16, filters=8, changes=30, mutations=20, queries=30,
        kill_every=30, hang_every=1.5, hang_for=1,
    )  # fmt: skip
    report = await many_history(tmp_path, plan)

    assert report.violations == [], dict(report.rows())
    assert len(report.outages.starts) == 1
    assert report.outages.hangs
    assert report.followers.restarts
    assert report.history.fates["ok"]
    assert report.callers.probes
