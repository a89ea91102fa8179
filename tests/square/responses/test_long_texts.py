"""Whatever Square, or something on the way to it, repeats in an answer: it is read in no time, and little is shown.

Processor time is bounded far above what it takes, and far below what anything takes that is worse than linear.
"""

from __future__ import annotations

import json
import logging
import time

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.long_texts import MAX_MESSAGE, UNITS, messages
from tests.long_texts.answers import ANSWERS, MUTATION, QUERY, Place
from tests.square.conftest import Client

ENGINE = Engine(build_schema(), REGISTRY)
MAX_SECONDS = 4.0
# Bytes of the errors of an answer: more than one of a kilobyte with its codes, far less than what was sent.
MAX_ERRORS = 16_384


@pytest.mark.parametrize("query", [QUERY, MUTATION], ids=["query", "mutation"])
@pytest.mark.parametrize("place", [pytest.param(place, id=name) for name, place in ANSWERS.items()])
async def test_a_long_text_of_squares_costs_little_and_is_not_repeated(
    client: Client, caplog: pytest.LogCaptureFixture, place: Place, query: str
) -> None:
    for name, unit in UNITS.items():
        client.faults.otherwise = place(unit)
        began = time.process_time()

        result = await ENGINE.run(query, Context(client.operation(), REGISTRY))

        assert time.process_time() - began < MAX_SECONDS, name
        errors = [result.get("errors"), ((result.get("data") or {}).get("createCustomer") or {}).get("userErrors")]
        assert all(len(each.encode()) <= MAX_MESSAGE for each in messages(errors)), name
        assert len(json.dumps(errors)) <= MAX_ERRORS, name
    assert all(len(each.getMessage()) <= MAX_MESSAGE for each in caplog.records)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
