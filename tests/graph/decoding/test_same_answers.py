"""Answers that are read in one go are the same as those that are read field by field, whatever Square sends."""

from __future__ import annotations

import copy
from enum import Enum
from random import Random
from typing import Any

import msgspec
import orjson
import pytest

from gateway.square.body import Body
from gateway.square.endpoint import Bulk, Page
from gateway.square.errors import SquareError
from gateway.square.response import answer_to
from tests.graph.decoding.selecting import decoders
from tests.graph.decoding.typed_answers import TYPED, Chosen, Typed, selection, shown_fields

ODD = [
    None, True, False, 0, 7, -1, 1.0, 1.5, 2**31, 2**63, -(2**63) - 1, 10**30, "", "7", "x", "UNKNOWN", "é", [], {},
    [None], [7], ["x", None], [{}], {"a": 1}, {"id": 7}, [[]], "x" * 5000, {"errors": [{"code": "NOT_FOUND"}]},
]  # fmt: skip
ODD_BYTES = [b"\xff", b"\\", b'"', b"\x00", b"\n", b"1", b"-", b"\xed\xa0\x80"]
CASES = 200


def read(typed: Typed, content: bytes, decode: Any = None) -> tuple[Any, bool]:
    """What comes of an answer: its value or error, and whether it was read in one go."""
    try:
        body = Body(typed.name, content, decode)
        return answer_to(typed.call, body).value, body.value is not None
    except SquareError as error:
        return error, False


def same(found: Any, full: Any, chosen: Chosen | None) -> bool:
    """Whether what was read is what the tolerant reader reads, as far as it is shown."""
    if isinstance(full, SquareError):
        return type(found) is type(full) and str(found) == str(full)
    if isinstance(full, Page):
        return (found.cursor, found.count) == (full.cursor, full.count) and same(found.items, full.items, chosen)
    if isinstance(full, Bulk):
        keys = list(full.items)
        return list(found.items) == keys and all(same(found.items[key], full.items[key], chosen) for key in keys)
    if isinstance(full, list) and isinstance(found, list):
        return len(found) == len(full) and all(same(*pair, chosen) for pair in zip(found, full, strict=True))
    if isinstance(full, Enum) and isinstance(found, str):
        known = {member.value for member in type(full)}
        return full.value == (found if found in known else "UNKNOWN")
    if chosen is None or full is None:
        return type(found) is type(full) and found == full
    assert getattr(found, "id", None) == getattr(full, "id", None)
    for name, below in chosen.items():
        if name.startswith("..."):
            if name.endswith(f" {type(full).__name__}") and not same(found, full, below):
                return False
        elif not same(getattr(found, name), getattr(full, name), below):
            return False
    return getattr(type(found), "strawberry_type", type(found)) is type(full)


def some_of(every: Chosen, chance: Random) -> Chosen:
    share = chance.random()
    chosen = ((name, below) for name, below in every.items() if chance.random() < share)
    return {name: None if below is None else some_of(below, chance) for name, below in chosen}


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and its key or index there."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for key, each in inner for place in ((node, key), *places(each))]


def odd_body(body: dict[str, Any], chance: Random) -> bytes:
    """A body with some values replaced, left out or added, or with its bytes cut off or changed."""
    body = copy.deepcopy(body)
    for _ in range(chance.randrange(3)):
        if found := places(body):
            inside, key = chance.choice(found)
            inside[key] = copy.deepcopy(chance.choice(ODD))
            if chance.random() < 0.1:
                del inside[key]
    if chance.random() < 0.3:
        body[chance.choice(["errors", "cursor", "count"])] = chance.choice(ODD)
    content = msgspec.json.encode(body)
    at = chance.randrange(len(content))
    match chance.randrange(8):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + chance.choice(ODD_BYTES) + content[at:]
        case 2:
            return msgspec.json.format(content, indent=2) + b"\n"
        case 3:
            return content.decode().encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
    return content


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.name)
def test_odd_answers_are_read_the_same_in_both_ways(typed: Typed) -> None:
    every, chance = shown_fields(typed.kind), Random(typed.name)
    for _ in range(CASES):
        chosen, content = some_of(every, chance), odd_body(typed.body, chance)
        decode = decoders(typed.document % selection(chosen)).of(typed.call)
        assert decode is not None

        found, _ = read(typed, content, decode)

        full, _ = read(typed, content)
        assert same(found, full, chosen), (chosen, content, found, full)


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed.name)
def test_an_answer_in_order_is_read_in_one_go(typed: Typed) -> None:
    every = shown_fields(typed.kind)
    content = orjson.dumps(typed.body)
    for chosen in ({}, *({name: below} for name, below in every.items()), every):
        decode = decoders(typed.document % selection(chosen)).of(typed.call)

        found, in_one_go = read(typed, content, decode)

        assert in_one_go
        assert same(found, read(typed, content)[0], chosen)
