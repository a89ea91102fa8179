"""The figures of several processes as those of one. Plain lists, as processes send them; knows no library.

Counts add up, and those of a process that is gone stay. Numbers that go up and down are added or compared, as each
says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import add
from typing import Any

# One family: its name, its help, its type, what several processes make of their numbers (sum, max or min), and its
# samples, each a name, pairs of labels and values, and a number.
Sample = tuple[str, list[tuple[str, str]], float]
Family = dict[str, Any]

_ADDED = frozenset({"counter", "histogram"})
_WAYS: dict[str, Callable[[float, float], float]] = {"sum": add, "max": max, "min": min}


def combined(reports: Iterable[list[Family]]) -> list[Family]:
    """One report of all: families and samples in the order in which they came first."""
    families: dict[str, Family] = {}
    values: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
    for report in reports:
        for family in report:
            families.setdefault(family["name"], family)
            known = values.setdefault(family["name"], {})
            for name, labels, value in family["samples"]:
                key = (name, tuple((label, text) for label, text in labels))
                known[key] = _WAYS[_way(family, name)](known[key], value) if key in known else value
    return [
        {**family, "samples": [(name, list(labels), value) for (name, labels), value in values[each].items()]}
        for each, family in families.items()
    ]


def counts(report: list[Family]) -> list[Family]:
    """What stays of the report of a process that is gone: what it has counted."""
    return [family for family in report if family["type"] in _ADDED]


def _way(family: Family, name: str) -> str:
    if name.endswith("_created"):
        return "min"
    return "sum" if family["type"] in _ADDED else str(family["across"])
