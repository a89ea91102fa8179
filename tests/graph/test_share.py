"""Checking new documents takes a share of the processor, and no more."""

from __future__ import annotations

import asyncio

from gateway.graph import documents as module
from gateway.graph.checker import Checker
from gateway.graph.documents import Documents
from gateway.graph.limits import Limits
from gateway.graph.share import Share
from gateway.schema import build_schema


class Time:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_work_within_the_credit_does_not_wait() -> None:
    share = Share(0.1, 1.0, Time())
    share.spend(0.9)

    assert share.pause() == 0


def test_work_beyond_the_credit_waits_until_its_share_has_come() -> None:
    time = Time()
    share = Share(0.1, 1.0, time)
    share.spend(1.5)

    assert share.pause() == 5
    time.at = 5
    assert share.pause() == 0


def test_credit_does_not_grow_beyond_its_most() -> None:
    time = Time()
    share = Share(0.1, 1.0, time)
    time.at = 1000
    share.pause()
    share.spend(1.1)

    assert round(share.pause(), 6) == 1


async def test_a_document_that_is_known_does_not_wait_for_those_that_are_not() -> None:
    documents = Documents(Checker(build_schema()._schema, Limits(), introspection=True, suggestions=True))
    known = await documents.prepare_aside("{ groups { nodes { name } } }")
    await documents._turn.acquire()

    again = await asyncio.wait_for(documents.prepare_aside("{ groups { nodes { name } } }"), 1)

    assert again is known


async def test_documents_beyond_the_queue_are_turned_away() -> None:
    documents = Documents(Checker(build_schema()._schema, Limits(), introspection=True, suggestions=True))
    await documents._turn.acquire()
    waiting = [
        asyncio.create_task(documents.prepare_aside(f"{{ a{i}: __typename }}")) for i in range(module.MOST_WAITING)
    ]
    await asyncio.sleep(0)

    turned_away = await documents.prepare_aside("{ one_more: __typename }")
    documents._turn.release()
    prepared = await asyncio.gather(*waiting)

    assert turned_away.errors[0].extensions == {"code": "OVERLOADED"}
    assert not any(each.errors for each in prepared)
