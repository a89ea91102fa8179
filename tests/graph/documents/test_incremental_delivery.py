"""`@defer` and `@stream` are refused in one error that says what to do instead, before anything is asked of Square."""

from __future__ import annotations

import pytest

from tests.conftest import Graph

WHOLE = "is not supported: an answer comes whole. Ask for what is slow in an operation of its own."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ customers { nodes { ... @defer { id } } } }", f"'@defer' {WHOLE}"),
        ("{ customers { nodes { ... @defer(if: false, label: 1) { id } } } }", f"'@defer' {WHOLE}"),
        ("{ customers { nodes @stream(initialCount: 1) { id } } }", f"'@stream' {WHOLE}"),
        ("{ customers @stream { nodes { id } } }", f"'@stream' {WHOLE}"),
        ("mutation { ... @defer { __typename } }", f"'@defer' {WHOLE}"),
        ("subscription { customerChanged { ... @defer { kind } } }", f"'@defer' {WHOLE}"),
        ("{ __typename @deferred }", "Unknown directive '@deferred'."),
    ],
)
async def test_an_answer_in_parts_is_refused_with_what_to_do(graph: Graph, query: str, message: str) -> None:
    answer = await graph(query)

    assert [(error["message"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (message, "GRAPHQL_VALIDATION_FAILED")
    ]
    assert "data" not in answer
    assert graph.calls == {}
