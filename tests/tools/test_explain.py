"""`gateway explain` of what the gateway would not run: it is refused in one line, and no plan is shown."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gateway.cli import main

QUERY = "query ($n: Int!, $filter: CustomerFilter) { customers(first: $n, filter: $filter) { nodes { id } } }"
DEEP = (
    "{ customers { nodes { groups { customers { nodes { groups { customers { nodes { groups { name } } } } } } } } } }"
)


def refused(*given: str, **env: str) -> str:
    result = CliRunner().invoke(main, ["explain", *given], env=env)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"n": "many"}, "$n"),
        ({"n": None}, "$n"),
        ({"n": 2**40}, "$n"),
        ({"n": 1, "filter": {"nothing": 1}}, "nothing"),
    ],
)
def test_a_variable_that_the_gateway_would_refuse_is_named(variables: dict[str, object], named: str) -> None:
    line = refused(QUERY, "--variables", json.dumps(variables))

    assert line.startswith("Error: --variables: ")
    assert named in line


@pytest.mark.parametrize(
    ("query", "limit", "named"),
    [
        (DEEP, "GATEWAY_MAX_DEPTH", "levels of depth"),
        ("{ a: __typename b: __typename }", "GATEWAY_MAX_ALIASES", "aliases"),
        ("{ __typename groups { nodes { id } } }", "GATEWAY_MAX_ROOT_FIELDS", "root fields"),
    ],
)
def test_an_operation_that_the_gateway_would_find_too_large_has_no_plan(query: str, limit: str, named: str) -> None:
    line = refused(query, **{limit: "1"})

    assert line.startswith("Error: the gateway would refuse the query: ")
    assert named in line


def test_a_variable_that_is_not_given_may_be_any() -> None:
    result = CliRunner().invoke(main, ["explain", QUERY, "--json"])

    assert json.loads(result.stdout)[0]["calls"] == 1
