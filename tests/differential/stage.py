"""A schema in which anything may go wrong, by the place in the answer and a number. Nothing here is Square's.

The engine takes any Strawberry schema: resolvers that raise or return what they must not, at once or later, in lists
and lists of lists, and abstract types that are told in every way there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random
from typing import Annotated, Any

import strawberry

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from tests.differential.case import Bench, Case
from tests.differential.happening import WRONG, Color, Happening, Later, behave
from tests.differential.pools import Pools
from tests.differential.sameness import Requests
from tests.differential.upstream import TENANT
from tests.differential.values import Values


class StageContext(Context):
    """A context in which resolvers find what happens."""

    happening: Happening


def _field(make: Callable[[Happening, Random], Any], annotation: Any, *, waits: bool = False) -> Any:
    def now(info: strawberry.Info[StageContext, None], of: int = 1) -> Any:
        happening = info.context.happening
        return behave(happening, (*info.path.as_list(), of), partial(make, happening), partial(_any, happening))

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
    return right if chance.random() > happening.share / 3 else chance.choice([None, None, *WRONG, ValueError("kept")])


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


def _any(h: Happening, c: Random) -> Any:
    return one_of((alpha, beta, gamma, lambda h, c: node(h, c, 0)), h, c)


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
