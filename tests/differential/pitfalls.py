"""A small schema for what has gone wrong in compiled executors elsewhere, and asking it both ways."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import strawberry

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from tests.differential.sameness import Outcome, differences
from tests.differential.upstream import TENANT


@strawberry.interface
class Content:
    id: strawberry.ID
    title: str | None


@strawberry.type
class Post(Content):
    likes: int | None = 1
    private: str | None = "post"

    @strawberry.field
    async def related(self) -> list[Content | None]:
        return [Article(id=strawberry.ID("a1"), title="An article"), None]

    @strawberry.field
    def broken(self) -> str:
        raise ValueError(self.id)


@strawberry.type
class Article(Content):
    pages: int | None = 2
    secret: str | None = "article"

    @strawberry.field
    def broken(self) -> str | None:
        raise ValueError("always the same")


@strawberry.type
class Level:
    """Every level must have the next one."""

    depth: int

    @strawberry.field
    async def next(self) -> Level:
        return Level(depth=self.depth + 1)

    @strawberry.field
    def must(self) -> str:
        return None if self.depth > 2 else "here"  # type: ignore[return-value]

    @strawberry.field
    def may(self) -> Level | None:
        return Level(depth=self.depth + 1)

    @strawberry.field
    async def all(self) -> list[Level]:
        return [Level(depth=self.depth + more) for more in (0, 1, 2)]


@strawberry.input
class Wanted:
    text: str | None = "default"
    numbers: list[int] = strawberry.field(default_factory=lambda: [1, 2])
    inner: Wanted | None = None


Either = Annotated[Post | Article, strawberry.union("Either")]


@strawberry.type
class Query:
    @strawberry.field
    def post(self) -> Post:
        return Post(id=strawberry.ID("p1"), title="A post")

    @strawberry.field
    async def contents(self) -> list[Content]:
        return [Post(id=strawberry.ID("p1"), title="A post"), Article(id=strawberry.ID("a1"), title=None)]

    @strawberry.field
    def either(self, article: bool) -> Either | None:
        return Article(id=strawberry.ID("a"), title="x") if article else Post(id=strawberry.ID("p"), title="y")

    @strawberry.field
    async def level(self) -> Level | None:
        return Level(depth=0)

    @strawberry.field
    def said(self, wanted: Wanted | None = None, times: int = 1) -> str | None:
        return f"{times} {wanted}"

    @strawberry.field
    def articles(self, count: int = 3) -> list[Article]:
        return [Article(id=strawberry.ID(str(number)), title="x") for number in range(count)]


SCHEMA = strawberry.Schema(query=Query, types=[Post, Article])
_SQUARE = Square("http://127.0.0.1")


class BothWays:
    """Asks both engines, once for each of the variables, on one prepared document."""

    def __init__(self, schema: strawberry.Schema = SCHEMA) -> None:
        self.compiled = Engine(schema, REGISTRY)
        self.core = Engine(schema, REGISTRY, execution="graphql-core")

    async def ask(self, query: str, *variables: dict[str, Any]) -> list[dict[str, Any]]:
        """The responses, each of them the same both ways."""
        answers = []
        for given in variables or ({},):
            one, other = [
                await engine.run(query, Context(TenantSquare(_SQUARE, TENANT), REGISTRY), given)
                for engine in (self.compiled, self.core)
            ]
            assert not differences(Outcome(one, Counter()), Outcome(other, Counter())), (one, other)
            one.pop("extensions", None)
            answers.append(one)
        return answers
