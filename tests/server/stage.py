"""A small schema of the tests' own: fields that wait, fail and stream when a test wants them to."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import strawberry

from gateway.events.subscription import SlowSubscriber, TokenEnded
from gateway.graph.errors import BadInput
from gateway.graph.loading.context import Info
from gateway.graph.subscribing.round import Round
from gateway.square.errors import Unavailable


class Stage:
    """What the tests and the resolvers share."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.entered = asyncio.Event()
        self.notes: list[str] = []
        self.streams = 0
        self.opened = asyncio.Event()
        self.left = asyncio.Event()
        self.events: asyncio.Queue[int] = asyncio.Queue()

    async def wait(self) -> None:
        self.entered.set()
        await self.gate.wait()


class Number(int):
    """A number that is shown as an event."""

    position = "1"


class Text(str):
    """A text that is shown as an event."""

    position = "1"


async def told(info: Info, shown: Any) -> Any:
    """The response to an event that was read in a round of its own."""
    assert info.context.following is not None
    return await info.context.following.answer(Round(info.context.square, info.context.registry), shown)


def build(stage: Stage) -> strawberry.Schema:
    @strawberry.input
    class Search:
        text: str
        limit: int = 1

    @strawberry.type
    class Event:
        number: int
        position: strawberry.Private[str] = "1"
        detail: str | None = None

        @strawberry.field
        def context(self, info: Info) -> str:
            return str(id(info.context))

        @strawberry.field
        def same_loader(self, info: Info) -> bool:
            stage_seen = getattr(info.context, "seen", 0)
            info.context.seen = stage_seen + 1  # type: ignore[attr-defined]
            return stage_seen > 0

    @strawberry.type
    class Query:
        @strawberry.field
        def hello(self, name: str = "world") -> str:
            return f"Hello, {name}"

        @strawberry.field
        def tenant(self, info: Info) -> str:
            return info.context.square.tenant.key

        @strawberry.field
        def search(self, by: Search) -> str:
            return by.text

        @strawberry.field
        def big(self, size: int) -> str:
            return "x" * size

        @strawberry.field
        def explode(self) -> str:
            raise RuntimeError("secret-of-the-resolver")

        @strawberry.field
        def breaks(self) -> str | None:
            raise RuntimeError("secret-of-the-resolver")

        @strawberry.field
        def unserializable(self) -> strawberry.scalars.JSON:
            return {"value": object()}

        @strawberry.field
        async def waits(self) -> str:
            await stage.wait()
            return "done"

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        async def note(self, text: str) -> str:
            await stage.wait()
            stage.notes.append(text)
            return text

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def count(self, info: Info, to: int) -> AsyncGenerator[Event, None]:
            stage.streams += 1
            try:
                for number in range(to):
                    yield await told(info, Event(number=number))
            finally:
                stage.streams -= 1

        @strawberry.subscription
        async def live(self, info: Info) -> AsyncGenerator[int, None]:
            stage.streams += 1
            stage.opened.set()
            info.context.following.begun()
            try:
                while True:
                    yield await told(info, Number(await stage.events.get()))
            finally:
                stage.streams -= 1
                stage.left.set()

        @strawberry.subscription
        async def flood(self, info: Info, size: int) -> AsyncGenerator[str, None]:
            stage.streams += 1
            try:
                while True:
                    yield await told(info, Text("x" * size))
            finally:
                stage.streams -= 1
                stage.left.set()

        @strawberry.subscription
        async def breaks(self, info: Info) -> AsyncGenerator[int, None]:
            yield await told(info, Number(1))
            raise RuntimeError("secret-of-the-stream")

        @strawberry.subscription
        async def lacks(self, info: Info) -> AsyncGenerator[Event, None]:
            failure: Any = Unavailable("RetrieveDetail", status=503)
            yield await told(info, Event(number=1, detail=failure))
            yield await told(info, Event(number=2, detail="is there"))

        @strawberry.subscription
        async def lags(self, info: Info) -> AsyncGenerator[Event, None]:
            yield await told(info, Event(number=1))
            raise SlowSubscriber

        @strawberry.subscription
        async def ends(self, info: Info) -> AsyncGenerator[Event, None]:
            yield await told(info, Event(number=1))
            raise TokenEnded

        @strawberry.subscription
        async def refuses(self) -> AsyncGenerator[int, None]:
            raise BadInput("There is nothing to follow.", "refuses")
            yield 1

    return strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
