"""What the benchmarks stand on: that every workload has the right answer, and that figures can be shown."""

from __future__ import annotations

import asyncio
from xml.etree import ElementTree

import aiohttp
import pytest

from tests.benchmarks.comparison import picture, servers, table
from tests.benchmarks.comparison.answers import WrongAnswer, check
from tests.benchmarks.comparison.history import Figure, Run
from tests.benchmarks.comparison.loading import load
from tests.benchmarks.comparison.servers import Server
from tests.benchmarks.comparison.workloads import BY_NAME, WORKLOADS
from tests.benchmarks.processes import processor_seconds
from tests.patience import PATIENCE

FIGURES = {each.name: {"gateway": Figure(1.5, 100, 4), "floor": Figure(0.5, 300, 4)} for each in WORKLOADS}


async def test_the_gateway_answers_every_workload_as_it_is_by_hand() -> None:
    async with (
        servers.upstream() as square,
        servers.serving("floor", square) as floor,
        servers.serving("gateway", square) as gateway,
        aiohttp.ClientSession() as http,
    ):
        for workload in WORKLOADS:
            await check(http, {"floor": floor, "gateway": gateway}, workload)
        used = processor_seconds(gateway.pid)
        async with asyncio.timeout(PATIENCE):
            # It is told in hundredths of a second: what little is done while the machine is busy may be less.
            while processor_seconds(gateway.pid) == used:
                done = await load(f"{gateway.url}/graphql", BY_NAME["W2"].bodies, 0.2, 2)
                assert done.requests >= 2
        assert processor_seconds(gateway.pid) > used
        with pytest.raises(WrongAnswer, match="gateway, W1"):
            await check(http, {"floor": floor, "gateway": Server("gateway", square, 0)}, BY_NAME["W1"])


def test_a_run_is_shown_as_a_table_and_as_a_picture() -> None:
    run = Run("2026-11-28 12:00", "v1", FIGURES, {"gateway": 104.5})

    drawn = ElementTree.fromstring(picture.draw(run))

    assert run.ratio("W1", "gateway", "floor") == 3
    assert "1.500 (100/s, 4.0)" in table.of(run)
    assert "104.5 ms" in table.of(run)
    assert "1.500 3.00 x" in table.moved([run, run])
    titles = [BY_NAME[name].title for name in picture.SHOWN]
    assert set(titles) <= {each.text for each in drawn.iter() if each.text}
    assert not [each for each in drawn.iter() if {"href", "src"} & set(each.attrib)]
