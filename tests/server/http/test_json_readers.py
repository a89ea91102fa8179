"""Most JSON is read by the faster of two readers: what it gives is what the exact one gives, or it is not asked."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from gateway.server.http.json_body import NotJSON, loads

TWICE = [
    '{"a": 1, "a": 1}',
    '{"a": 1, "a" : 2}',
    '{"a"\n:1,"b":2,"a"\t:3}',
    '{"variables": {"input": [{"id": "1", "id": "2"}]}}',
    '[[{"a": {"b": null, "b": null}}]]',
    '{"a": 1, "\\u0061": 2}',
    '{"": 1, "": 2}',
    '{"a\\"": 1, "a\\"": 2}',
]
ONCE: list[Any] = [
    {"query": '{ customers(search: "a\\": b") { nodes { id } } }', "variables": None},
    {"query": 'query Q($a: String = "x" ) { a: b(c: $a) }', "variables": {"a": '":":":'}},
    {"a": {"a": {"a": [{"a": 1}, {"a": 2}]}}, "b": "a"},
    {"whole": 2**63, "large": 2**64 - 1, "negative": -(2**63), "none": None, "yes": True},
    [],
    "a",
    7,
]


@pytest.mark.parametrize("text", TWICE)
def test_a_name_that_is_given_twice_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(NotJSON, match="twice"):
        loads(text.encode())


@pytest.mark.parametrize("value", ONCE)
@pytest.mark.parametrize("separators", [(",", ":"), (" , ", " : "), (",\n", "\t\r\n:")])
def test_what_gives_each_name_once_is_read_as_it_is_written(value: Any, separators: tuple[str, str]) -> None:
    assert loads(json.dumps(value, separators=separators).encode()) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551616", 2**64),
        ("-9223372036854775809", -(2**63) - 1),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        ("1e2", 100.0),
        ("-0.0", 0.0),
    ],
)
def test_no_digit_of_a_number_is_lost_however_deep_it_stands(text: str, value: Any) -> None:
    read = loads(f'{{"variables": {{"each": [[{text}]]}}}}'.encode())["variables"]["each"][0][0]

    assert read == value
    assert type(read) is not float or isinstance(value, float)
