from __future__ import annotations

from datetime import datetime, timedelta

import pytest


async def test_the_clock_is_moved_over_http(emulator):
    _, before = await emulator.call("GET", "/_emulator/clock", token=None)
    status, after = await emulator.call("POST", "/_emulator/clock", {"advance_seconds": 86400}, token=None)

    assert status == 200
    assert after["now"][:10] > before["now"][:10]


@pytest.mark.parametrize(
    "body",
    [{}, {"advance_seconds": -1}, {"advance_seconds": "1"}, {"advance_seconds": 1e18}, {"advance_seconds": 3e11}],
)
async def test_the_clock_refuses_a_nonsensical_step_and_goes_on(emulator, body):
    _, before = await emulator.call("GET", "/_emulator/clock", token=None)
    status, _ = await emulator.call("POST", "/_emulator/clock", body, token=None)
    _, after = await emulator.call("GET", "/_emulator/clock", token=None)

    began, ended = (datetime.fromisoformat(each["now"]) for each in (before, after))
    assert status == 400
    assert timedelta() < ended - began < timedelta(days=1)
