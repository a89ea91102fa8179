from __future__ import annotations

from pathlib import Path

from tests.history.crash import crash_history
from tests.history.test_histories import SEED, nothing_wrong


async def test_what_was_acknowledged_survives_the_death_of_the_emulator_and_nothing_else_is_there(
    tmp_path: Path,
) -> None:
    report = await crash_history(tmp_path / "square.db", seed=SEED, clients=8, acknowledged=150, deaths=1)

    nothing_wrong(report)
    assert report.history.codes["UPSTREAM_UNAVAILABLE"]
