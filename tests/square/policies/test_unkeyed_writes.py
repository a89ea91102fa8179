"""The promise above all others: a write that Square may have processed is never sent twice unless that is harmless.

Random faults strike examples of all 25 writes, the same each time; WRITE_FAULTS=10000 runs longer, and WRITE_SEED
chooses others.
"""

from __future__ import annotations

import os
import random
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.square.endpoint import Call, Repeat
from gateway.square.errors import Ambiguous, SquareError
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer, refusal
from tests.square.write_calls import ONCE_ONLY, REPEATABLE, WRITES, named, success

FAULTS = int(os.environ.get("WRITE_FAULTS", "2000"))
SEED = int(os.environ.get("WRITE_SEED", "7"))


def test_the_examples_cover_every_write() -> None:
    writes = {row.name for row in REGISTRY.endpoints if row.repeat is not Repeat.SAFE}

    assert {call.endpoint.name for call in WRITES} == writes


@pytest.mark.parametrize("call", REPEATABLE, ids=named)
def test_writes_that_square_recognises_may_be_repeated(call: Call[Any]) -> None:
    assert call.repeatable


@pytest.mark.parametrize("call", ONCE_ONLY, ids=named)
def test_writes_without_key_or_version_may_not(call: Call[Any]) -> None:
    assert not call.repeatable


@pytest.mark.parametrize("call", REPEATABLE, ids=named)
async def test_a_repeatable_write_survives_a_lost_answer_byte_for_byte(
    client: Client, faults: FaultServer, call: Call[Any]
) -> None:
    faults.then(fault.reset(processed=True), answer(success(call)))

    await client.send(call)

    first, second = faults.requests
    assert (first.target, first.content) == (second.target, second.content)
    # The second goes over a connection of its own.
    assert second.headers == {**first.headers, "connection": "close"}


@pytest.mark.parametrize("call", ONCE_ONLY, ids=named)
async def test_a_write_that_may_not_be_repeated_is_not(client: Client, faults: FaultServer, call: Call[Any]) -> None:
    faults.then(fault.reset(processed=True), answer(success(call)))

    error = await client.failure(call)

    assert (type(error), error.retryable, len(faults.requests)) == (Ambiguous, False, 1)


async def test_no_write_without_key_is_ever_processed_twice(client: Client, faults: FaultServer) -> None:
    chance = random.Random(SEED)
    struck = 0

    def some_fault() -> Reply:
        reply = chance.choice(
            [
                fault.reset(processed=True),
                fault.reset(processed=False),
                fault.close,
                fault.stall,
                fault.stall_in_body,
                fault.reset_in_body,
                fault.TRUNCATED,
                fault.HTML,
                refusal(503),
                refusal(504),
                refusal(429, Retry_After=chance.choice([0, 1, 4])),
            ]
        )

        async def strike(exchange: Exchange) -> None:
            nonlocal struck
            struck += 1
            await reply(exchange)

        return strike

    client.with_budget(failures=10**9, retry_share=1.0)
    outcomes: Counter[str] = Counter()
    sent: dict[str, Call[Any]] = {}
    while struck < FAULTS:
        # The query tells the calls apart, as a request may arrive after its caller has given up.
        call = replace(chance.choice(WRITES), query={"number": len(sent)})
        sent[call.target] = call
        good = answer(success(call))
        faults.script.clear()
        faults.then(*[some_fault() if chance.random() < 0.7 else good for _ in range(3)])
        outcomes[await ending(client, call)] += 1
        client.time.pass_by(60)

    arrived: defaultdict[str, list[fault.Request]] = defaultdict(list)
    for request in faults.requests:
        arrived[request.target].append(request)
    for target, requests in arrived.items():
        call = sent[target]
        hint = f"seed {SEED}: {call.endpoint.name} {call.body}"
        assert {request.content for request in requests} == {call.content or b""}, hint
        if not call.repeatable:
            # Only a 429 says that nothing was done; after anything else there is no second request.
            assert all(request.answered == 429 for request in requests[:-1]), hint
            assert sum(request.processed for request in requests) <= 1, hint
    assert set(outcomes) == {"answered", "failed", "unknown"}
    print(f"seed {SEED}: {struck} faults in {len(sent)} writes, {dict(outcomes)}")  # noqa: T201


async def ending(client: Client, call: Call[Any]) -> str:
    try:
        await client.send(call)
    except SquareError as error:
        unknown = isinstance(error, Ambiguous)
        told = error.retryable is not None or not error.maybe_processed
        safe = call.repeatable or not unknown or error.retryable is False
        assert told, f"seed {SEED}: {call.endpoint.name}"
        assert safe, f"seed {SEED}: {call.endpoint.name}"
        return "unknown" if unknown else "failed"
    return "answered"


async def test_the_fault_server_tells_what_was_processed(client: Client, faults: FaultServer) -> None:
    faults.then(refusal(429), fault.reset(processed=True))

    await client.failure(ONCE_ONLY[0])

    assert [(request.processed, request.answered) for request in faults.requests] == [(False, 429), (True, None)]
