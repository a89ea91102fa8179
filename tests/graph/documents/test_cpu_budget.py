"""Checking new documents takes a share of the processor, and no more."""

from __future__ import annotations

import asyncio

import pytest

from gateway.fair_share import Holder
from gateway.graph.documents.cache import MOST_WAITING, MOST_WAITING_IN_ALL, Documents, TooManyDocuments
from gateway.graph.documents.cpu_budget import Share
from gateway.graph.documents.fair_queue import Turns
from gateway.graph.documents.parser import Checker
from gateway.graph.selection.limits import Limits
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


def checked_in_turns() -> tuple[Documents, Turns]:
    checker = Checker(build_schema()._schema, Limits(), introspection=True, suggestions=True)
    turns = Turns(MOST_WAITING, MOST_WAITING_IN_ALL)
    return Documents(checker, turns=turns), turns


async def test_a_document_that_is_known_does_not_wait_for_those_that_are_not() -> None:
    documents, turns = checked_in_turns()
    known = await documents.prepare_aside("{ groups { nodes { name } } }")
    async with turns.turn("somebody"):
        again = await asyncio.wait_for(documents.prepare_aside("{ groups { nodes { name } } }"), 5)

    assert again is known


async def test_documents_beyond_the_queue_are_turned_away() -> None:
    documents, turns = checked_in_turns()
    async with turns.turn("somebody"):
        waiting = [
            asyncio.create_task(documents.prepare_aside(f"{{ a{i}: __typename }}", Holder("crowd")))
            for i in range(MOST_WAITING)
        ]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(TooManyDocuments):
            await documents.prepare_aside("{ one_more: __typename }", Holder("crowd"))
        other = asyncio.create_task(documents.prepare_aside("{ other: __typename }", Holder("other")))
        await asyncio.sleep(0)
    prepared = await asyncio.gather(*waiting, other)

    assert not any(each.errors for each in prepared)
