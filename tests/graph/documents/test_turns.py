"""New documents are checked in turn: callers in rotation, known documents at once, and nobody has too many waiting."""

from __future__ import annotations

import asyncio

import pytest

from gateway.fairness.fair_share import Holder
from gateway.graph.documents.cache import CALLER_SHARE, MAX_WAITING, SHORT_DOCUMENT, Documents, TooManyDocuments
from gateway.graph.documents.parser import Checker
from gateway.graph.selection.limits import Limits
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema

MOST = round(MAX_WAITING * CALLER_SHARE)


@pytest.fixture
def documents() -> Documents:
    return Documents(Checker(core_schema(build_schema()), Limits(), introspection=True, suggestions=True))


class Order:
    """Who was served, in order."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.names: list[str] = []
        self._number = 0

    def send(self, caller: str, times: int = 1) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self._send(caller)) for _ in range(times)]

    async def _send(self, caller: str) -> None:
        self._number += 1
        # Long enough to be checked beside the event loop: those behind it have to wait.
        text = f"{{ a{self._number}: __typename }} # {'-' * SHORT_DOCUMENT}"
        await self.documents.prepare_aside(text, Holder(caller))
        self.names.append(caller)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_callers_take_turns_however_many_documents_one_of_them_sends(documents: Documents) -> None:
    order = Order(documents)

    await asyncio.gather(*order.send("first", 2), *order.send("greedy", 5), *order.send("a"), *order.send("b"))

    # The one that is served when the others come is one, and each of them waits for one of the greedy one's at most.
    assert {"a", "b"} <= set(order.names[:6])
    assert order.names[-3:] == ["greedy"] * 3


async def test_who_has_too_many_waiting_is_refused_and_others_are_not(documents: Documents) -> None:
    order = Order(documents)
    greedy = order.send("greedy", 3 * MOST)
    await settle()
    others = order.send("another") + order.send("a third")

    outcomes = await asyncio.gather(*greedy, return_exceptions=True)
    await asyncio.gather(*others)

    refused = [each for each in outcomes if isinstance(each, TooManyDocuments)]
    assert all(each.own for each in refused)
    assert documents.refused == len(refused) > MOST
    assert order.names.count("greedy") == 3 * MOST - len(refused)


async def test_a_document_that_is_known_does_not_wait_for_those_that_are_not(documents: Documents) -> None:
    known = await documents.prepare_aside("{ groups { nodes { name } } }")
    order = Order(documents)
    waiting = order.send("greedy", 10)
    await settle()

    assert await documents.prepare_aside("{ groups { nodes { name } } }") is known
    assert len(order.names) < 10
    await asyncio.gather(*waiting)


async def test_a_caller_who_leaves_holds_up_nobody(documents: Documents) -> None:
    order = Order(documents)
    [first, leaving, last] = order.send("first") + order.send("leaving") + order.send("last")
    await settle()
    leaving.cancel()

    await asyncio.gather(first, last)

    assert "last" in order.names
