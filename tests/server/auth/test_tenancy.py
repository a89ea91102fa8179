"""Two sellers behind one gateway, interleaved: nothing of one is ever seen by the other.

`GATEWAY_TEST_REQUESTS` sets how many requests are made.
"""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import aiohttp
import pytest

from gateway.emulator.store.faults import Kind
from tests.conftest import Graph
from tests.patience import PATIENCE

REQUESTS = int(os.environ.get("GATEWAY_TEST_REQUESTS", "2000"))
SELLERS = {"test-token": "Alpha", "second-seller-token": "Beta"}
CUSTOMERS = 12
CREATE = """mutation ($name: String!, $company: String!) {
  createCustomer(input: {givenName: $name, companyName: $company}) { customer { id givenName } userErrors { message } }
}"""
LIST = "{ customers(first: 100) { nodes { id givenName companyName groups { name } } } }"
ONE = "query ($id: ID!) { customer(id: $id) { id givenName companyName } }"
SEVERAL = "query ($one: ID!, $two: ID!) { a: customer(id: $one) { id givenName } b: customer(id: $two) { givenName } }"


class Shop:
    """Both sellers' customers, each named after its seller."""

    def __init__(self, graph: Graph, ids: dict[str, list[str]]) -> None:
        self.graph = graph
        self.ids = ids
        self.random = random.Random(7)

    def other(self, token: str) -> str:
        return next(each for each in SELLERS if each != token)

    async def ask(self, token: str) -> str:
        """One request of this seller, at times for what is the other's; the text of its answer."""
        own, foreign = self.random.choice(self.ids[token]), self.random.choice(self.ids[self.other(token)])
        query, variables = self.random.choice(
            [
                (LIST, {}),
                (LIST, {}),
                (ONE, {"id": own}),
                (ONE, {"id": self.ids[token][0]}),
                (ONE, {"id": foreign}),
                (SEVERAL, {"one": own, "two": foreign}),
            ]
        )
        body = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {token}"}
        async with self.graph.http.post(self.graph.url, json=body, headers=headers) as response:
            assert response.status == 200
            text = await response.text()
        # What a caller asked for by its id may be named in the answer's errors, but is not in its data.
        assert SELLERS[self.other(token)] not in text
        assert not [id for id in self.ids[self.other(token)] if id in text and id != variables.get("id")]
        return text


@pytest.fixture
async def shop(graph: Graph) -> Shop:
    ids: dict[str, list[str]] = {}
    for token, seller in SELLERS.items():
        ids[token] = []
        for number in range(CUSTOMERS):
            variables = {"name": f"{seller}{number}", "company": f"{seller} Ltd"}
            made = await graph.data(CREATE, variables, token=token)
            ids[token].append(made["createCustomer"]["customer"]["id"])
    return Shop(graph, ids)


async def test_no_answer_holds_anything_of_another_seller(shop: Shop) -> None:
    tokens = iter([token for _ in range(REQUESTS // 2) for token in SELLERS])
    seen = dict.fromkeys(SELLERS, 0)

    async def client() -> None:
        for token in tokens:
            text = await shop.ask(token)
            seen[token] += SELLERS[token] in text

    # Few connections, so that both sellers use each of them in turn.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8)) as http:
        shop.graph.http = http
        async with asyncio.timeout(max(PATIENCE, REQUESTS / 20)):
            await asyncio.gather(*(client() for _ in range(32)))

    assert all(count > REQUESTS / 4 for count in seen.values())


async def test_reads_are_shared_within_a_seller_and_never_across(shop: Shop) -> None:
    shop.graph.emulator.faults.add(Kind.LATENCY, "ListCustomers", milliseconds=50)
    shop.graph.reset()

    async def names(token: str) -> set[str]:
        data = await shop.graph.data(LIST, token=token)
        return {node["companyName"] for node in data["customers"]["nodes"]}

    found = await asyncio.gather(*(names(token) for _ in range(20) for token in SELLERS))

    assert found == [{"Alpha Ltd"}, {"Beta Ltd"}] * 20
    assert 2 <= shop.graph.calls["ListCustomers"] < 40


async def test_a_failing_seller_does_not_fail_the_other(shop: Shop) -> None:
    await shop.graph.emulator.send(
        "POST", "/_emulator/tokens", json={"token": "second-seller-token", "state": "revoked"}
    )

    async def codes(token: str) -> Any:
        answer = await shop.graph(LIST, token=token)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]

    found = await asyncio.gather(*(codes(token) for _ in range(10) for token in SELLERS))

    assert found == [[], ["UNAUTHENTICATED"]] * 10


async def test_an_id_that_is_foreign_looks_like_one_that_is_not_there(shop: Shop) -> None:
    foreign = await shop.graph(ONE, {"id": shop.ids["second-seller-token"][0]})
    absent = await shop.graph(ONE, {"id": "NOBODY"})

    foreign.pop("extensions")
    absent.pop("extensions")
    assert foreign == absent == {"data": {"customer": None}}
