"""`gateway explain`: the calls of an operation, or one line for what the gateway would not run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main
from tests.test_cli import run

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


def test_explain_shows_the_calls_stage_by_stage() -> None:
    query = "query People { customers(first: 150) { nodes { groups { name } } } }"
    shown = run("explain", query).stdout
    assert "People" in shown
    assert shown.index("ListCustomers") < shown.index("Stage 2") < shown.index("ListCustomerGroups")
    [plan] = json.loads(run("explain", query, "--json").stdout)
    assert (plan["operation"], plan["kind"], plan["usual"], plan["calls"]) == ("People", "query", 3, 3 + 15)
    assert plan["stages"][0]["steps"] == [{"operation": "ListCustomers", "calls": 2, "fields": ["customers"]}]


def test_explain_takes_variables_a_file_and_standard_input(tmp_path: Path) -> None:
    query = "query($n: Int!) { customers(first: $n) { nodes { id } } }"
    (tmp_path / "query.graphql").write_text(query)
    for given, stdin in ((query, None), (f"@{tmp_path}/query.graphql", None), ("-", query)):
        result = run("explain", given, "--variables", '{"n": 300}', "--json", stdin=stdin)
        assert json.loads(result.stdout)[0]["calls"] == 3


def test_explain_says_what_no_list_takes() -> None:
    query = "query ($n: Int) { customers(first: 1) { nodes { customAttributes(first: $n) { nodes { key } } } } }"
    result = run("explain", query, "--variables", '{"n": 1001}')
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`first` must be between 1 and 1000. (line 1, column 49)" in result.stderr


def test_explain_says_that_an_operation_would_be_refused() -> None:
    result = run("explain", "{ groups(first: 500) { nodes { customers(first: 1000) { nodes { id } } } } }")
    assert result.exit_code == 0
    assert "refused" in result.stdout
