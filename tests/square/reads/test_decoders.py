"""An operation that says what it wants of answers gets just that; whoever shares its read gets what it wants itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from gateway.areas.groups.endpoints import LIST_GROUPS, RETRIEVE_GROUP
from gateway.square.client import Square
from gateway.square.endpoint import Call
from gateway.square.errors import BadResponse
from gateway.square.tenant_square import TenantSquare
from tests.square.conftest import Client, tenant
from tests.square.fault_server import FaultServer, answer
from tests.square.identity_shop import open_shop

READ = RETRIEVE_GROUP(group_id="G1")


class Named:
    """Reads of every group its name in capitals, unless it is to be read field by field."""

    def __init__(self, mark: str = "", *, refuses: bool = False) -> None:
        self.mark = mark
        self.refuses = refuses
        self.asked: list[str] = []

    def of(self, call: Call[Any]) -> Callable[[bytes], Any]:
        self.asked.append(call.endpoint.name)
        return self.read

    def read(self, content: bytes) -> str:
        if self.refuses:
            raise ValueError
        name: str = orjson.loads(content)["group"]["name"]
        return self.mark + name.upper()


def wanting(client: Client, decoders: Named) -> TenantSquare:
    operation = client.operation()
    operation.decoders = decoders
    return operation


async def test_an_answer_is_read_as_the_operation_wants_it(client: Client) -> None:
    assert await wanting(client, Named("-")).send(READ) == "-REGULARS"


async def test_what_cannot_be_read_in_one_go_is_read_field_by_field(client: Client) -> None:
    assert (await wanting(client, Named(refuses=True)).send(READ)).name == "Regulars"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"group":', b"\xff"])
async def test_bytes_that_are_no_object_fail_as_ever(client: Client, faults: FaultServer, body: bytes) -> None:
    faults.then(answer(body), answer(body))

    with pytest.raises(BadResponse):
        await wanting(client, Named(refuses=True)).send(READ)


async def test_whoever_joins_a_read_gets_what_it_wants_itself(client: Client, faults: FaultServer) -> None:
    operations = [
        wanting(client, Named("1")),
        wanting(client, Named("2")),
        client.operation(),
        wanting(client, Named()),
    ]

    first, second, third, last = await asyncio.gather(*(operation.send(READ) for operation in operations))

    assert (first, second, last) == ("1REGULARS", "2REGULARS", "REGULARS")
    assert third.name == "Regulars"
    assert len(faults.requests) == 1
    assert sum(operation.usage.coalesced for operation in operations) == 3


async def test_whoever_joins_an_operation_without_wishes_gets_what_it_wants_all_the_same(client: Client) -> None:
    operations = [client.operation(), wanting(client, Named("2"))]

    first, second = await asyncio.gather(*(operation.send(READ) for operation in operations))

    assert (first.name, second) == ("Regulars", "2REGULARS")


async def test_what_may_be_remembered_is_read_in_full() -> None:
    async with open_shop(remember=30.0) as shop:
        square: Square = shop.square
        operation = TenantSquare(square, tenant("test-token"))
        operation.decoders = named = Named()
        await operation.send(LIST_GROUPS(query={"limit": 50}))

    assert named.asked == []
