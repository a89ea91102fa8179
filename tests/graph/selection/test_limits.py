"""Documents that are too large are refused, at a cost that does not grow with what they unfold to."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, parse, print_schema

from gateway.graph.selection.document import read
from gateway.graph.selection.limits import Limits, measure, too_large
from gateway.schema import build_schema


def refusals(document: str, **limits: int) -> list[str]:
    errors = too_large(measure(read(parse(document))), Limits(**limits))
    assert {(error.extensions or {})["code"] for error in errors} <= {"OPERATION_TOO_LARGE"}
    return [error.message.split(" too many ")[1].split(":")[0] for error in errors]


FRAGMENT = "fragment A on T"


THROUGH_FRAGMENTS = """{ __type(name: 1) { ...A } } fragment A on T { x: fields { ...B } }
  fragment B on F { type { ...C } } fragment C on T """


def nested(depth: int) -> str:
    return "{ " + "a { " * (depth - 1) + "b" + " }" * depth


@pytest.mark.parametrize(
    ("within", "beyond", "what"),
    [
        (nested(10), nested(11), "levels of depth"),
        (
            f"{{ f {{ ...A }} }} {FRAGMENT} {nested(9)}",
            f"{{ f {{ ...A }} }} {FRAGMENT} {nested(10)}",
            "levels of depth",
        ),
        (
            "{ a { " + " ".join(f"x{n}: b" for n in range(30)) + " } }",
            "{ a { " + " ".join(f"x{n}: b" for n in range(31)) + " } }",
            "aliases",
        ),
        (f"{{ {'a' * 128}: b }}", f"{{ {'a' * 129}: b }}", "characters in an alias"),
        (f"{{ {'a' * 500} }}", f"{{ f {{ ...A }} }} {FRAGMENT} {{ {'a' * 129}: b }}", "characters in an alias"),
        (
            "{ a { " + " ".join("b @include(if: true)" for _ in range(50)) + " } }",
            "{ a { " + " ".join("b @include(if: true)" for _ in range(51)) + " } }",
            "directives",
        ),
        ("{ a @x @x @x }", "{ a @x @x @x @x }", "directives on one field"),
        ("{ " + "a " * 30 + "}", "{ " + "a " * 31 + "}", "root fields"),
        (
            "{ ...A ...A } fragment A on Query { " + "a " * 15 + "}",
            "{ ...A ...A b } fragment A on Query { " + "a " * 15 + "}",
            "root fields",
        ),
        ("{ a { " + "b " * 4999 + "} }", "{ a { " + "b " * 5000 + "} }", "fields"),
        (
            "{ __schema { " + " ".join(f"x{n}: b" for n in range(30)) + " } }",
            "{ __schema { ...A } } fragment A on T { " + " ".join(f"x{n}: b" for n in range(31)) + " }",
            "aliases",
        ),
        ("{ __schema { " + "b " * 4999 + "} }", "{ __type(name: 1) { " + "b " * 5000 + "} }", "fields"),
        (
            "{ __schema { types { fields { args { type { ofType { name } } } } } } }",
            "{ __schema { types { fields { args { type { enumValues { name } } } } } } }",
            "lists inside lists of the schema",
        ),
        (
            THROUGH_FRAGMENTS + "{ interfaces { possibleTypes { name } } }",
            THROUGH_FRAGMENTS + "{ interfaces { possibleTypes { y: inputFields { name } } } }",
            "lists inside lists of the schema",
        ),
    ],
)
def test_each_limit_allows_what_it_says_and_not_one_more(within: str, beyond: str, what: str) -> None:
    assert refusals(within) == []
    assert refusals(beyond) == [what]


def test_introspection_may_be_deep() -> None:
    assert refusals("{ __schema " + nested(20) + " }") == []


def test_names_of_the_schema_s_lists_count_only_where_the_schema_is_read() -> None:
    assert refusals("{ types { fields { args { directives { fields { interfaces } } } } } }") == []


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("depth", [9, 15])
async def test_what_tools_ask_of_the_schema_is_answered(graph: Any, everything: bool, depth: int) -> None:
    query = get_introspection_query(
        True, everything, everything, everything, everything, everything, everything, type_depth=depth
    )

    shown = await graph.data(query)

    assert print_schema(build_client_schema(shown)) == print_schema(build_client_schema(everything_of(query)))


def everything_of(query: str) -> Any:
    result = build_schema().execute_sync(query)
    assert not result.errors
    return result.data


async def test_lists_of_the_schema_inside_each_other_are_refused(graph: Any) -> None:
    answer = await graph("{ __schema { types { fields { args { type { fields { args { name } } } } } } } }")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["OPERATION_TOO_LARGE"]


def doubling(levels: int) -> str:
    """Each fragment spreads the next one twice: 2^levels fields."""
    parts = [f"fragment F{n} on T {{ a {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(levels)]
    return f"{{ r {{ ...F0 }} }} {' '.join(parts)} fragment F{levels} on T {{ leaf }}"


def all_later(levels: int) -> str:
    """Each fragment spreads all later ones, at the root: 2^levels paths, hardly any text."""
    parts = [
        f"fragment F{n} on Query {{ {' '.join(f'...F{m}' for m in range(n + 1, levels + 1))} }}" for n in range(levels)
    ]
    return f"{{ ...F0 }} {' '.join(parts)} fragment F{levels} on Query {{ leaf }}"


@pytest.mark.parametrize(("bomb", "levels", "fields"), [(doubling, 60, 2**61), (all_later, 28, 2**27)])
def test_fields_are_counted_in_place_without_unfolding_them(bomb: Any, levels: int, fields: int) -> None:
    size = measure(read(parse(bomb(levels))))

    assert size.fields == fields
    assert "fields" in refusals(bomb(levels))


async def test_bombs_are_refused_by_the_gateway_before_any_call(graph: Any) -> None:
    for document in (doubling(12), all_later(15)):
        answer = await graph(document)

        assert {error["extensions"]["code"] for error in answer["errors"]} == {"OPERATION_TOO_LARGE"}
        assert "data" not in answer
    assert not graph.calls


async def test_too_many_tokens_and_characters_are_refused(graph: Any) -> None:
    tokens = await graph("{ customers { nodes { " + "id " * 1000 + "} } }")
    characters = await graph("{ customers { nodes { id } } } #" + "x" * 15_000)

    assert [error["extensions"]["code"] for error in tokens["errors"]] == ["GRAPHQL_PARSE_FAILED"]
    assert [error["extensions"]["code"] for error in characters["errors"]] == ["OPERATION_TOO_LARGE"]


@pytest.mark.parametrize(
    "document",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ customers { nodes { ...A } } } fragment A on Customer { groups { customers { nodes { ...A } } } }",
        "{ ...Unknown }",
    ],
)
async def test_circles_and_unknown_fragments_are_validation_errors(graph: Any, document: str) -> None:
    answer = await graph(document)

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert not graph.calls


async def test_nesting_without_end_is_refused_and_never_crashes(graph: Any) -> None:
    for document in ("{ a " * 900 + "}" * 900, "{ a(b: " + "[" * 900 + "]" * 900 + ") }", "query ($a: " + "[" * 900):
        answer = await graph(document)

        assert answer["errors"][0]["extensions"]["code"] in {"GRAPHQL_PARSE_FAILED", "OPERATION_TOO_LARGE"}


def test_every_operation_of_a_document_is_measured() -> None:
    document = f"query A {{ ok }} query B {nested(11)}"

    assert refusals(document) == ["levels of depth"]


def test_no_more_is_told_of_many_operations_than_of_one() -> None:
    operations = [f"query Q{n} {{ ...A }}" for n in range(140)]
    document = " ".join([*operations, "fragment A on Query {", *(f"a{n}: b" for n in range(31)), "}"])

    assert refusals(document) == ["aliases", "root fields", "aliases", "root fields", "aliases"]
    assert refusals(document.replace("{ ...A }", "{ a @x @x @x @x ...A }")) == refusals(document)


def test_a_spread_counts_with_everything_in_it() -> None:
    document = "{ r { ...A ...A ...A } } fragment A on T { x: a y: b c }"

    assert refusals(document, aliases=6) == []
    assert refusals(document, aliases=5) == ["aliases"]
    assert refusals(document, fields=9) == ["fields"]
    assert refusals(document, fields=10) == []
