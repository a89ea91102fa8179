"""What clients really send is run the compiled way, with the same answers as graphql-core's."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from gateway.graph.subgraph.core_schema import core_schema
from tests.differential.case import Bench, Case
from tests.differential.client_documents import ClientDocument, client_documents
from tests.differential.documents import Document
from tests.differential.shop import shop
from tests.differential.told import told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both() -> AsyncIterator[Bench]:
    async with shop() as running:
        yield running


def _case(both: Bench, sent: ClientDocument, seed: int, share: float) -> Case:
    """A document with its own variables, and those that it lacks by chance."""
    chance, text = Random(seed), _with_keys(both, sent.text)
    values = both.world.values(chance)
    prepared = both.compiled.prepare(text)
    assert not prepared.errors, prepared.errors
    operation = prepared.operation(None)
    values.take(core_schema(both.core.schema), operation)
    given = [{**values.given(chance), **sent.variables}, values.given(chance)]
    return Case(seed, Document(text, values), given, share, operation.operation.value == "mutation")


def _with_keys(both: Bench, text: str) -> str:
    """The document with a key for each write that can have one: the gateway makes up others every time."""
    root = core_schema(both.core.schema).mutation_type
    assert root is not None
    for name, field in root.fields.items():
        if "idempotencyKey" in field.args and "idempotencyKey:" not in text:
            text = re.sub(rf"\b{name}\(", f'{name}(idempotencyKey: "mine", ', text)
    return text


def test_there_are_documents_of_many_clients() -> None:
    assert len(client_documents()) >= 60


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("sent", client_documents(), ids=lambda sent: sent.place)
async def test_a_clients_document_runs_compiled_with_the_same_answers(both: Bench, sent: ClientDocument) -> None:
    for seed, share in enumerate((0.0, 0.0, 0.3, 0.3, 0.8)):
        found = await both.check(_case(both, sent, seed, share))
        assert found is None, told(found)

    assert both.compiled.fallbacks == 0
