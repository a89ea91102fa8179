"""`gateway check`: what it says of documents that are valid, too costly or wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import run


def test_check_prices_valid_documents_wherever_their_fragments_are(tmp_path: Path) -> None:
    (tmp_path / "name.graphql").write_text("fragment Name on Customer { givenName }")
    (tmp_path / "page.tsx").write_text(
        "export const Page = gql`\n  query Page { customers(first: 200) { nodes { ...Name } } }\n  ${Name}\n`;\n"
    )
    result = run("check", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert f"{tmp_path}/page.tsx:2:3  query Page: at most 2 calls" in result.stdout
    assert "2 files, 1 valid operations, 0 problems" in result.stdout


def test_check_assumes_the_largest_value_of_variables_without_a_default(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(
        "query Any($n: Int!) { customers(first: $n) { nodes { id } } }\n"
        "query Few($n: Int! = 5) { customers(first: $n) { nodes { id } } }\n"
    )
    shown = run("check", str(tmp_path / "*.graphql")).stdout
    assert "Any: at most 10 calls" in shown
    assert "Few: at most 1 call\n" in shown


@pytest.mark.parametrize(
    ("name", "text", "place", "message"),
    [
        ("a.graphql", "{ customers { nodes { nam } } }", "a.graphql:1:23", "nam"),
        ("a.gql", "query A {", "a.gql:1:10", "Syntax Error"),
        ("a.ts", "const a = gql`\n{ nothing }`", "a.ts:2:3", "nothing"),
        ("a.graphql", "fragment F on Customer { nothing }", "a.graphql:1:26", "nothing"),
        ("a.graphql", "{ customers { nodes { ...F } } }", "a.graphql:1:26", "F"),
        (
            "a.graphql",
            "query Dear { groups(first: 500) { nodes { customers(first: 1000) { nodes { id } } } } }",
            "a.graphql:1:1",
            "the limit is 200",
        ),
        ("a.graphql", "{ customers(first: 1001) { nodes { id } } }", "a.graphql:1:3", "between 1 and 1000"),
        (
            "a.graphql",
            "query ($n: Int = 301) { loyaltyAccount(id: 1) { rewards(first: $n) { nodes { id } } } }",
            "a.graphql:1:49",
            "between 1 and 300",
        ),
    ],
)
def test_check_points_at_what_is_wrong(tmp_path: Path, name: str, text: str, place: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert f"{tmp_path}/{place}" in result.stderr
    assert message in result.stderr
