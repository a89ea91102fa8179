"""Every fault of the catalogue is answered: by tests that are there, or by a reason."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.faults import callers, clients, found, operation, square
from tests.faults.row import Row

TESTS = Path(__file__).parent.parent
ROWS = [*clients.ROWS, *callers.ROWS, *square.ROWS, *operation.ROWS, *found.ROWS]


@cache
def names(file: str) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse((TESTS / file).read_text())
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def test_all_129_faults_are_listed_in_their_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, 130))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}: {row.subject}")
def test_a_fault_is_answered(row: Row) -> None:
    missing = [each for each in row.proofs if each.partition("::")[2] not in names(each.partition("::")[0])]

    assert not missing
    assert all((TESTS / script).exists() for script in row.measured)
    assert bool(row.proofs) != bool(row.reason)
    assert not row.reason or (row.reason[0].isupper() and row.reason.endswith(".") and len(row.reason.split()) > 5)


def test_no_two_faults_have_one_subject() -> None:
    assert len({row.subject for row in ROWS}) == len(ROWS)
