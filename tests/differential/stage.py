"""A schema in which anything may go wrong, by the place in the answer and a number. Nothing here is Square's.

The engine takes any Strawberry schema: resolvers that raise or return what they must not, at once or later, in lists
and lists of lists, and abstract types that are told in every way there is.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from random import Random
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.square.client import Square
from gateway.square.errors import Unavailable
from gateway.square.tenant_square import TenantSquare
from tests.differential.case import Bench, Case
from tests.differential.pools import Pools
from tests.differential.sameness import Requests
from tests.differential.upstream import TENANT
from tests.differential.values import Values


@dataclass
class Happening:
    """What goes wrong where: by a number, with a probability."""

    seed: int
    share: float

    def at(self, *place: Any) -> Random:
        """The chance of a place."""
        return Random(hashlib.blake2b(repr((self.seed, place)).encode(), digest_size=8).digest())


class StageContext(Context):
    """A context in which resolvers find what happens."""

    happening: Happening


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


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


_WRONG = [
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


def behave(happening: Happening, place: tuple[Any, ...], make: Callable[[Random], Any]) -> Any:
    """What a resolver at a place returns or raises; `make` gives what is right."""
    chance = happening.at(*place)
    value = _item(happening, chance, make)
    if isinstance(value, list):
        value = [_item(happening, chance, partial(_kept, each), items=True) for each in value]
        form = chance.randrange(5)
        value = tuple(value) if form == 0 else iter(value) if form == 1 else value
    way = chance.random()
    if isinstance(value, Exception) and way < 0.6:
        raise value
    return Later(value, chance.randrange(3)) if way > 0.7 else value


def _kept(value: Any, _: Random) -> Any:
    return value


def _item(happening: Happening, chance: Random, make: Callable[[Random], Any], *, items: bool = False) -> Any:
    share = happening.share / (4 if items else 1)
    way = chance.random()
    if way > share:
        value = make(chance)
    elif way < share * 0.3:
        value = chance.choice(_RAISED)()
    elif way < share * 0.6:
        value = None
    elif way < share * 0.8:
        value = chance.choice(_WRONG)
    else:
        value = _ANY[chance.randrange(4)](happening, chance, 0)
    return Later(value, chance.randrange(2)) if items and chance.random() < 0.15 else value


def _field(make: Callable[[Happening, Random], Any], annotation: Any, *, waits: bool = False) -> Any:
    def now(info: strawberry.Info[StageContext, None], of: int = 1) -> Any:
        happening = info.context.happening
        return behave(happening, (*info.path.as_list(), of), lambda chance: make(happening, chance))

    async def later(info: strawberry.Info[StageContext, None], of: int = 1) -> Any:
        found = now(info, of)
        return await found if isinstance(found, Awaitable) else found

    resolver: Any = later if waits else now
    resolver.__annotations__["return"] = annotation
    return strawberry.field(resolver=resolver)


@strawberry.interface
class Thing:
    """Told by the class of the object."""

    id: strawberry.ID
    label: str | None


@strawberry.interface
class Named:
    """Told by a function of its own, which may be wrong, or awaited."""

    label: str | None

    @classmethod
    def resolve_type(cls, value: Any, info: Any, _kind: Any) -> Any:
        """The name of the type, as the object has it."""
        return getattr(value, "told", "Nobody")


@strawberry.type
class Alpha(Thing, Named):
    number: int
    told: strawberry.Private[Any] = "Alpha"

    inner: Node | None = _field(lambda h, c: node(h, c, 1), "Node | None")


@strawberry.type
class Beta(Thing, Named):
    text: str | None
    told: strawberry.Private[Any] = "Beta"

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Whether this is one, as the object says itself."""
        return isinstance(value, Beta)


@strawberry.type
class Gamma(Thing):
    colors: list[Color]
    other: Thing | None = None
    told: strawberry.Private[Any] = "Gamma"


Either = Annotated[Alpha | Beta, strawberry.union("Either")]


@strawberry.type
class Node:
    """Plain attributes, right or wrong, and fields with resolvers."""

    id: strawberry.ID
    text: str | None
    must: str
    number: int | None
    must_number: int
    real: float | None
    yes: bool | None
    color: Color | None
    must_color: Color
    tags: list[str]
    maybe_tags: list[str | None] | None
    grid: list[list[int | None]] | None
    child: Node | None
    children: list[Node]
    maybe_children: list[Node | None] | None
    rows: list[list[Node]] | None
    thing: Thing | None
    things: list[Thing]
    either: Either | None

    r_text: str | None = _field(lambda h, c: "text", str | None)
    r_must: str = _field(lambda h, c: "text", str)
    r_number: int | None = _field(lambda h, c: c.randrange(9), int | None, waits=True)
    r_color: Color | None = _field(lambda h, c: c.choice(list(Color)), Color | None)
    r_tags: list[str] = _field(lambda h, c: ["a", "b"], list[str])
    r_child: Node | None = _field(lambda h, c: node(h, c, 1), "Node | None")
    r_must_child: Node = _field(lambda h, c: node(h, c, 1), "Node", waits=True)
    r_children: list[Node] = _field(lambda h, c: [node(h, c, 1) for _ in range(c.randrange(4))], "list[Node]")
    r_maybe: list[Node | None] | None = _field(
        lambda h, c: [node(h, c, 1) for _ in range(c.randrange(4))], "list[Node | None] | None", waits=True
    )
    r_rows: list[list[Node]] | None = _field(
        lambda h, c: [[node(h, c, 1) for _ in range(c.randrange(3))] for _ in range(2)], "list[list[Node]] | None"
    )
    r_thing: Thing | None = _field(lambda h, c: one_of((alpha, beta, gamma), h, c), "Thing | None")
    r_must_thing: Thing = _field(lambda h, c: one_of((alpha, beta, gamma), h, c), "Thing", waits=True)
    r_things: list[Thing] | None = _field(lambda h, c: [thing(h, c) for _ in range(3)], "list[Thing] | None")
    r_named: Named | None = _field(lambda h, c: one_of((alpha, beta), h, c), "Named | None")
    r_all_named: list[Named | None] = _field(lambda h, c: [named(h, c) for _ in range(3)], "list[Named | None]")
    r_either: Either | None = _field(lambda h, c: one_of((alpha, beta), h, c), "Either | None", waits=True)
    r_eithers: list[Either] | None = _field(lambda h, c: [named(h, c) for _ in range(2)], "list[Either] | None")


@strawberry.type
class Query:
    node: Node | None = _field(lambda h, c: node(h, c, 2), "Node | None")
    must_node: Node = _field(lambda h, c: node(h, c, 2), "Node", waits=True)
    nodes: list[Node] | None = _field(lambda h, c: [node(h, c, 2) for _ in range(4)], "list[Node] | None")
    things: list[Thing | None] | None = _field(
        lambda h, c: [thing(h, c) for _ in range(4)], "list[Thing | None] | None"
    )
    text: str | None = _field(lambda h, c: "text", str | None)


def _data(happening: Happening, chance: Random, right: Any) -> Any:
    """What stands in an attribute."""
    return right if chance.random() > happening.share / 3 else chance.choice([None, None, *_WRONG, ValueError("kept")])


def node(h: Happening, c: Random, depth: int) -> Node:
    """A node with others inside."""

    def some(one: Callable[[Happening, Random, int], Any]) -> Any:
        return [one(h, c, depth - 1) for _ in range(c.randrange(3))] if depth else []

    return Node(
        id=_data(h, c, strawberry.ID("1")), text=_data(h, c, "t"), must=_data(h, c, "m"), number=_data(h, c, 3),
        must_number=_data(h, c, 4), real=_data(h, c, 0.5), yes=_data(h, c, True), color=_data(h, c, Color.RED),
        must_color=_data(h, c, Color.BLUE), tags=_data(h, c, ["a", _data(h, c, "b")]),
        maybe_tags=_data(h, c, ["a", None, _data(h, c, "b")]), grid=_data(h, c, [[1, _data(h, c, 2)], []]),
        child=_data(h, c, node(h, c, depth - 1) if depth else None), children=_data(h, c, some(node)),
        maybe_children=_data(h, c, [*some(node), None]), rows=_data(h, c, [some(node), some(node)]),
        thing=_data(h, c, thing(h, c) if depth else None), things=_data(h, c, some(lambda h, c, _: thing(h, c))),
        either=_data(h, c, named(h, c) if depth else None),
    )  # fmt: skip


def alpha(h: Happening, c: Random, _depth: int = 0) -> Alpha:
    return Alpha(id=_data(h, c, "a"), label=_data(h, c, "A"), number=_data(h, c, 1), told=_told(h, c, "Alpha"))


def beta(h: Happening, c: Random, _depth: int = 0) -> Beta:
    return Beta(id=_data(h, c, "b"), label=_data(h, c, "B"), text=_data(h, c, "x"), told=_told(h, c, "Beta"))


def gamma(h: Happening, c: Random, _depth: int = 0) -> Gamma:
    other = alpha(h, c) if c.random() < 0.5 else None
    return Gamma(id=_data(h, c, "g"), label=None, colors=_data(h, c, [Color.RED]), other=other)


def _told(h: Happening, c: Random, name: str) -> Any:
    told = name if c.random() > h.share / 3 else c.choice(["Nobody", None, "Node", "Thing", 7])
    return Later(told, 1) if c.random() < 0.2 else told


def thing(h: Happening, c: Random) -> Any:
    return one_of((alpha, beta, gamma), h, c)


def named(h: Happening, c: Random) -> Any:
    return one_of((alpha, beta), h, c)


def one_of(makers: Sequence[Callable[[Happening, Random], Any]], h: Happening, c: Random) -> Any:
    return c.choice(makers)(h, c)


_ANY: list[Callable[[Happening, Random, int], Any]] = [node, alpha, beta, gamma]


class Stage:
    """The world of this schema."""

    def __init__(self, square: Square) -> None:
        self._square = square

    def values(self, chance: Random) -> Values:
        return Values(Pools({"customer": ["x"]}), chance)

    def script(self, case: Case, number: int) -> Happening:
        return Happening(case.seed * 2 + number, case.share)

    def context(self, script: Happening) -> tuple[Context, Requests]:
        context = StageContext(TenantSquare(self._square, TENANT), REGISTRY)
        context.happening = script
        return context, Counter()

    def told(self, script: Happening) -> list[str]:
        return [repr(script)]


def stage() -> Bench:
    """The schema, with both engines."""
    schema = strawberry.Schema(query=Query, types=[Alpha, Beta, Gamma])
    core = Engine(schema, REGISTRY, execution="graphql-core")
    return Bench(Stage(Square("http://127.0.0.1")), Engine(schema, REGISTRY), core, 0.0, (0.0, 0.05, 0.1, 0.3))
