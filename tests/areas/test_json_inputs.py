"""Values of the scalar JSON: sent exactly as they were given, or refused before anything is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.emulator.conftest import Emulator

SET = """mutation ($raw: JSON!) { upsertCustomerCustomAttribute(customerId: "X", key: "k", value: {raw: $raw}) {
  userErrors { code } } }"""
SET_INPUT = """mutation ($value: CustomAttributeValueInput!) {
  upsertCustomerCustomAttribute(customerId: "X", key: "k", value: $value) { userErrors { code } } }"""
DEFINE = """mutation ($schema: JSON!) { createCustomerCustomAttributeDefinition(
  input: {key: "k", schema: $schema}) { userErrors { code } } }"""


def literal(value: str, head: str = "") -> str:
    return f"""mutation {head} {{ upsertCustomerCustomAttribute(customerId: "X", key: "k", value: {{raw: {value}}}) {{
      userErrors {{ code }} }} }}"""


def nested(levels: int, core: Any = 1) -> Any:
    for level in range(levels):
        core = [core] if level % 2 else {"a": core}
    return core


def sent(emulator: Emulator, operation: str = "UpsertCustomerCustomAttribute") -> list[Any]:
    return [call.body for call in emulator.recorded.latest if call.operation == operation]


WRONG = [2**63, -(2**63) - 1, 2**64, 10**300, {"a": [1, 2**70]}, nested(33), [nested(32)]]


@pytest.mark.parametrize("raw", WRONG, ids=lambda raw: str(raw)[:24])
async def test_a_variable_that_cannot_be_sent_as_it_is_reaches_nobody(graph: Any, raw: Any) -> None:
    alone = await graph(SET, {"raw": raw})
    inside = await graph(SET_INPUT, {"value": {"raw": raw}})
    schema = await graph(DEFINE, {"schema": {"x": raw}})

    for answer, place in ((alone, "$raw"), (inside, ".raw"), (schema, "$schema")):
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert place in error["message"]
        assert error["locations"]
        assert len(error["message"]) < 120
    assert not graph.calls


@pytest.mark.parametrize(
    "raw",
    [
        "1e99999", "-1e99999", "{a: 1e99999}", "[[1e400]]", "1" * 5_000, "{a: -" + "1" * 5_000 + "}",
        str(2**63), str(-(2**63) - 1), "[" * 33 + "]" * 33, "[" * 150 + "]" * 150,
    ],
    ids=lambda raw: raw[:12],
)  # fmt: skip
async def test_a_literal_that_cannot_be_sent_as_it_is_reaches_nobody(graph: Any, raw: str) -> None:
    answer = await graph(literal(raw))
    schema = await graph(
        f'mutation {{ createCustomerCustomAttributeDefinition(input: {{key: "k", schema: {{x: {raw}}}}}) '
        "{ userErrors { code } } }"
    )

    for each in (answer, schema):
        (error,) = each["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        assert error["message"].startswith("Expected JSON")
        assert error["locations"]
    assert not graph.calls


async def test_a_variable_in_a_literal_counts_with_what_is_around_it(graph: Any) -> None:
    query = literal("[[[$inner]]]", "($inner: JSON)")

    answer = await graph(query, {"inner": nested(30)})

    (error,) = answer["errors"]
    assert error["path"] == ["upsertCustomerCustomAttribute"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "'value' has invalid value at .raw" in error["message"]
    assert not graph.calls


KEPT = [
    2**63 - 1, -(2**63), 0, -1, 1.5, 1e300, True, "", "null", "😀", [], {}, [None, {"a": None}],
    {"": {"a b": [1, 2.5, "é", False]}}, nested(32),
]  # fmt: skip


@pytest.mark.parametrize("raw", KEPT, ids=lambda raw: ascii(raw)[:24])
async def test_everything_else_is_sent_unaltered(graph: Any, emulator: Emulator, raw: Any) -> None:
    await graph.data(SET, {"raw": raw})

    (body,) = sent(emulator)
    assert body["custom_attribute"]["value"] == raw
    assert type(body["custom_attribute"]["value"]) is type(raw)


async def test_a_literal_is_sent_unaltered_with_the_variables_in_it(graph: Any, emulator: Emulator) -> None:
    head = "($list: JSON, $long: Long, $none: JSON, $absent: JSON, $also: JSON)"
    query = literal(
        '{a: $list, b: [$long, $none, $absent], c: $also, d: RED, e: "x", f: -0.5, g: {h: true, i: null}}', head
    )

    await graph.data(query, {"list": [1, {"k": "v"}], "long": str(2**63 - 1), "none": None})

    (body,) = sent(emulator)
    assert body["custom_attribute"]["value"] == {
        "a": [1, {"k": "v"}],
        "b": [2**63 - 1, None, None],
        "d": "RED",
        "e": "x",
        "f": -0.5,
        "g": {"h": True, "i": None},
    }


Run = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


@pytest.fixture
async def run(emulator: Emulator) -> AsyncIterator[Run]:
    """The graph without what reads the request, which refuses some values before they get here."""
    square, engine = Square(emulator.url), Engine(build_schema(), REGISTRY)

    async def run(query: str, variables: dict[str, Any]) -> dict[str, Any]:
        operation = Context(TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
        return await engine.run(query, operation, variables)

    yield run
    await square.close()


@pytest.mark.parametrize(
    "raw",
    [float("nan"), float("inf"), [-float("inf")], "\ud800", {"\udc00": 1}, ["a", {"b": "x\ud83dy"}], {1, 2}],
    ids=ascii,
)
async def test_what_is_not_json_at_all_is_refused_too(run: Run, emulator: Emulator, raw: Any) -> None:
    answer = await run(SET, {"raw": raw})

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "'$raw' has invalid value: Expected JSON" in error["message"]
    assert not emulator.calls
