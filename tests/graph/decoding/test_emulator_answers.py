"""What the emulator answers is read in one go, but for the operations that are named here."""

from __future__ import annotations

import re
from typing import Any

from gateway.context import REGISTRY
from gateway.square.body import Body
from gateway.square.endpoint import Call, Endpoint, Repeat
from gateway.square.response import answer_to
from tests.graph.decoding.selecting import decoders
from tests.graph.decoding.test_same_answers import same
from tests.graph.decoding.typed_answers import TYPED, selection, shown_fields
from tests.operations.world import ROWS, filled, world

# What custom attributes are is JSON of any form, and what is calculated stands alone.
IN_FULL = {
    "CalculateLoyaltyPoints",
    "ListCustomerCustomAttributeDefinitions",
    "ListCustomerCustomAttributes",
    "RetrieveCustomerCustomAttribute",
    "RetrieveCustomerCustomAttributeDefinition",
}


def call_of(endpoint: Endpoint[Any], path: str, body: Any) -> Call[Any]:
    """The call that is sent to this path."""
    template = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", endpoint.path)
    found = re.fullmatch(template, path.partition("?")[0])
    assert found is not None
    return Call(endpoint, path, None, body, names=found.groupdict())


def test_these_and_those_that_are_compared_are_all_reads() -> None:
    reads = {row.name for row in REGISTRY.endpoints if row.repeat is Repeat.SAFE}

    assert reads == IN_FULL | {typed.name for typed in TYPED}


async def test_all_reads_but_these_are_read_in_one_go(emulator: Any) -> None:
    names = await world(emulator)
    for typed in TYPED:
        (row,) = (each for each in ROWS if each.operation == typed.name)
        method, path = filled(row.call, names).split(" ")
        call = call_of(typed.call.endpoint, path, filled(row.body, names))
        response = await emulator.send(method, path, json=call.body)
        content, every = await response.read(), shown_fields(typed.kind)
        if tiers := every.get("reward_tiers"):
            # Square has the number in it as a text.
            del tiers["pricing_rule_reference"]

        body = Body(typed.name, content, decoders(typed.document % selection(every)).of(call))

        assert body.value is not None, content
        assert same(body.value, answer_to(call, Body(typed.name, content)).value, every)
