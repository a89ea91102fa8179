"""Documents that only serve to wear out the gateway are refused for little work. The work is counted, not timed."""

from __future__ import annotations

import asyncio
import sys
from itertools import product
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.documents.parser import Prepared
from gateway.graph.documents.validation import MAX_ERRORS
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from tests.graph.hostile_documents import LARGE, REPETITIVE, TOO_LARGE, WRONG, nested

# Calls of Python functions: about 10 ms on a slow machine for every 100,000.
MAX_WORK = 200_000


@pytest.fixture(scope="module")
def engine() -> Engine:
    """An engine that has worked before, so that nothing is counted that happens once."""
    engine = Engine(build_schema(), REGISTRY)
    engine.prepare("{ customers { nodes { id } } }")
    return engine


def counted(engine: Engine, document: str) -> tuple[Prepared, int]:
    """The outcome of preparing a document, and how many function calls it took."""
    calls = 0

    def count(_: Any, event: str, __: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        prepared = engine.prepare(document)
    finally:
        sys.setprofile(before)
    return prepared, calls


def codes(prepared: Prepared) -> set[str]:
    return {error.extensions["code"] for error in prepared.errors if error.extensions}


@pytest.mark.parametrize("name", [*REPETITIVE, *TOO_LARGE])
def test_what_is_too_large_is_refused_for_little_work(engine: Engine, name: str) -> None:
    prepared, work = counted(engine, {**REPETITIVE, **TOO_LARGE}[name])

    assert codes(prepared) == {"OPERATION_TOO_LARGE"}
    assert 1 <= len(prepared.errors) <= MAX_ERRORS
    assert work < MAX_WORK


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_many_times_is_told_five_times_for_little_work(engine: Engine, name: str) -> None:
    prepared, work = counted(engine, WRONG[name])

    assert codes(prepared) <= {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
    assert 1 <= len(prepared.errors) <= MAX_ERRORS
    assert work < MAX_WORK


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_and_valid_costs_little_work(engine: Engine, name: str) -> None:
    prepared, work = counted(engine, LARGE[name])

    assert not prepared.errors
    assert work < MAX_WORK


def test_the_work_of_a_bomb_grows_with_its_size_and_not_with_what_it_stands_for(engine: Engine) -> None:
    works = [counted(engine, nested(levels, 2, "id"))[1] for levels in (10, 20, 40)]

    assert works[1] < 3 * works[0]
    assert works[2] < 3 * works[1]


def test_a_document_that_was_checked_once_is_not_checked_again(engine: Engine) -> None:
    document = nested(3, 2, "id note")
    first, _ = counted(engine, document)

    second, work = counted(engine, document)

    assert second is first
    assert work < 20


async def test_bombs_reach_nothing_over_http(graph: Any) -> None:
    for document in (REPETITIVE["one object 230 times"], TOO_LARGE["a fragment bomb of 700 bytes"]):
        answer = await graph(document)

        assert answer["errors"][0]["extensions"]["code"] == "OPERATION_TOO_LARGE"
        assert "data" not in answer

    assert not graph.calls


async def test_while_a_long_document_is_checked_the_event_loop_goes_on(engine: Engine) -> None:
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_turns())
    prepared = await engine.prepare_aside(REPETITIVE["60 equal fragments of objects"])
    counting.cancel()

    assert codes(prepared) == {"OPERATION_TOO_LARGE"}
    assert turns > 1


async def test_a_long_document_is_remembered_too(engine: Engine) -> None:
    document = LARGE["900 ids"]

    first = await engine.prepare_aside(document)

    assert await engine.prepare_aside(document) is first is engine.prepare(document)


@pytest.mark.parametrize(("fields", "remembered"), [(1, 8), (20, 8), (200, 2), (400, 1), (600, 0)])
def test_the_larger_a_document_the_fewer_values_of_its_conditions_are_remembered(
    engine: Engine, fields: int, remembered: int
) -> None:
    names = ", ".join(f"$v{number}: Boolean!" for number in range(4))
    conditions = "".join(f" ... @include(if: $v{number}) {{ __typename }}" for number in range(4))
    prepared = engine.prepare(f"query ({names}) {{ {conditions} groups {{ nodes {{ {'id ' * fields}}} }} }}")
    operation = prepared.operation(None)

    for values in product([True, False], repeat=4):
        engine.plan(prepared, operation, {f"v{number}": value for number, value in enumerate(values)})

    assert len(prepared.selections) == remembered


def test_fragments_inside_each_other_without_end_never_crash(engine: Engine) -> None:
    deep = "...{" * 105, "}" * 105
    fragments = " ".join(f"fragment F{each} on Query {{ {deep[0]} ...F{each + 1} {deep[1]} }}" for each in range(3))

    def prepared(frames: int) -> Prepared:
        if frames:
            return prepared(frames - 1)
        return engine.prepare(f"{{ ...F0 }} {fragments} fragment F3 on Query {{ __typename }}")

    assert all(codes(prepared(frames)) <= {"GRAPHQL_PARSE_FAILED", "OPERATION_TOO_LARGE"} for frames in (0, 50, 100))
