"""`gateway check` on the queries that Relay makes of fragments: `@refetchable`, on the root and on objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.test_check_clients import check, operation


def test_the_query_that_relay_makes_of_a_fragment_is_priced_with_the_variables_around(tmp_path: Path) -> None:
    text = """fragment F on Query
      @refetchable(queryName: "Again") @argumentDefinitions(n: {type: "Int", defaultValue: 250})
      { customers(first: $n, after: $cursor) { nodes { id } } }
    query A($cursor: String) { ...F @arguments(n: 1) }"""
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0, result.stderr
    assert operation(result, "A") == "at most 1 call"
    assert operation(result, "Again").startswith("at most 3 calls")


def test_the_query_that_relay_makes_of_an_object_is_priced(tmp_path: Path) -> None:
    text = """fragment F on LoyaltyAccount
      @refetchable(queryName: "Again") @argumentDefinitions(n: {type: "Int", defaultValue: 90}, after: {type: "String"})
      { events(first: $n, after: $after) { nodes { id } } }
    query A { loyaltyAccount(id: "a") { ...F @arguments(n: 1) } }"""
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0, result.stderr
    assert operation(result, "A") == "at most 2 calls"
    assert operation(result, "Again").startswith("at most 4 calls")


@pytest.mark.parametrize(
    ("definition", "wrong", "what"),
    [
        ('{type: "Nope"}', '"Nope"', "Unknown type 'Nope'"),
        ('{type: "[Nope!]!"}', '"[Nope!]!"', "Unknown type 'Nope'"),
        ('{type: "Int"}', "n: {", "Variable '$n' is never used"),
        ('{type: "Int", defaultValue: "x"}', '"x"', "Int cannot represent non-integer value"),
    ],
)
def test_mistakes_in_what_a_fragment_defines_are_found_where_they_are(
    tmp_path: Path, definition: str, wrong: str, what: str
) -> None:
    text = (
        f'fragment F on Query @refetchable(queryName: "Again") @argumentDefinitions(n: {definition})'
        " { customers(first: 1) { nodes { id } } }"
    )
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 1
    assert f"a.graphql:1:{text.index(wrong) + 1}  {what}" in result.stderr
    assert all(line.startswith(f"{tmp_path}/a.graphql:1:") for line in result.stderr.splitlines())


def test_a_query_that_relay_could_not_make_is_named(tmp_path: Path) -> None:
    fragment = 'fragment F on Address @refetchable(queryName: "Again") { locality }'
    text = f"{fragment} query A {{ customers(first: 1) {{ nodes {{ address {{ ...F }} }} }} }}"
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0
    assert "a.graphql:1:23  passed over: `Again` cannot be made" in result.stdout
