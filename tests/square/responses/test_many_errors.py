"""However much of an operation fails, its answer holds a bounded number of errors, and its log a line or two."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from gateway.areas.customers.endpoints import LIST_CUSTOMERS
from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.graph.selection.limits import Limits
from gateway.schema import build_schema
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from gateway.square.decode_report import UNREAD
from tests.server.lines import logged
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer, refusal

SCHEMA = build_schema()
ACCOUNTS = "{ customers(first: 100) { nodes { loyaltyAccounts { id } } } }"
MANY_ACCOUNTS = (
    "{ customers(first: 100) { nodes { "
    + " ".join(f"a{number}: loyaltyAccounts {{ id }}" for number in range(25))
    + " } } }"
)
UNREADABLE: list[dict[str, Any]] = [{"id": 7}] * 9000


def without_accounts(count: int) -> Reply:
    """A Square that lists so many customers and refuses to say anything about their accounts."""
    customers = answer({"customers": [{"id": f"C{number}"} for number in range(count)]})
    refused = refusal(403, "FORBIDDEN", "AUTHENTICATION_ERROR")

    async def reply(exchange: Exchange) -> None:
        await (refused if "loyalty" in exchange.request.target else customers)(exchange)

    return reply


async def run(client: Client, query: str, **limits: int) -> dict[str, Any]:
    engine = Engine(SCHEMA, REGISTRY, limits=Limits(**limits))
    return await engine.run(query, Context(client.operation(), REGISTRY))


async def test_of_thousands_of_errors_a_thousand_are_shown_and_the_others_counted(
    client: Client, faults: FaultServer
) -> None:
    faults.otherwise = without_accounts(100)

    found = await run(client, MANY_ACCOUNTS)

    *shown, last = found["errors"]
    assert len(found["data"]["customers"]["nodes"]) == 100
    assert [error["extensions"]["code"] for error in shown] == ["FORBIDDEN"] * 1000
    assert last == {
        "message": "1500 more errors are not shown.",
        "extensions": {"code": "TOO_MANY_ERRORS", "notShown": 1500},
    }


@pytest.mark.parametrize(("room", "shown"), [(0, 10), (150, 10), (10_000, 100)])
async def test_errors_count_among_the_values_of_an_answer(
    client: Client, faults: FaultServer, room: int, shown: int
) -> None:
    faults.otherwise = without_accounts(100)
    engine = Engine(SCHEMA, REGISTRY)
    prepared = engine.prepare(ACCOUNTS)
    values = engine.plan(prepared, prepared.operation(None)).values

    found = await run(client, ACCOUNTS, values=values + room)

    codes = [error["extensions"]["code"] for error in found["errors"]]
    assert codes == ["FORBIDDEN"] * shown + ["TOO_MANY_ERRORS"] * (shown < 100)
    assert sum(error["extensions"].get("notShown", 1) for error in found["errors"]) == 100


async def test_many_errors_in_many_lines_are_placed_in_no_time(client: Client, faults: FaultServer) -> None:
    faults.otherwise = without_accounts(100)
    fields = " ".join(f"a{number}: loyaltyAccounts {{ id }}" for number in range(15))
    last_line = f"{{ customers(first: 100) {{ nodes {{ {fields} {fields} }} }} }}"
    query = "\r\n\n\r" * 3000 + last_line
    began = time.process_time()

    found = await run(client, query)

    # It took twenty seconds when every error was looked for from the beginning.
    assert time.process_time() - began < 5
    shown = found["errors"][:-1]
    assert len(shown) == 1000
    assert all(
        error["locations"] == [{"line": 9001, "column": last_line.index(f"{error['path'][-1]}: ") + 1}]
        for error in shown
    )


async def test_nine_thousand_items_that_cannot_be_read_are_one_line_with_the_id_of_the_request(
    faults: FaultServer,
) -> None:
    faults.otherwise = answer({"customers": [*UNREADABLE, {"id": "C1", "address": 1}]})
    settings = Settings(
        _env_file=None, square_environment="emulator", square_base_url=faults.url, gateway_auth="forward"
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    headers = {"Authorization": "Bearer test-token", "X-Request-Id": "order-19"}
    query = {"query": "{ customers { nodes { id } } }"}

    with logged(gateway_log_level="warning") as lines:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{gateway.url}/graphql", json=query, headers=headers) as response,
        ):
            found = await response.json()
    await gateway.close()

    assert found["data"]["customers"]["nodes"] == [{"id": "C1"}]
    [line] = lines.json
    assert line["requestId"] == "order-19"
    assert line["message"] == (
        "ListCustomers: of the answer could not be read 9001 fields (Customer.id, Customer.address) "
        "and 9000 items of lists"
    )


async def test_an_answer_that_several_share_is_told_and_counted_once(client: Client, faults: FaultServer) -> None:
    faults.otherwise = answer({"customers": [None, {"id": "C1"}]})
    before = UNREAD.count

    with logged(gateway_log_level="warning") as lines:
        pages = await asyncio.gather(*(client.send(LIST_CUSTOMERS()) for _ in range(5)))

    assert [[each.id for each in page.items] for page in pages] == [["C1"]] * 5
    assert len(faults.requests) == 1
    assert len(lines.all) == 1
    assert UNREAD.count - before == 1
