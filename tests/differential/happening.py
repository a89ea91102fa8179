"""What happens at a place of an answer, by a number: what is right or something else, at once or later."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from random import Random
from typing import Any

import strawberry
from graphql import GraphQLError

from gateway.square.errors import Unavailable


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Happening:
    """What goes wrong where: by a number, with a probability."""

    seed: int
    share: float

    def at(self, *place: Any) -> Random:
        """The chance of a place."""
        return Random(hashlib.blake2b(repr((self.seed, place)).encode(), digest_size=8).digest())


class Later:
    """A value that comes some turns later; nobody minds if it is never waited for."""

    def __init__(self, value: Any, turns: int) -> None:
        self._value = value
        self._turns = turns

    def __repr__(self) -> str:
        return "Later"

    def __await__(self) -> Generator[Any, None, Any]:
        for _ in range(self._turns):
            yield from asyncio.sleep(0).__await__()
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


WRONG: list[Any] = [
    "text",
    "",
    7,
    -1,
    2**40,
    1.5,
    float("nan"),
    True,
    [],
    ["x"],
    [[1], None],
    {},
    {"a": 1},
    object,
    Color.RED,
    b"x",
]
_RAISED: list[Callable[[], Exception]] = [
    lambda: ValueError("boom"),
    lambda: GraphQLError("told", extensions={"code": "TOLD"}),
    lambda: Unavailable("ListCustomers"),
    TimeoutError,
    lambda: KeyError("x"),
]


def behave(
    happening: Happening, place: tuple[Any, ...], make: Callable[[Random], Any], other: Callable[[Random], Any]
) -> Any:
    """What a resolver at a place returns or raises; `make` gives what is right, `other` an object of any type."""
    chance = happening.at(*place)
    value = _item(happening, chance, make, other)
    if isinstance(value, list):
        value = [_item(happening, chance, partial(_kept, each), other, items=True) for each in value]
        form = chance.randrange(5)
        value = tuple(value) if form == 0 else iter(value) if form == 1 else value
    way = chance.random()
    if isinstance(value, Exception) and way < 0.6:
        raise value
    return Later(value, chance.randrange(3)) if way > 0.7 else value


def _kept(value: Any, _: Random) -> Any:
    return value


def _item(
    happening: Happening,
    chance: Random,
    make: Callable[[Random], Any],
    other: Callable[[Random], Any],
    *,
    items: bool = False,
) -> Any:
    share = happening.share / (4 if items else 1)
    way = chance.random()
    if way > share:
        value = make(chance)
    elif way < share * 0.3:
        value = chance.choice(_RAISED)()
    elif way < share * 0.6:
        value = None
    elif way < share * 0.8:
        value = chance.choice(WRONG)
    else:
        value = other(chance)
    return Later(value, chance.randrange(2)) if items and chance.random() < 0.15 else value
